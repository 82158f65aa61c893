"""Series are planned on for ever, each occurrence at its own wall clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from storage.database import Database
from tests.chatbot.ringing import Ringing, ringing
from tests.commands.event_desks import HOUR, NOW

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
START = NOW + 2 * HOUR
ADD = "event add tech-talk in 2 hours | Wikidata"


@pytest.fixture
async def bell(database: Database) -> AsyncIterator[Ringing]:
    async with ringing(database) as running:
        yield running


async def test_a_series_is_reminded_of_for_ever(bell: Ringing) -> None:
    await bell.say("event add tech-talk tomorrow 17:00 | Wikidata")
    await bell.say("event repeat 1 weekly")
    await bell.say("event remind 1 start")
    await bell.walk(NOW + 200 * DAY)
    assert len(bell.libera.lines) == 29
    assert not [told for told in bell.libera.lines if told.startswith("Late")]
    await bell.say("event repeat 1 off")
    await bell.walk(NOW + 220 * DAY)
    assert bell.alarm.due_at is None
    assert bell.series_alarm.due_at is None


async def test_a_series_is_picked_up_where_it_was_left_after_months(bell: Ringing) -> None:
    await bell.say("event add tech-talk tomorrow 17:00 | Wikidata")
    await bell.say("event repeat 1 weekly")
    first = datetime(2026, 12, 2, 17, tzinfo=UTC)
    await bell.jump(first + 20 * 7 * DAY - 30 * MINUTE)
    assert [told.split(":")[0] for told in bell.libera.lines] == [
        "Late reminder, due 30 minutes ago"
    ]


async def test_a_series_keeps_its_wall_clock_across_daylight_saving(bell: Ringing) -> None:
    await bell.jump(datetime(2027, 3, 22, 12, tzinfo=UTC))
    await bell.say("event add tech-talk wednesday 17:00 Europe/Stockholm | Wikidata")
    await bell.say("event repeat 1 weekly count 2")
    await bell.say("event remind 1 1d start")
    await bell.walk(datetime(2027, 4, 10, tzinfo=UTC))
    assert [told.split("starts ")[1] for told in bell.libera.lines] == [
        "in 1 day: Wed 24 Mar 2027 16:00 UTC (17:00 Europe/Stockholm)",
        "now: Wed 24 Mar 2027 16:00 UTC (17:00 Europe/Stockholm)",
        "in 1 day: Wed 31 Mar 2027 15:00 UTC (17:00 Europe/Stockholm)",
        "now: Wed 31 Mar 2027 15:00 UTC (17:00 Europe/Stockholm)",
    ]


async def test_a_skipped_date_is_silent(bell: Ringing) -> None:
    await bell.say("event add tech-talk tomorrow 17:00 | Wikidata")
    await bell.say("event repeat 1 daily count 3")
    await bell.say("event remind 1 start")
    await bell.say("event repeat 1 except 2026-12-03")
    await bell.walk(NOW + 5 * DAY)
    assert [told.split("now: ")[1] for told in bell.libera.lines] == [
        "Wed 2 Dec 2026 17:00 UTC",
        "Fri 4 Dec 2026 17:00 UTC",
    ]


async def test_late_ones_of_several_days_of_a_series_are_one_line(bell: Ringing) -> None:
    await bell.say(ADD)
    await bell.say("event repeat 1 daily")
    await bell.jump(START + 3 * DAY - 30 * MINUTE)
    assert [told.split(":")[0] for told in bell.libera.lines] == [
        "Late reminder, due 30 minutes ago"
    ]
