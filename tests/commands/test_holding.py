"""Events begin and end by a word, are copied, and are tried out where nobody else sees it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from commands.rules.showcase import Stage, entries
from storage import attendance, events, occurrences, people, reminders, showcase
from storage.database import Database
from storage.values import Event, Identity, Notice, Place
from tests.commands.conversation import Conversation
from tests.commands.event_desks import HOUR, NOW, TALKS, event_desks

START = NOW + 5 * HOUR
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def channel(database: Database) -> Conversation:
    conversation = Conversation(database, event_desks(), NOW)
    await conversation.appoint(["alice"])
    await conversation.say("event add tech-talk in 5 hours | Wikidata | speaker: Ada")
    return conversation


async def event(channel: Conversation, number: int) -> Event:
    async with channel.database.reading() as session:
        found = await events.get(session, number)
    assert found is not None
    return found


async def pending(channel: Conversation, number: int = 1) -> tuple[Notice, ...]:
    async with channel.database.reading() as session:
        return await reminders.pending(session, number)


async def stage(channel: Conversation) -> Stage:
    async with channel.database.reading() as session:
        shown = [each for each, _ in await showcase.changed_since(session, -1, limit=10)]
    (entry,) = entries(shown, since=NOW - HOUR, before=NOW + 24 * HOUR)
    return entry.stage(channel.now)


async def test_an_event_begins_early_everywhere_at_once(channel: Conversation) -> None:
    channel.now = START - 5 * MINUTE
    said = await channel.say("event start 1")
    assert said == (
        "Event 1 (Wikidata) has begun. I say so in libera/#talks, where it was not said yet."
    )
    assert [each.due_at for each in await pending(channel) if not each.offset] == [channel.now]
    assert "Wikidata" in (await channel.say("now")).splitlines()[0]
    assert "No events" in await channel.say("next")
    assert "running" in (await channel.say("events")).casefold()
    assert "running since Tue 1 Dec 2026 16:55" in await channel.say("event 1")
    assert await stage(channel) is Stage.RUNNING
    assert "started already" in await channel.say("event start 1")


async def test_an_event_that_ended_runs_no_more(channel: Conversation) -> None:
    channel.now = START + 20 * MINUTE
    assert "Wikidata" in await channel.say("now")
    assert await channel.say("event end 1") == "Event 1 (Wikidata) is over. It took 20 minutes."
    assert "Wikidata" not in await channel.say("now")
    assert "Wikidata" not in await channel.say("events")
    assert "It was on" in await channel.say("event 1")
    assert await stage(channel) is Stage.OVER
    assert await pending(channel) == ()
    assert "is not running" in await channel.say("event end 1")
    assert "is over" in await channel.say("coming 1", account="bob")
    assert "Wikidata" not in await channel.say("events now")


async def test_an_event_that_runs_on_ends_late(channel: Conversation) -> None:
    channel.now = START + HOUR + 25 * MINUTE
    assert "It took 1 hour 25 minutes" in await channel.say("event end 1")
    async with channel.database.reading() as session:
        (known,) = await occurrences.of(session, 1)
    assert known.ended_at == channel.now


async def test_a_series_goes_on_after_one_of_it_ended(channel: Conversation) -> None:
    await channel.say("event repeat 1 weekly")
    channel.now = START + 20 * MINUTE
    await channel.say("event end 1")
    assert "Nothing" in (await channel.say("now")).splitlines()[0]
    assert "8 Dec" in await channel.say("next")
    assert await pending(channel) != ()


@pytest.mark.parametrize("text", ["event start 1", "event end 1"])
async def test_only_who_sees_to_it_begins_and_ends_it(channel: Conversation, text: str) -> None:
    channel.now = START + MINUTE
    assert "Only coordinators" in await channel.say(text, account="bob")


async def test_who_registered_it_begins_it(channel: Conversation) -> None:
    await channel.appoint(["bob"])
    await channel.say("event add tech-talk in 5 hours | Other", account="bob")
    async with channel.database.transaction() as session:
        bob = await people.find(session, Identity("libera", "bob"))
        assert bob is not None
        await people.dismiss(session, bob.key, channel.now)
    channel.now = START
    assert "has begun" in await channel.say("event start 2", account="bob")


async def test_nothing_begins_a_day_before_or_ends_unbegun(channel: Conversation) -> None:
    await channel.say("event add tech-talk in 40 hours | Other")
    assert "cannot begin yet" in await channel.say("event start 2")
    assert "is not running" in await channel.say("event end 2")


async def test_a_copy_has_the_facts_and_nothing_that_became_of_the_old_one(
    channel: Conversation,
) -> None:
    await channel.say("event edit 1 | stream: https://example.org/s | topic: wikidata")
    await channel.say("coming 1", account="bob")
    await channel.say("event repeat 1 weekly")
    await channel.say("event cancel 1 ill")
    said = await channel.say("event copy 1 in 72 hours")
    assert "Event 2 is registered: Wikidata" in said
    old, new = await event(channel, 1), await event(channel, 2)
    assert (new.starts_at, new.stream, new.topics) == (NOW + 72 * HOUR, old.stream, old.topics)
    assert new.uid != old.uid
    assert (new.sequence, new.recurrence_rule, new.cancel_reason) == (0, None, None)
    assert new.public
    async with channel.database.reading() as session:
        assert await attendance.count(session, 2) == 0
    assert {each.destination for each in await pending(channel, 2)} == {TALKS}


TEST = "event test tech-talk in 2 minutes | A trial"


async def test_a_test_is_told_where_it_was_made_and_stands_in_no_list(
    channel: Conversation,
) -> None:
    said = await channel.say(TEST)
    assert said.startswith("Test event 2 is registered: A trial (tech-talk).")
    assert [each.destination for each in await pending(channel, 2)] == [TALKS]
    for text in ("events", "events week", "next"):
        assert "A trial" not in await channel.say(text)
    clashing = await channel.say("event add tech-talk in 2 minutes | Real")
    assert "A trial" not in clashing
    channel.now += 2 * MINUTE
    assert "A trial" not in await channel.say("now")
    async with channel.database.reading() as session:
        shown = [each for each, _ in await showcase.changed_since(session, -1, limit=10)]
    found = entries(shown, since=NOW - HOUR, before=NOW + 24 * HOUR)
    assert {each.event.title for each in found} == {"Wikidata", "Real"}


async def test_a_test_goes_nowhere_else(channel: Conversation) -> None:
    assert "channel" in await channel.say(f"{TEST} | channel: #lounge")
    async with channel.database.reading() as session:
        assert await events.get(session, 2) is None


async def test_a_test_in_private_is_told_to_whoever_made_it(channel: Conversation) -> None:
    await channel.say(TEST, private=True)
    assert [each.destination.place for each in await pending(channel, 2)] == [Place.PERSON]


@pytest.mark.parametrize("text", ["event copy 9 tomorrow 17:00", "event end 9", "event start 9"])
async def test_there_must_be_an_event(channel: Conversation, text: str) -> None:
    assert "no event 9" in await channel.say(text)


async def test_no_time_is_told_again(channel: Conversation) -> None:
    moment: datetime = (await event(channel, 1)).starts_at
    channel.now = moment
    await channel.say("event start 1")
    channel.now += 10 * MINUTE
    assert "Event 1 was started already: Tue 1 Dec 2026 17:00 UTC." in await channel.say(
        "event start 1"
    )
