"""What came back after a run, how long is listened, where people sign up: as coordinators ask."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.answering import Answering
from commands.rundesk import Records
from storage import ledger, reactions, runs
from storage.database import Database
from storage.events import EventRow
from storage.heard import Reaction, ReactionKind, Suggestion
from storage.runvalues import Run
from tests import prepared
from tests.commands import stage
from tests.commands.conversation import Conversation
from tests.commands.rundesks import POLICY

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
async def talk(database: Database) -> Conversation:
    """Alice is a coordinator; run 1 has written to Ada."""
    desk = Answering(
        records=Records(policy=POLICY),
        link=lambda wiki, revid: f"https://{wiki}/{revid}",
        usual=timedelta(days=14),
    )
    conversation = Conversation(database, desk.commands(), NOW)
    await conversation.appoint(["alice"])
    await prepared.confirmed(database, prepared.recipients([("metawiki", "Ada")]))
    return conversation


async def hear(talk: Conversation, number: int, **different: object) -> None:
    usual: dict[str, object] = {"kind": ReactionKind.REPLY, "run": 1, "recipient": 1}
    usual |= {"wiki": "metawiki", "who": "Ada", "at": NOW, "revid": 9}
    async with talk.database.transaction() as session:
        for each in range(number):
            one = Reaction(words=f"Word {each}", once=f"{different}{each}", **(usual | different))  # type: ignore[arg-type]
            await reactions.add(session, [one])


async def run(talk: Conversation) -> Run:
    return await prepared.the_run(talk.database)


async def test_answers_are_listed_in_pages_with_what_decides_suggestions(
    talk: Conversation,
) -> None:
    assert "Nothing was heard" in await talk.say("run answers 1")
    await hear(talk, 8)
    await hear(talk, 1, suggestion=Suggestion.OPEN)
    await hear(talk, 3, kind=ReactionKind.SIGN_UP)
    first = await talk.say("run answers 1")
    assert first.startswith("Ada answers on metawiki about run 1 (December): “Word 0” https://meta")
    assert "And 1 more: !run answers 1 page 2" in first
    last = await talk.press("run answers 1 page 2")
    assert [each.command for each in last.buttons] == ["optout 9", "no 9", "run answers 1"]
    assert "wants no more messages. If so, say !optout 9" in talk.words(last)


@pytest.mark.parametrize(
    ("said", "answer", "listens"),
    [
        ("run listen 1", "until 14 days after its end", None),
        ("run listen 1 30d", "until 30 days after its end", timedelta(days=30)),
        ("run listen 1 off", "do not listen", timedelta(0)),
        ("run listen 1 9999d", "at most 365 days", None),
        ("run listen 1 soon", "no length of time", None),
        ("run listen 9 1d", "9", None),
    ],
)
async def test_how_long_is_listened_is_said_and_set(
    talk: Conversation, said: str, answer: str, listens: timedelta | None
) -> None:
    assert answer in await talk.say(said)
    assert (await run(talk)).listens == listens


@pytest.mark.parametrize(
    ("given", "answer", "kept"),
    [
        ("[[Talks/Participants]]", "who sign [[Talks/Participants]]", "[[Talks/Participants]]"),
        ("[[:Category:Participants]]", "are in it", "[[:Category:Participants]]"),
        ("svwiki:Deltagare", "svwiki:Deltagare", "svwiki:Deltagare"),
        ("event", "invites to no event", ""),
        ("file:list.tsv", "cannot read", ""),
        ("[[a]] and [[b]]", "cannot read", ""),
    ],
)
async def test_where_people_sign_up_is_set(
    talk: Conversation, given: str, answer: str, kept: str
) -> None:
    assert answer in await talk.say(f"run signup 1 {given}")
    assert (await run(talk)).signup == kept


async def test_people_can_sign_up_by_coming_to_the_event(talk: Conversation) -> None:
    number = await stage.plan(talk.database, 0)
    async with talk.database.transaction() as session:
        assert await session.get(EventRow, number)
        await runs.save(session, replace(await run(talk), event=number, signup="[[Talks]]"))
    assert f"come to event {number}" in await talk.say("run signup 1 event")
    assert (await run(talk)).signup == ""


async def test_what_is_set_is_on_record(talk: Conversation) -> None:
    await talk.say("run listen 1 30d")
    await talk.say("run signup 1 [[Talks]]")
    async with talk.database.reading() as session:
        entries = await ledger.latest(session, 2)
    assert [each.action for each in reversed(entries)] == ["run.listens", "run.signup"]
