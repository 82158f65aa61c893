"""People say that they come, by a word or a button, and events say how many."""

from __future__ import annotations

import pytest

from commands.messages import Document, DocumentKind
from storage import ledger
from storage.database import Database
from storage.values import Card, CardKind, EventState
from tests.commands.conversation import Conversation
from tests.commands.event_desks import HOUR, NOW, event_desks


@pytest.fixture
async def channel(database: Database) -> Conversation:
    conversation = Conversation(database, event_desks(), NOW)
    await conversation.appoint(["alice"])
    await conversation.say("event add tech-talk in 5 hours | Wikidata | speaker: Ada")
    return conversation


async def actions(channel: Conversation) -> list[tuple[str, object]]:
    async with channel.database.reading() as session:
        entries = await ledger.latest(session, 10)
    return [(each.action, each.details) for each in reversed(entries)]


@pytest.mark.parametrize("word", ["coming", "rsvp", "attend"])
async def test_who_comes_is_on_the_list_once(channel: Conversation, word: str) -> None:
    said = await channel.say(f"{word} 1", account="bob")
    assert said == "You are on the list for event 1 (Wikidata). 1 person comes."
    again = await channel.say("coming 1", account="bob")
    assert again == "You are on the list for event 1 (Wikidata) already. 1 person comes."
    assert "2 people come." in await channel.say("coming 1", account="carol")
    assert "2 people come." in await channel.say("event 1", account=None)


@pytest.mark.parametrize("word", ["notcoming", "not coming"])
async def test_who_does_not_come_is_off_the_list(channel: Conversation, word: str) -> None:
    await channel.say("coming 1", account="bob")
    said = await channel.say(f"{word} 1", account="bob")
    assert said == (
        "You are off the list for event 1 (Wikidata). Nobody has said so far that they come."
    )
    assert "You are not on the list" in await channel.say(f"{word} 1", account="bob")
    assert "come" not in await channel.say("event 1")


async def test_the_ledger_keeps_each_change_and_no_names(channel: Conversation) -> None:
    for word in ("coming 1", "coming 1", "notcoming 1", "notcoming 1"):
        await channel.say(word, account="bob")
    assert (await actions(channel))[1:] == [("event.coming", {}), ("event.not_coming", {})]


async def test_nobody_comes_to_what_is_over_or_cancelled(channel: Conversation) -> None:
    await channel.say("event add tech-talk in 5 hours | Other")
    await channel.say("event cancel 2 ill")
    assert "is cancelled" in await channel.say("coming 2", account="bob")
    channel.now += 6 * HOUR
    assert "is over" in await channel.say("coming 1", account="bob")


async def test_only_who_is_known_comes(channel: Conversation) -> None:
    assert "I do not know who you are" in await channel.say("coming 1", account=None)


async def test_a_button_reminds_as_the_channels_are(channel: Conversation) -> None:
    first = channel.words(await channel.press("remindme 1", account="bob"))
    assert "Tue 1 Dec 2026 16:00 UTC, Tue 1 Dec 2026 16:50 UTC, Tue 1 Dec 2026 17:00 UTC" in first
    again = channel.words(await channel.press("remindme 1", account="bob"))
    assert again.startswith("bob@libera is to be reminded in private of event 1 (Wikidata) already")
    assert "already" in await channel.say("remindme 1 1h", account="bob")
    assert "already" not in await channel.say("remindme 1 2h", account="bob")


async def test_a_button_keeps_a_wish_as_it_was(channel: Conversation) -> None:
    await channel.say("remindme 1 30m", account="bob")
    pressed = channel.words(await channel.press("remindme 1", account="bob"))
    assert "already: Tue 1 Dec 2026 16:30 UTC." in pressed


async def test_a_calendar_gets_a_file_and_a_reader_the_facts(channel: Conversation) -> None:
    given = await channel.press("calendar 1")
    assert given.document == Document(DocumentKind.CALENDAR, 1)
    assert channel.words(given) == (
        "Event 1: Wikidata (tech-talk). It starts Tue 1 Dec 2026 17:00 UTC, for 1 hour.\nwith Ada"
    )
    assert "no event 9" in await channel.say("event calendar 9", account=None)


@pytest.mark.parametrize("command", ["event 1", "event add tech-talk in 5 hours | Wikidata"])
async def test_an_event_is_a_card_with_buttons(channel: Conversation, command: str) -> None:
    said = await channel.press(command)
    number = 1 if command == "event 1" else 2
    assert said.card == Card(CardKind.EVENT, number)
    assert [each.command for each in said.buttons] == [
        f"coming {number}",
        f"remindme {number}",
        f"calendar {number}",
    ]


async def test_a_cancelled_event_has_nothing_to_press(channel: Conversation) -> None:
    await channel.say("event cancel 1 ill")
    said = await channel.press("event 1")
    assert EventState.CANCELLED in channel.words(said)
    assert said.buttons == ()
