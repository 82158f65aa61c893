"""Channels are reminded as coordinators decide, and everybody as they wish."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from storage import ledger, reminders
from storage.database import Database
from storage.values import Destination, Place
from tests.commands.conversation import Conversation
from tests.commands.event_desks import HOUR, NOW, TALKS, event_desks

BOB = Destination("libera", Place.PERSON, "bob")
START = NOW + 5 * HOUR


@pytest.fixture
async def channel(database: Database) -> Conversation:
    conversation = Conversation(database, event_desks(), NOW)
    await conversation.appoint(["alice"])
    await conversation.say("event add tech-talk in 5 hours | Wikidata")
    return conversation


async def due(channel: Conversation, destination: Destination) -> list[datetime]:
    async with channel.database.reading() as session:
        pending = await reminders.pending(session, 1)
    return [notice.due_at for notice in pending if notice.destination == destination]


async def test_a_wish_is_kept_and_its_instants_are_said(channel: Conversation) -> None:
    said = await channel.say("remindme 1 2h 30m", account="bob")
    assert said.splitlines() == [
        "I will remind bob@libera in private of event 1 (Wikidata):"
        " Tue 1 Dec 2026 15:00 UTC, Tue 1 Dec 2026 16:30 UTC.",
        "It starts Tue 1 Dec 2026 17:00 UTC, in 5 hours, for 1 hour.",
        "It moves with the event. To stop it: !remindme 1 off",
    ]
    assert await due(channel, BOB) == [START - 2 * HOUR, START - timedelta(minutes=30)]


async def test_wishes_add_up_and_move_with_the_event(channel: Conversation) -> None:
    await channel.say("remindme 1 2h", account="bob")
    await channel.say("remindme 1 start", account="bob")
    await channel.say("event move 1 in 8 hours")
    assert await due(channel, BOB) == [NOW + 6 * HOUR, NOW + 8 * HOUR]


async def test_off_forgets_ones_own_wishes_alone(channel: Conversation) -> None:
    await channel.say("remindme 1 2h", account="bob")
    await channel.say("remindme 1 2h", account="carol")
    assert "no longer" in await channel.say("remindme 1 off", account="bob")
    assert await due(channel, BOB) == []
    assert len(await due(channel, Destination("libera", Place.PERSON, "carol"))) == 1
    assert "has no reminders" in await channel.say("remindme 1 off", account="bob")


async def test_what_is_past_is_said_not_planned(channel: Conversation) -> None:
    assert "too late for: 1 day" in await channel.say("remindme 1 1d 1h", account="bob")
    assert await due(channel, BOB) == [START - HOUR]
    said = await channel.say("remindme 1 2d", account="carol")
    assert said.startswith("It is too late for: 2 days.")
    assert "remindme 1 off" not in said


async def test_a_wish_about_a_series_holds_for_all_of_it(channel: Conversation) -> None:
    await channel.say("event repeat 1 weekly count 3")
    await channel.say("remindme 1 1d", account="bob")
    week = timedelta(days=7)
    assert await due(channel, BOB) == [START + week - 24 * HOUR, START + 2 * week - 24 * HOUR]


@pytest.mark.parametrize(
    ("line", "account", "answer"),
    [
        ("remindme 1 1h", None, "I do not know who you are"),
        ("remindme 1 soon", "bob", "soon"),
        ("remindme 9 1h", "bob", "There is no event 9"),
        ("remindme 1 " + " ".join(f"{n}m" for n in range(1, 14)), "bob", "12"),
        ("event remind 1 soon", "alice", "soon"),
        ("event remind 1 1h", "bob", "is for coordinators"),
    ],
)
async def test_what_cannot_be_planned_is_refused(
    channel: Conversation, line: str, account: str | None, answer: str
) -> None:
    assert answer in await channel.say(line, account=account)
    assert await due(channel, BOB) == []


async def test_there_is_an_end_to_wishes(channel: Conversation) -> None:
    await channel.say("remindme 1 " + " ".join(f"{n}m" for n in range(1, 13)), account="bob")
    assert "At most 12 reminders" in await channel.say("remindme 1 2h", account="bob")


async def test_coordinators_decide_when_channels_are_reminded(channel: Conversation) -> None:
    said = await channel.say("event remind 1 2h 30s start")
    assert "I remind libera/#talks this long before: 2 hours, 30 seconds, at the start." in said
    assert "in 5 hours" in said
    offsets = (2 * HOUR, timedelta(seconds=30), timedelta(0))
    assert await due(channel, TALKS) == [START - offset for offset in offsets]


async def test_default_goes_back_to_those_of_the_kind(channel: Conversation) -> None:
    before = await due(channel, TALKS)
    await channel.say("event remind 1 2h")
    said = await channel.say("event remind 1 default")
    assert "1 hour, 10 minutes, at the start" in said
    assert await due(channel, TALKS) == before


async def test_wishes_and_decisions_are_in_the_ledger(channel: Conversation) -> None:
    await channel.say("event remind 1 2h")
    await channel.say("remindme 1 1h", account="bob")
    await channel.say("remindme 1 off", account="bob")
    async with channel.database.reading() as session:
        entries = await ledger.latest(session, 3)
    assert [entry.action for entry in reversed(entries)] == [
        "event.reminders",
        "event.wish",
        "event.wish_off",
    ]
    assert "bob" not in str(entries)
