"""An event becomes a series, skips dates, and ends, with its next occurrences said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from storage import events, ledger
from storage.database import Database
from storage.values import Event
from tests.commands.conversation import Conversation
from tests.commands.event_desks import HOUR, NOW, event_desks

START = NOW + 28 * HOUR
WEEK = timedelta(days=7)


@pytest.fixture
async def channel(database: Database) -> Conversation:
    conversation = Conversation(database, event_desks(), NOW)
    await conversation.appoint(["alice"])
    await conversation.say("event add tech-talk tomorrow 17:00 Europe/Stockholm | Wikidata")
    return conversation


async def event(channel: Conversation) -> Event:
    async with channel.database.reading() as session:
        found = await events.get(session, 1)
    assert found is not None
    return found


async def test_the_next_few_are_said_in_utc_and_in_the_zone(channel: Conversation) -> None:
    said = await channel.say("event repeat 1 weekly")
    assert said.splitlines() == [
        "Event 1 (Wikidata) repeats by FREQ=WEEKLY, next in 1 day 4 hours:"
        " Wed 2 Dec 2026 16:00 UTC (17:00 Europe/Stockholm),"
        " Wed 9 Dec 2026 16:00 UTC (17:00 Europe/Stockholm),"
        " Wed 16 Dec 2026 16:00 UTC (17:00 Europe/Stockholm)",
        "The series keeps the wall clock of Europe/Stockholm, so its time in UTC changes between"
        " Wed 24 Mar 2027 16:00 UTC (17:00 Europe/Stockholm) and"
        " Wed 31 Mar 2027 15:00 UTC (17:00 Europe/Stockholm).",
        "Next: !event repeat 1 except DATE skips one, !event repeat 1 off ends it.",
    ]


async def test_no_shift_is_said_where_there_is_none(channel: Conversation) -> None:
    assert "wall clock" not in await channel.say("event repeat 1 weekly count 3")


async def test_dates_are_skipped_one_after_another(channel: Conversation) -> None:
    await channel.say("event repeat 1 weekly count 4")
    await channel.say("event repeat 1 except 2026-12-09")
    said = await channel.say("event repeat 1 except 2026-12-16")
    assert "Wed 2 Dec 2026 16:00 UTC (17:00 Europe/Stockholm), Wed 23 Dec 2026" in said
    kept = await event(channel)
    assert kept.recurrence_rule == "FREQ=WEEKLY;COUNT=4"
    assert kept.exdates == (date(2026, 12, 9), date(2026, 12, 16))


async def test_a_series_ends_with_the_occurrence_that_comes_next(channel: Conversation) -> None:
    await channel.say("event repeat 1 weekly")
    channel.now += WEEK
    said = await channel.say("event repeat 1 off")
    assert "does not repeat any more. It starts Wed 9 Dec 2026 16:00 UTC" in said
    ended = await event(channel)
    assert (ended.recurrence_rule, ended.starts_at) == (None, START + WEEK)


@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        ("sometimes", "do not understand"),
        ("off", "does not repeat"),
        ("except 2026-12-09", "does not repeat"),
        ("every thursday", "leaves out"),
        ("weekly except 2026-12-10", "no occurrence on 2026-12-10"),
        ("RRULE:FREQ=SECONDLY", "cannot follow"),
    ],
)
async def test_what_makes_no_series_is_refused(
    channel: Conversation, rule: str, answer: str
) -> None:
    assert answer in await channel.say(f"event repeat 1 {rule}")
    assert (await event(channel)).recurrence_rule is None


async def test_a_rule_with_nothing_ahead_is_said_to_be_over(channel: Conversation) -> None:
    await channel.say("event repeat 1 daily")
    channel.now += WEEK
    assert "has no occurrence left" in await channel.say("event repeat 1 daily count 2")


async def test_only_coordinators_repeat_and_it_is_in_the_ledger(channel: Conversation) -> None:
    assert "is for coordinators" in await channel.say("event repeat 1 weekly", account="bob")
    await channel.say("event repeat 1 weekly except 2026-12-09")
    async with channel.database.reading() as session:
        (entry,) = await ledger.latest(session, 1)
    assert entry.action == "event.repeated"
    assert entry.details == {"rule": "FREQ=WEEKLY", "exdates": ["2026-12-09"]}
