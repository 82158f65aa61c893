"""How fast and at what hours a wiki is written to, and when a run is through there."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.pace import Hours, WikiPace, expected_ends

DAY = Hours(time(8), time(21), "Europe/Stockholm")
NIGHT = Hours(time(22), time(6), "UTC")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00+00:00")


@pytest.mark.parametrize(
    ("hours", "instant", "opening"),
    [
        (DAY, "12-01T07:00", "12-01T07:00"),
        (DAY, "12-01T06:59", "12-01T07:00"),
        (DAY, "12-01T19:59", "12-01T19:59"),
        (DAY, "12-01T20:00", "12-02T07:00"),
        (DAY, "07-01T05:30", "07-01T06:00"),
        (DAY, "10-24T20:00", "10-25T07:00"),
        (NIGHT, "12-01T23:30", "12-01T23:30"),
        (NIGHT, "12-02T05:59", "12-02T05:59"),
        (NIGHT, "12-02T06:00", "12-02T22:00"),
    ],
)
def test_hours_are_those_of_the_wall_clock_there(hours: Hours, instant: str, opening: str) -> None:
    assert hours.next_open(at(instant)) == at(opening)


@pytest.mark.parametrize(
    ("hours", "start", "minutes", "end"),
    [
        (None, "12-01T07:00", 90, "12-01T08:30"),
        (DAY, "12-01T05:00", 90, "12-01T08:30"),
        (DAY, "12-01T19:00", 60, "12-01T20:00"),
        (DAY, "12-01T19:00", 90, "12-02T07:30"),
        (DAY, "12-01T19:00", 60 + 13 * 60 + 1, "12-03T07:01"),
    ],
)
def test_the_night_is_left_out(hours: Hours | None, start: str, minutes: int, end: str) -> None:
    assert WikiPace(20, hours).end(at(start), timedelta(minutes=minutes)) == at(end)


@given(
    st.integers(0, 23),
    st.integers(0, 23),
    st.integers(0, 365 * 24 * 60),
)
def test_an_opening_is_open_and_closes_later(opens: int, closes: int, minute: int) -> None:
    instant = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    hours = Hours(time(opens), time(closes), "America/New_York")
    opening = hours.next_open(instant)
    assert opening >= instant
    assert hours.next_open(opening) == opening
    assert hours.closing(opening) > opening


START = at("12-01T12:00")
PACES = {"enwiki": WikiPace(20), "svwiki": WikiPace(5), "dewiki": WikiPace(60)}


def through(
    counts: dict[str, int], *, rest: int = 0, cap: float | None = None
) -> dict[str, timedelta]:
    pause = timedelta(minutes=rest)
    found = expected_ends(counts, PACES, start=START, rest=pause, cap=cap)
    assert all(one.end >= other.end for one, other in pairwise(found))
    return {each.wiki: each.end - START for each in found}


@pytest.mark.parametrize(
    ("counts", "rest", "cap", "minutes"),
    [
        ({"enwiki": 100}, 0, None, {"enwiki": 5}),
        ({"enwiki": 100, "svwiki": 50}, 15, None, {"enwiki": 20, "svwiki": 25}),
        ({"enwiki": 100, "svwiki": 10}, 0, 10, {"enwiki": 11, "svwiki": 2}),
        ({"enwiki": 100}, 0, 1000, {"enwiki": 5}),
        ({"gonewiki": 100}, 0, None, {}),
    ],
)
def test_the_expected_end_is_that_of_the_tightest_limit(
    counts: dict[str, int], rest: int, cap: float | None, minutes: dict[str, int]
) -> None:
    expected = {wiki: timedelta(minutes=each) for wiki, each in minutes.items()}
    assert through(counts, rest=rest, cap=cap) == expected
