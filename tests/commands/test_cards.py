"""Messages that show an event, a run or a preview are composed anew as the matter stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.cards import Cards, Shown
from commands.eventcard import EventCard
from commands.messages import Button, Reply
from commands.planning import Planning
from commands.previewcard import PreviewCard
from commands.runcard import RunCard
from commands.rundesk import Records
from commands.standing import Standing
from storage import cards, people, runs
from storage.database import Database
from storage.runvalues import DeliveryState, RunState
from storage.values import Card, CardKind, Destination, Identity, Place
from tests.commands import event_desks
from tests.commands.conversation import Conversation
from tests.commands.rundesks import POLICY, RunConversation

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EVENT = Card(CardKind.EVENT, 1)
CHAT = Destination("telegram", Place.CHANNEL, "-100")


@pytest.fixture
async def talks(database: Database) -> Conversation:
    conversation = Conversation(database, event_desks.event_desks(), NOW)
    await conversation.appoint(["alice"])
    await conversation.say("event add tech-talk in 5 hours | Wikidata")
    return conversation


@pytest.fixture
async def channel(database: Database, tmp_path: Path) -> RunConversation:
    """Alice, Bob and Carol are coordinators; run 1 is proposed."""
    conversation = RunConversation.of(database, NOW, folder=tmp_path)
    await conversation.appoint(["alice", "bob", "carol"])
    await conversation.prepare()
    await conversation.propose()
    return conversation


async def compose(chat: Conversation, card: Card) -> Shown | None:
    standing = Standing(policy=POLICY, records=Records(policy=POLICY))
    composer = Cards(
        event_card=EventCard(planning=Planning(policy=event_desks.POLICY)),
        run_card=RunCard(policy=POLICY, standing=standing),
        preview_card=PreviewCard(policy=POLICY, standing=standing),
        prefix="/",
    )
    async with chat.database.reading() as session:
        return await composer.compose(session, card, chat.now)


async def shown(chat: Conversation, card: Card) -> tuple[str, list[str], datetime | None]:
    """Return a card's words, the commands of its buttons, and when to look at it again."""
    found = await compose(chat, card)
    assert found is not None
    said, again = found
    assert said.card is not None
    return chat.words(said), commands(said.buttons), again


def commands(buttons: tuple[Button, ...]) -> list[str]:
    return [each.command for each in buttons]


async def run_card(channel: RunConversation) -> Card:
    return Card(CardKind.RUN, 1, (await channel.run()).digest or "")


async def preview_card(channel: RunConversation, account: str) -> Card:
    await channel.code(account)
    async with channel.database.reading() as session:
        person = await people.find(session, Identity("libera", account))
    assert person is not None
    return replace(await run_card(channel), kind=CardKind.PREVIEW, person=person.key)


async def test_an_events_card_says_nothing_that_time_makes_untrue(talks: Conversation) -> None:
    await talks.say("coming 1", account="bob")
    words, offered, again = await shown(talks, EVENT)
    assert words.splitlines()[:2] == [
        "Event 1: Wikidata (tech-talk). It starts Tue 1 Dec 2026 17:00 UTC, for 1 hour.",
        "A few people come.",
    ]
    assert offered == ["coming 1", "notcoming 1", "remindme 1", "calendar 1"]
    assert again == NOW + timedelta(hours=5)


async def test_an_events_card_changes_at_its_start_and_ends_with_it(talks: Conversation) -> None:
    talks.now += timedelta(hours=5)
    words, offered, again = await shown(talks, EVENT)
    assert "running since Tue 1 Dec 2026 17:00 UTC, until Tue 1 Dec 2026 18:00 UTC" in words
    assert (offered, again) == ([], talks.now + timedelta(hours=1))
    talks.now += timedelta(hours=1)
    words, offered, again = await shown(talks, EVENT)
    assert "It was on" in words
    assert (offered, again) == ([], None)


async def test_the_card_of_a_series_goes_on(talks: Conversation) -> None:
    await talks.say("event repeat 1 weekly")
    talks.now += timedelta(hours=5)
    words, offered, again = await shown(talks, EVENT)
    assert "running since" in words
    assert len(offered) == 4
    talks.now += timedelta(hours=1)
    assert again == talks.now
    assert "It starts Tue 8 Dec 2026" in (await shown(talks, EVENT))[0]


async def test_a_cancelled_events_card_is_final(talks: Conversation) -> None:
    await talks.say("event cancel 1 ill")
    words, offered, again = await shown(talks, EVENT)
    assert "is cancelled: ill" in words
    assert (offered, again) == ([], None)


@pytest.mark.parametrize("kind", CardKind)
async def test_what_is_not_there_is_not_shown(talks: Conversation, kind: CardKind) -> None:
    assert await compose(talks, Card(kind, 99)) is None


@pytest.mark.parametrize(
    ("line", "looked_at"),
    [
        ("coming 1", True),
        ("event move 1 in 8 hours", True),
        ("event cancel 1 ill", True),
        ("event 1", False),
    ],
)
async def test_what_changes_an_event_has_its_cards_looked_at(
    talks: Conversation, line: str, looked_at: bool
) -> None:
    await post(talks, EVENT)
    await talks.say(line)
    assert await due(talks) == ([EVENT] if looked_at else [])


async def test_a_final_card_is_looked_at_no_more(talks: Conversation) -> None:
    await post(talks, EVENT)
    async with talks.database.transaction() as session:
        await cards.show(session, 1, "", None)
    await talks.say("coming 1")
    assert await due(talks) == []


