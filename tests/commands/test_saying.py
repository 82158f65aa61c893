"""What is said later comes with what can be pressed at that moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commands.messages import Reply
from commands.saying import saying
from storage import notices
from storage.database import Database
from storage.values import Place
from tests.commands.conversation import Conversation
from tests.commands.event_desks import HOUR, NOW, event_desks

PRESSED = ["coming 1", "notcoming 1", "remindme 1", "calendar 1"]


@pytest.fixture
async def channel(database: Database) -> Conversation:
    conversation = Conversation(database, event_desks(), NOW)
    await conversation.appoint(["alice"])
    line = "event add tech-talk in 5 hours | Wikidata | channel: #lounge | channel: #talks"
    await conversation.say(line)
    return conversation


async def due(channel: Conversation, place: Place = Place.CHANNEL) -> list[Reply]:
    """Return what the engine of notices would say now to such a place."""
    async with channel.database.transaction() as session:
        claimed = await notices.claim(
            session, networks=["libera"], holder="test", now=channel.now, lease=HOUR, limit=100
        )
        found = [
            await saying(session, each, now=channel.now, grace=HOUR, languages={})
            for each in claimed
            if each.destination.place is place
        ]
    return [each.reply for each in found if each.reply is not None]


def pressed(said: Reply) -> list[str]:
    assert said.card is None
    return [each.command for each in said.buttons]


async def test_an_announcement_has_buttons(channel: Conversation) -> None:
    (announced,) = await due(channel)
    assert "New: Wikidata" in channel.words(announced)
    assert pressed(announced) == PRESSED


async def test_a_cancellation_has_nothing_to_press(channel: Conversation) -> None:
    await channel.say("event cancel 1 ill")
    for said in await due(channel):
        assert pressed(said) == []


@pytest.mark.parametrize(("before", "buttons"), [(HOUR, PRESSED), (timedelta(0), [])])
async def test_a_reminder_has_buttons_until_the_start(
    channel: Conversation, before: timedelta, buttons: list[str]
) -> None:
    channel.now += 5 * HOUR - before
    reminders = [each for each in await due(channel) if "starts" in channel.words(each)]
    assert [pressed(each) for each in reminders if "New" not in channel.words(each)] == [
        buttons,
        buttons,
    ]


async def test_who_asked_to_be_reminded_is_asked_for_nothing(channel: Conversation) -> None:
    await channel.say("remindme 1 1h", account="bob")
    channel.now += 4 * HOUR
    (reminder,) = await due(channel, Place.PERSON)
    assert pressed(reminder) == []
