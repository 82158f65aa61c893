"""One coordinator's word puts somebody on the opt-out list, and everything is on record."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from commands.optingout import OptingOut
from storage import ledger, optouts, reactions
from storage.database import Database
from storage.heard import Addressee, Reaction, ReactionKind, Suggestion
from storage.notices import NoticeRow
from tests import prepared
from tests.commands.conversation import Conversation
from tests.commands.rundesks import POLICY

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
async def talk(database: Database) -> Conversation:
    conversation = Conversation(database, OptingOut(policy=POLICY).commands(), NOW)
    await conversation.appoint(["alice"])
    return conversation


async def is_out(talk: Conversation, user: str, *, wiki: str = "metawiki", human: str = "") -> bool:
    async with talk.database.reading() as session:
        return bool(await optouts.opted_out(session, [Addressee(wiki, user, human)]))


async def suggested(talk: Conversation, **different: object) -> int:
    """Let Ada, whom a run wrote to, ask for no more."""
    (ada,) = prepared.recipients([("metawiki", "Ada")])
    run = await prepared.confirmed(talk.database, [replace(ada, human="human 1")])
    usual: dict[str, object] = {"run": run.number, "recipient": 1, "wiki": "metawiki", "who": "Ada"}
    asked = Reaction(
        "once",
        ReactionKind.REPLY,
        NOW,
        words="Stop.",
        suggestion=Suggestion.OPEN,
        **(usual | different),  # type: ignore[arg-type]
    )
    async with talk.database.transaction() as session:
        (kept,) = await reactions.add(session, [asked])
    return kept.number


@pytest.mark.parametrize(
    "typed",
    [
        "Ada Lovelace",
        "ada_Lovelace",
        "User:Ada Lovelace",
        "[[User talk:ada Lovelace]]",
        '"Ada Lovelace"',
    ],
)
async def test_a_name_is_taken_in_normal_form(talk: Conversation, typed: str) -> None:
    assert "no messages any more (everywhere)" in await talk.say(f"optout {typed} | asked by mail")
    assert await is_out(talk, "Ada Lovelace")
    assert "on the opt-out list already" in await talk.say("optout Ada Lovelace")


async def test_an_entry_can_be_for_one_wiki(talk: Conversation) -> None:
    assert "(svwiki)" in await talk.say("optout Ada @svwiki")
    assert (await is_out(talk, "Ada", wiki="svwiki"), await is_out(talk, "Ada")) == (True, False)
    assert 'no wiki "dewiki". I know: metawiki, svwiki' in await talk.say("optout Ada @dewiki")


async def test_the_others_hear_who_takes_somebody_off(talk: Conversation) -> None:
    await talk.say("optout Ada")
    await talk.say("optout remove Ada", private=True)
    async with talk.database.reading() as session:
        told = (await session.scalars(select(NoticeRow))).all()
    assert [each.address for each in told] == [each.address for each in POLICY.coordinators]


async def test_an_entry_is_taken_back(talk: Conversation) -> None:
    await talk.say("optout Ada")
    assert "may be written to again" in await talk.say("optout remove Ada")
    assert not await is_out(talk, "Ada")
    assert "is not on the opt-out list" in await talk.say("optout remove Ada")


async def test_the_list_is_shown_in_private_and_in_pages(talk: Conversation) -> None:
    empty = await talk.reply("optouts")
    assert empty is not None
    assert (empty.private, empty.lines[0].key) == (True, "optout.nobody")
    for number in range(12):
        await talk.say(f"optout Editor {number:02} | tired")
    first = await talk.reply("optouts")
    assert first is not None
    assert first.private
    assert talk.words(first).startswith("Editor 00 (everywhere), put there by alice on Tue 1 Dec")
    assert "And 2 more: !optouts page 2" in talk.words(first)
    assert "Editor 11" in await talk.say("optouts page 2")


async def test_a_suggestion_is_taken_up_by_its_number(talk: Conversation) -> None:
    number = await suggested(talk)
    assert "Ada gets no messages any more" in await talk.say(f"optout {number}")
    assert await is_out(talk, "Ada on another wiki", human="human 1")
    assert "already" in await talk.say(f"optout {number}")
    assert "already" in await talk.say(f"no {number}")


async def test_a_suggestion_is_declined_and_can_still_be_taken_up(talk: Conversation) -> None:
    number = await suggested(talk)
    assert "stays off" in await talk.say(f"no {number}")
    assert "decided already" in await talk.say(f"no {number}")
    assert not await is_out(talk, "Ada")
    assert "no messages any more" in await talk.say(f"optout {number}")


async def test_whoever_asked_is_meant_and_not_whose_page_it_is(talk: Conversation) -> None:
    number = await suggested(talk, who="Bo")
    assert "Bo gets no messages" in await talk.say(f"optout {number}")
    assert not await is_out(talk, "Ada", human="human 1")


async def test_a_mail_is_its_recipients(talk: Conversation) -> None:
    number = await suggested(talk, wiki="", who="Countess")
    assert "Ada gets no messages" in await talk.say(f"optout {number}")


@pytest.mark.parametrize("said", ["optout 7", "no 7"])
async def test_there_is_no_such_suggestion(talk: Conversation, said: str) -> None:
    assert "not suggested anything with the number 7" in await talk.say(said)


async def test_names_are_not_in_the_ledger(talk: Conversation) -> None:
    await talk.say("optout Ada")
    await talk.say("optout remove Ada")
    await talk.say(f"no {await suggested(talk)}")
    async with talk.database.reading() as session:
        entries = await ledger.latest(session, 10)
    assert [each.action for each in reversed(entries)] == [
        "optout.added",
        "optout.removed",
        "optout.declined",
    ]
    assert "Ada" not in str(entries)