async def post(chat: Conversation, card: Card) -> None:
    """Post a card that nothing is due of."""
    async with chat.database.transaction() as session:
        later = chat.now + timedelta(days=30)
        await cards.post(
            session, card, destination=CHAT, message=1, language=None, shown="", wake_at=later
        )


async def due(chat: Conversation) -> list[Card]:
    async with chat.database.transaction() as session:
        return [each.card for each in await cards.due(session, "telegram", chat.now, 10)]


async def test_a_runs_card_says_what_run_show_says(channel: RunConversation) -> None:
    words, offered, again = await shown(channel, await run_card(channel))
    asked = await channel.press("run show 1")
    code = ((await channel.run()).digest or "")[:10]
    assert words == channel.words(asked)
    assert asked.card == await run_card(channel)
    assert offered == commands(asked.buttons) == [f"run preview 1 {code}", "object 1"]
    assert again == NOW + MINUTE


async def test_a_running_runs_card_is_live(channel: RunConversation) -> None:
    await channel.confirm("alice")
    await channel.confirm("bob")
    await channel.settle(1, DeliveryState.SENT, saved_at=NOW + MINUTE)
    channel.now += 2 * MINUTE
    words, offered, again = await shown(channel, await run_card(channel))
    assert "▓▓▓▓░░░░░░░░ 1 of 3: 1 delivered, 0 skipped, 0 failed." in words
    assert (offered, again) == (["halt 1"], channel.now + timedelta(seconds=5))
    await channel.say("halt 1")
    words, offered, again = await shown(channel, await run_card(channel))
    assert "░" not in words
    assert offered == []
    assert again is not None


@pytest.mark.parametrize("state", [RunState.DONE, RunState.CANCELLED])
async def test_a_settled_runs_card_is_final(channel: RunConversation, state: RunState) -> None:
    card = await run_card(channel)
    async with channel.database.transaction() as session:
        await runs.save(session, replace(await channel.run(), state=state))
    words, offered, again = await shown(channel, card)
    assert state in words
    assert (offered, again) == ([], None)


@pytest.mark.parametrize("line", ["object 1", "withdraw 1", "halt 1", "run message 1 | A | B"])
async def test_what_changes_a_run_has_its_cards_looked_at(
    channel: RunConversation, line: str
) -> None:
    card = await run_card(channel)
    await post(channel, card)
    await channel.say(line)
    assert await due(channel) == [card]


async def test_under_a_preview_stands_how_to_confirm_it(channel: RunConversation) -> None:
    card = await preview_card(channel, "alice")
    code = await channel.code("alice")
    words, offered, again = await shown(channel, card)
    assert f"confirm 1 {code}" in words
    assert offered == [f"confirm 1 {code}", "object 1"]
    assert again == NOW + MINUTE


async def test_under_a_preview_stands_that_it_was_confirmed(channel: RunConversation) -> None:
    card = await preview_card(channel, "alice")
    await channel.confirm("alice")
    words, offered, _ = await shown(channel, card)
    assert words == "You have confirmed exactly this, run 1 (December): 1 of 2."
    assert offered == ["object 1"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["object 1 wrong date"], "(Tue 1 Dec 2026 12:00 UTC, by carol): now it is objected to."),
        (["withdraw 1"], "by carol): now it is a draft again (its proposal was withdrawn)."),
        (["run message 1 | A | B"], "by carol): now it is a draft with an audience."),
        (["run cancel 1"], "Nothing is left to confirm here: run 1 (December) is cancelled."),
    ],
)
async def test_under_a_preview_stands_what_became_of_it(
    channel: RunConversation, lines: list[str], words: str
) -> None:
    card = await preview_card(channel, "alice")
    for line in lines:
        await channel.say(line, account="carol")
    said, offered, again = await shown(channel, card)
    assert said.endswith(words)
    assert (offered, again) == ([], None)


async def test_under_a_preview_stands_that_another_is_proposed(channel: RunConversation) -> None:
    card = await preview_card(channel, "alice")
    await channel.say("withdraw 1")
    await channel.propose(by="bob", body="Else")
    said, offered, again = await shown(channel, card)
    assert "bob proposed it as" in said
    assert (offered, again) == ([], None)


async def test_under_a_preview_stands_that_the_run_started(channel: RunConversation) -> None:
    card = await preview_card(channel, "carol")
    await channel.confirm("alice")
    await channel.confirm("bob")
    said, offered, again = await shown(channel, card)
    assert said == "Nothing is left to confirm here: run 1 (December) is being tried out."
    assert (offered, again) == ([], None)


async def test_under_a_preview_stands_that_its_person_may_not_confirm_any_more(
    channel: RunConversation,
) -> None:
    card = await preview_card(channel, "carol")
    await channel.say("coordinator remove carol@libera")
    said, offered, again = await shown(channel, card)
    assert "you are no coordinator" in said
    assert (offered, again) == ([], None)


async def test_a_proposal_and_a_start_are_told_with_their_buttons(
    channel: RunConversation,
) -> None:
    proposal = (await channel.shown())[-1]
    assert proposal.card == await run_card(channel)
    assert [each.partition(" 1")[0] for each in commands(proposal.buttons)] == [
        "run preview",
        "object",
    ]
    await channel.confirm("alice")
    await channel.confirm("bob")
    started: Reply = (await channel.shown())[-1]
    assert commands(started.buttons) == ["halt 1"]
