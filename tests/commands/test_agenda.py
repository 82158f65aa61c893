"""Everybody may ask what comes, what is next, what runs, and for one event in full."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commands.agenda import Agenda
from commands.eventcard import EventCard
from commands.planning import Planning
from storage.database import Database
from tests.commands.conversation import Conversation
from tests.commands.event_desks import HOUR, NOW, POLICY, event_desks


@pytest.fixture
async def channel(database: Database) -> Conversation:
    conversation = Conversation(database, event_desks(), NOW)
    await conversation.appoint(["alice"])
    return conversation


async def fill(channel: Conversation) -> None:
    """Register three events, by number: next month, tomorrow, and in a quarter of an hour."""
    for line in (
        "event add office-hours in 20 days 17:00 UTC | Far",
        "event add tech-talk tomorrow 17:00 UTC | Near | topic: #wikidata",
        "event add tech-talk in 15 minutes | Now | speaker: Ada | link: https://example.org/x",
    ):
        await channel.say(line)


def numbers(said: str) -> list[str]:
    return [line.split(".")[0] for line in said.splitlines()]


async def test_what_comes_is_listed_by_time_for_anybody(channel: Conversation) -> None:
    await fill(channel)
    said = await channel.say("events", account=None)
    assert said.splitlines() == [
        "3. Tue 1 Dec 2026 12:15 UTC: Now (tech-talk)",
        "2. Wed 2 Dec 2026 17:00 UTC: Near (tech-talk)",
        "1. Mon 21 Dec 2026 17:00 UTC: Far (office-hours)",
    ]


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ("week", ["3", "2"]),
        ("Month", ["3", "2", "1"]),
        ("office-hours", ["1"]),
        ("TECH-TALK", ["3", "2"]),
        ("#Wikidata", ["2"]),
    ],
)
async def test_the_list_is_narrowed_by_one_word(
    channel: Conversation, which: str, expected: list[str]
) -> None:
    await fill(channel)
    assert numbers(await channel.say(f"events {which}")) == expected


@pytest.mark.parametrize(
    ("which", "answer"),
    [
        ("", "No events are planned."),
        ("#x", 'Nothing is planned for "#x". Say !events for all that comes.'),
        ("wek", 'I know neither a time nor a kind "wek". Say one of: week, or #topic'),
    ],
)
async def test_an_empty_list_says_so(channel: Conversation, which: str, answer: str) -> None:
    assert await channel.say(f"events {which}".strip()) == answer


@pytest.mark.parametrize(
    ("count", "shown", "more"), [(8, 8, ""), (9, 8, "And 1 more: !events page 2")]
)
async def test_a_long_list_says_how_many_more(
    channel: Conversation, count: int, shown: int, more: str
) -> None:
    for number in range(count):
        await channel.say(f"event add tech-talk in {number + 1} hours | Talk")
    lines = (await channel.say("events")).splitlines()
    assert len([line for line in lines if line.endswith("(tech-talk)")]) == shown
    assert lines[-1].startswith(more)


async def test_the_past_and_the_cancelled_are_not_listed(channel: Conversation) -> None:
    await fill(channel)
    await channel.say("event cancel 2 ill")
    channel.now += 2 * HOUR
    assert numbers(await channel.say("events")) == ["1"]


async def test_a_series_is_listed_at_its_next_occurrence(channel: Conversation) -> None:
    await channel.say("event add tech-talk tomorrow 17:00 UTC | Weekly")
    await channel.say("event repeat 1 weekly count 3")
    channel.now += timedelta(days=9)
    assert (
        await channel.say("events") == "1. Wed 16 Dec 2026 17:00 UTC: Weekly (tech-talk, repeats)"
    )
    channel.now += timedelta(days=9)
    assert await channel.say("events") == "No events are planned."


async def test_what_runs_is_said_with_where_to_follow_it(channel: Conversation) -> None:
    await fill(channel)
    channel.now += timedelta(minutes=20)
    assert await channel.say("now") == (
        "Now: Now (tech-talk, event 3), since Tue 1 Dec 2026 12:15 UTC and for another 55 minutes."
        " · with Ada, https://example.org/x"
    )
    assert (await channel.say("events")).startswith("3. Running since")
    assert (await channel.say("next")).startswith("Next: Near (tech-talk, event 2) starts")


async def test_when_nothing_runs_the_next_is_said(channel: Conversation) -> None:
    assert await channel.say("now") == "Nothing runs now."
    assert await channel.say("next") == "No events are planned."
    await fill(channel)
    assert (await channel.say("now")).splitlines()[1].startswith("Next: Now (tech-talk, event 3)")


async def test_events_that_start_together_are_all_next(channel: Conversation) -> None:
    for _ in range(2):
        await channel.say("event add tech-talk tomorrow 17:00 UTC | Talk")
    assert len((await channel.say("next")).splitlines()) == 2


async def test_a_card_tells_all(channel: Conversation) -> None:
    await channel.say(
        "event add tech-talk tomorrow 17:00 Europe/Stockholm | Wikidata | speaker: Ada"
        " | host: Zoe | topic: #sparql | language: sv | link: https://example.org/x"
    )
    await channel.say("event repeat 1 weekly count 2")
    assert (await channel.say("event #1", account=None)).splitlines() == [
        "Event 1: Wikidata (tech-talk). It starts Wed 2 Dec 2026 16:00 UTC"
        " (17:00 Europe/Stockholm), in 1 day 4 hours, for 1 hour.",
        "It repeats by FREQ=WEEKLY;COUNT=2 on the wall clock of Europe/Stockholm. Next:"
        " Wed 2 Dec 2026 16:00 UTC (17:00 Europe/Stockholm),"
        " Wed 9 Dec 2026 16:00 UTC (17:00 Europe/Stockholm)",
        "with Ada, host: Zoe, https://example.org/x, topics: #sparql, in sv",
        "I remind libera/#talks this long before: 1 day, 1 hour, 10 minutes, at the start.",
    ]


async def test_a_card_says_how_an_event_stands(channel: Conversation) -> None:
    await channel.say("event add tech-talk in 15 minutes | Talk")
    channel.now += timedelta(minutes=30)
    assert "It has been running since Tue 1 Dec 2026 12:15 UTC" in await channel.say("event show 1")
    channel.now += HOUR
    assert (
        await channel.say("event 1")
        == "Event 1: Talk (tech-talk). It was on Tue 1 Dec 2026 12:15 UTC."
    )
    await channel.say("event add tech-talk in 15 minutes | Talk")
    await channel.say("event cancel 2 ill")
    assert await channel.say("event 2") == "Event 2: Talk (tech-talk) is cancelled: ill"
    assert "There is no event 9" in await channel.say("event 9")


@pytest.mark.parametrize("asked", ["event 1", "calendar 1"])
async def test_an_event_says_where_it_stands_on_the_web(database: Database, asked: str) -> None:
    card = EventCard(planning=Planning(policy=POLICY), page="https://e.example/event/{}".format)
    desks = (*event_desks(), *Agenda(policy=POLICY, card=card).commands())
    web = Conversation(database, desks, NOW)
    await web.appoint(["alice"])
    await web.say("event add tech-talk in 5 hours | Wikidata")
    page = "Its page, with a file for your calendar: https://e.example/event/1"
    assert page in await web.say(asked)
