"""A sheet has whole weeks, and each occurrence on all of its days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from commands.rules import sheet
from commands.rules.showcase import Entry
from storage.values import Event, Occurrence

MONDAY, SATURDAY, SUNDAY = 0, 5, 6


def entry(start: datetime, hours: float, *, ended: datetime | None = None) -> Entry:
    event = Event(1, "u", "tech-talk", "Talk", start, "UTC", timedelta(hours=hours))
    return Entry(event, start, Occurrence(1, start, ended_at=ended))


@pytest.mark.parametrize(
    ("first_weekday", "first", "until"),
    [
        (MONDAY, date(2026, 11, 30), date(2027, 1, 4)),
        (SUNDAY, date(2026, 11, 29), date(2027, 1, 3)),
        (SATURDAY, date(2026, 11, 28), date(2027, 1, 2)),
    ],
)
def test_a_month_stands_on_whole_weeks(first_weekday: int, first: date, until: date) -> None:
    assert sheet.whole_weeks(date(2026, 12, 15), first_weekday) == (first, until)


def test_a_month_that_fits_has_no_days_beside_it() -> None:
    assert sheet.whole_weeks(date(2027, 2, 1), MONDAY) == (date(2027, 2, 1), date(2027, 3, 1))


@pytest.mark.parametrize(
    ("months", "found"),
    [
        (1, date(2027, 1, 1)),
        (-12, date(2025, 12, 1)),
        (0, date(2026, 12, 1)),
        (14, date(2028, 2, 1)),
    ],
)
def test_months_are_counted_across_years(months: int, found: date) -> None:
    assert sheet.month_after(date(2026, 12, 31), months) == found


@pytest.mark.parametrize(
    ("start", "hours", "filled"),
    [
        (datetime(2026, 12, 1, 17, tzinfo=UTC), 1, [1]),
        (datetime(2026, 12, 1, 23, tzinfo=UTC), 1, [1]),
        (datetime(2026, 12, 1, 23, tzinfo=UTC), 1.5, [1, 2]),
        (datetime(2026, 11, 29, 12, tzinfo=UTC), 61, [1, 2]),
        (datetime(2026, 12, 3, 12, tzinfo=UTC), 600, [3, 4]),
        (datetime(2026, 12, 2, 0, tzinfo=UTC), 0, [2]),
    ],
)
def test_an_occurrence_stands_on_each_of_its_days(
    start: datetime, hours: float, filled: list[int]
) -> None:
    days = sheet.days([entry(start, hours)], date(2026, 12, 1), date(2026, 12, 5))
    assert [day.on.day for day in days] == [1, 2, 3, 4]
    assert [day.on.day for day in days if day.slots] == filled
    continued = [slot.continued for day in days for slot in day.slots]
    assert continued == [day.on != start.date() for day in days if day.slots]


def test_what_ended_early_stands_on_fewer_days() -> None:
    start = datetime(2026, 12, 1, 12, tzinfo=UTC)
    ended = entry(start, 72, ended=datetime(2026, 12, 2, 9, tzinfo=UTC))
    days = sheet.days([ended], date(2026, 12, 1), date(2026, 12, 5))
    assert [day.on.day for day in days if day.slots] == [1, 2]
