"""People say that they come, by a word or a button, and events say how many."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from commands.messages import Document, DocumentKind
from storage import attendance, editors, ledger, people, reminders
from storage.database import Database
from storage.notices import NoticeRow
from storage.values import Card, CardKind, EventState, Identity, Place
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


KEPT = "You are on the list for event 1 (Wikidata)."
FEW = "A few people come."
REMINDED = "I remind you in private this long before: 1 hour."


@pytest.mark.parametrize("word", ["coming", "rsvp", "attend"])
async def test_who_comes_is_on_the_list_once(channel: Conversation, word: str) -> None:
    said = await channel.say(f"{word} 1", account="bob")
    assert said.splitlines() == [KEPT, FEW, REMINDED]
    again = await channel.say("coming 1", account="bob")
    assert again.splitlines()[0] == "You are on the list for event 1 (Wikidata) already."
    await channel.say("coming 1", account="carol")
    assert "2 people come." in await channel.say("event 1", private=True)


@pytest.mark.parametrize("word", ["notcoming", "not coming"])
async def test_who_does_not_come_is_off_the_list(channel: Conversation, word: str) -> None:
    await channel.say("coming 1", account="bob")
    said = await channel.say(f"{word} 1", account="bob")
    assert said == "You are off the list for event 1 (Wikidata)."
    assert "You are not on the list" in await channel.say(f"{word} 1", account="bob")
    assert "come" not in await channel.say("event 1")
    assert "Nobody has said" in await channel.say("event 1", private=True)


async def test_no_figure_about_fewer_than_five_is_for_everybody(channel: Conversation) -> None:
    for count, account in enumerate(("bob", "carol", "dora", "emil", "fay"), start=1):
        said = await channel.say("coming 1", account=account)
        everywhere = (said, await channel.say("event 1"), await channel.say("calendar 1"))
        assert not any(f"{few} p" in words for few in range(1, 5) for words in everywhere)
        assert (FEW in said) is (count < 5)
        alone = await channel.say("event 1", account="bob", private=True)
        assert ("5 people come." in alone) is (count == 5)
        assert f"{count} p" in await channel.say("event 1", private=True)
    assert "5 people come." in await channel.say("event 1", account=None)


async def test_who_registered_it_may_know_how_many_come(channel: Conversation) -> None:
    await channel.appoint(["bob"])
    await channel.say("event add tech-talk in 5 hours | Other", account="bob")
    async with channel.database.transaction() as session:
        bob = await people.find(session, Identity("libera", "bob"))
        assert bob is not None
        await people.dismiss(session, bob.key, channel.now)
    await channel.say("coming 2", account="carol")
    assert "1 person comes." in await channel.say("event 2", account="bob", private=True)
    assert FEW in await channel.say("event 2", account="carol", private=True)


async def test_whoever_comes_in_private_is_answered_in_private(channel: Conversation) -> None:
    for text in ("coming 1 private", "coming 1", "notcoming 1"):
        answer = await channel.reply(text, account="bob")
        assert answer is not None
        assert answer.private
    answer = await channel.reply("coming 1 public", account="bob")
    assert answer is not None
    assert not answer.private


async def test_whoever_comes_in_private_stands_in_no_list_of_names(channel: Conversation) -> None:
    for account, how in (("bob", ""), ("carol", "private")):
        await channel.say(f"coming 1 {how}", account=account)
        async with channel.database.transaction() as session:
            person = await people.find(session, Identity("libera", account))
            assert person is not None
            await editors.set_name(session, person.key, account.title())
    async with channel.database.reading() as session:
        assert await editors.attending(session, [1]) == (("Bob",), 0)
        assert await attendance.count(session, 1) == 2


async def test_what_is_not_understood_is_said(channel: Conversation) -> None:
    assert '"soonish"' in await channel.say("coming 1 soonish", account="bob")
    async with channel.database.reading() as session:
        assert await attendance.count(session, 1) == 0


async def planned(channel: Conversation, number: int = 1) -> list[tuple[str, datetime]]:
    """Return who is to be reminded in private of an event, and when."""
    async with channel.database.reading() as session:
        pending = await reminders.pending(session, number)
    return [
        (each.destination.address, each.due_at)
        for each in pending
        if each.destination.place is Place.PERSON
    ]


START = NOW + 5 * HOUR
HALF = HOUR / 2


async def test_who_comes_is_reminded_an_hour_before_or_as_he_says(channel: Conversation) -> None:
    await channel.say("coming 1", account="bob")
    await channel.say("attend 1 2h 30m", account="carol")
    await channel.say("attend 1 private 90m", account="dora")
    assert await planned(channel) == [
        ("carol", START - 2 * HOUR),
        ("dora", START - 3 * HALF),
        ("bob", START - HOUR),
        ("carol", START - HALF),
    ]
    await channel.say("attend 1 30m", account="carol")
    assert ("carol", START - 2 * HOUR) not in await planned(channel)


async def test_reminders_follow_the_event_and_end_with_it(channel: Conversation) -> None:
    await channel.say("coming 1", account="bob")
    await channel.say("event move 1 in 8 hours")
    assert await planned(channel) == [("bob", START + 2 * HOUR)]
    await channel.say("event cancel 1 ill")
    assert await planned(channel) == []


@pytest.mark.parametrize("text", ["notcoming 1", "remindme 1 off", "attend 1 off"])
async def test_reminders_stop(channel: Conversation, text: str) -> None:
    await channel.say("coming 1", account="bob")
    await channel.say(text, account="bob")
    assert await planned(channel) == []
    await channel.say("event edit 1 | title: Other")
    assert await planned(channel) == []


async def test_a_wish_stands_in_place_of_what_is_usual(channel: Conversation) -> None:
    await channel.say("coming 1", account="bob")
    await channel.say("remindme 1 2h", account="bob")
    assert await planned(channel) == [("bob", START - 2 * HOUR)]
    await channel.say("attend 1 2h 30m", account="bob")
    assert await planned(channel) == [("bob", START - 2 * HOUR), ("bob", START - HALF)]
    await channel.say("notcoming 1", account="bob")
    assert await planned(channel) == [("bob", START - 2 * HOUR)]


async def test_who_comes_is_told_that_it_moves_once(channel: Conversation) -> None:
    await channel.say("remindme 1 1h", account="bob")
    for account in ("bob", "carol"):
        await channel.say("coming 1", account=account)
    await channel.say("event move 1 in 8 hours")
    async with channel.database.reading() as session:
        rows = await session.scalars(select(NoticeRow).where(NoticeRow.kind == "announcement"))
        told = sorted(each.place for each in rows)
    assert told == ["person", "person"]


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
    assert said.card is not None
    assert replace(said.card, person=None) == Card(CardKind.EVENT, number)
    assert [each.command for each in said.buttons] == [
        f"coming {number}",
        f"notcoming {number}",
        f"remindme {number}",
        f"calendar {number}",
    ]


async def test_a_cancelled_event_has_nothing_to_press(channel: Conversation) -> None:
    await channel.say("event cancel 1 ill")
    said = await channel.press("event 1")
    assert EventState.CANCELLED in channel.words(said)
    assert said.buttons == ()


async def test_many_at_once_get_no_more_places_than_there_are(channel: Conversation) -> None:
    await channel.say("event edit 1 | capacity: 3")
    accounts = [f"guest{number}" for number in range(12)]
    await asyncio.gather(*(channel.say("coming 1", account=each) for each in accounts))
    await asyncio.gather(*(channel.say("notcoming 1", account=each) for each in accounts[:4]))
    async with channel.database.reading() as session:
        guests = await attendance.of(session, 1)
    assert len(guests) == 8
    assert sum(each.state in {"coming", "offered"} for each in guests) == 3
