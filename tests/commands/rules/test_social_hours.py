"""Posts go out by day, in the zone of those who read them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.socialhours import Hours

STOCKHOLM = Hours(time(9), time(20), "Europe/Stockholm")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "latest", "earliest"),
    [
        ("2026-12-03T12:00", "2026-12-03T12:00", "2026-12-03T12:00"),
        ("2026-12-03T19:00", "2026-12-03T18:00", "2026-12-04T08:00"),
        ("2026-12-03T02:00", "2026-12-02T18:00", "2026-12-03T08:00"),
        ("2026-07-03T06:59", "2026-07-02T17:00", "2026-07-03T07:00"),
    ],
    ids=["day", "evening", "night", "summer"],
)
def test_at_night_the_day_before_or_after_is_taken(
    instant: str, latest: str, earliest: str
) -> None:
    assert STOCKHOLM.at_latest(at(instant)) == at(latest)
    assert STOCKHOLM.at_earliest(at(instant)) == at(earliest)


@given(
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["UTC", "Europe/Stockholm", "America/New_York", "Asia/Kathmandu"]),
    st.integers(0, 22),
)
def test_what_is_chosen_is_always_by_day(moment: datetime, zone: str, opens: int) -> None:
    hours = Hours(time(opens), time(opens + 1), zone)
    instant = moment.replace(tzinfo=UTC)
    latest, earliest = hours.at_latest(instant), hours.at_earliest(instant)
    assert latest <= instant <= earliest
    # Where the clock leaves an hour out, that hour is no more and what follows is taken.
    assert hours.are_on(earliest) or hours.are_on(earliest + timedelta(hours=1)) or opens in {1, 2}
    assert hours.are_on(latest) or opens in {1, 2}


def test_a_week_begins_on_monday_where_its_readers_are() -> None:
    begins, ends = STOCKHOLM.week(at("2026-12-06T22:59"))
    assert (begins, ends) == (at("2026-11-29T23:00"), at("2026-12-06T23:00"))
    assert STOCKHOLM.week(at("2026-12-06T23:00"))[0] == ends
