"""A series keeps its wall clock across daylight saving, and no rule takes for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.recurrence import Recurrence, in_step, in_zone, instants, sound

STOCKHOLM = "Europe/Stockholm"
ZONES = (
    STOCKHOLM,
    "UTC",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Pacific/Apia",
)


def _at(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[misc, arg-type]


def _first(count: int, starts_at: datetime, rule: str, *exdates: date) -> list[datetime]:
    return list(islice(instants(starts_at, STOCKHOLM, Recurrence(rule, exdates)), count))


def test_the_wall_clock_is_kept_across_the_change() -> None:
    assert _first(2, _at(2027, 3, 25, 16), "FREQ=WEEKLY") == [
        _at(2027, 3, 25, 16),
        _at(2027, 4, 1, 15),
    ]


def test_a_time_in_the_gap_moves_after_it() -> None:
    """RFC 5545, 3.3.5: it counts with the offset before the gap."""
    first, second = _first(2, _at(2027, 3, 27, 1, 30), "FREQ=DAILY")
    assert (first, second) == (_at(2027, 3, 27, 1, 30), _at(2027, 3, 28, 1, 30))
    assert second.astimezone(ZoneInfo(STOCKHOLM)).hour == 3


def test_a_time_that_comes_twice_is_the_first() -> None:
    assert _first(2, _at(2026, 10, 24, 0, 30), "FREQ=DAILY")[1] == _at(2026, 10, 25, 0, 30)


def test_a_series_that_starts_at_the_second_of_two_keeps_its_start() -> None:
    assert _first(1, _at(2026, 10, 25, 1, 30), "FREQ=DAILY") == [_at(2026, 10, 25, 1, 30)]


def test_until_is_compared_as_an_instant() -> None:
    until = "FREQ=WEEKLY;UNTIL=20270401T150000Z"
    assert len(_first(9, _at(2027, 3, 25, 16), until)) == 2
    assert len(_first(9, _at(2027, 3, 25, 16), until.replace("150000", "145959"))) == 1


def test_skipped_dates_count_and_are_local() -> None:
    """RFC 5545, 3.8.5.1: EXDATE is taken from what the rule (with COUNT) made."""
    late = datetime(2026, 12, 7, 23, 30, tzinfo=UTC)  # Tuesday the 8th in Stockholm
    kept = _first(9, late, "FREQ=WEEKLY;COUNT=3", date(2026, 12, 15))
    assert kept == [late, late + timedelta(weeks=2)]


def test_the_31st_leaves_out_shorter_months() -> None:
    months = [each.month for each in _first(4, _at(2027, 1, 31, 16), "FREQ=MONTHLY")]
    assert months == [1, 3, 5, 7]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=7;BYDAY=WE",
        "FREQ=WEEKLY;BYDAY=MO",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYSETPOS=2",
    ],
)
def test_a_start_that_its_rule_leaves_out_stands_alone(rule: str) -> None:
    starts_at = _at(2028, 2, 29, 16)
    assert not in_step(starts_at, STOCKHOLM, rule)
    assert _first(9, starts_at, rule) == [starts_at]


def test_a_sparse_rule_is_followed() -> None:
    rule = sound("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=TU", STOCKHOLM)
    assert [each.year for each in _first(2, _at(2028, 2, 29, 16), rule)] == [2028, 2056]


@given(
    st.sampled_from(ZONES),
    st.integers(0, 4 * 365 * 24 * 60).map(lambda n: _at(2026, 1, 1) + timedelta(minutes=n)),
    st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=3", "FREQ=MONTHLY", "FREQ=DAILY;COUNT=5"]),
)
def test_occurrences_rise_and_show_one_local_time(zone: str, start: datetime, rule: str) -> None:
    wall = start.astimezone(ZoneInfo(zone)).time()
    found = list(islice(instants(start, zone, Recurrence(rule)), 20))
    assert found[0] == start
    assert all(one < other for one, other in pairwise(found))
    for local in (each.astimezone(ZoneInfo(zone)) for each in found):
        assert local.time() == wall or not _exists(datetime.combine(local.date(), wall), zone)


def _exists(local: datetime, zone: str) -> bool:
    return in_zone(local, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local
