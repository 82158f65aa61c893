"""Spans of time are read as people write them, within bounds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.offsets import Misunderstood, duration, offsets, span

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1h", HOUR),
        ("90m", 90 * MINUTE),
        ("1h30m", 90 * MINUTE),
        ("1h30", 90 * MINUTE),
        ("1 hour 30 min.", 90 * MINUTE),
        ("1 hour and 30 minutes", 90 * MINUTE),
        ("1.5 hours", 90 * MINUTE),
        ("1,5h", 90 * MINUTE),
        ("half an hour", 30 * MINUTE),
        ("an hour", HOUR),
        ("2 days", 2 * DAY),
        ("1w", 7 * DAY),
        ("10s", timedelta(seconds=10)),
        ("２ Ｄａｙｓ", 2 * DAY),
    ],
)
def test_a_span_is_read(text: str, expected: timedelta) -> None:
    assert span(text) == expected


@pytest.mark.parametrize(
    "text", ["", "5", "h", "2 months", "2 parsecs", "-1h", "1h-2h", "1h x", "9" * 200 + "h"]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    assert span(text) is None


@pytest.mark.parametrize("text", ["0m", "32 days", "soon", "999999w 999999w"])
def test_a_duration_has_bounds(text: str) -> None:
    refused = duration(text)
    assert isinstance(refused, Misunderstood)
    assert refused.problem.key == "offsets.no_duration"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1w 1d 1h 10m start", (7 * DAY, DAY, HOUR, 10 * MINUTE, timedelta(0))),
        ("10 min, 1 hour before and 0", (HOUR, 10 * MINUTE, timedelta(0))),
        ("1h 60m 1 hour", (HOUR,)),
        ("1h30m", (90 * MINUTE,)),
        ("half an hour", (30 * MINUTE,)),
        ("10s", (timedelta(seconds=10),)),
    ],
)
def test_offsets_come_longest_first_and_once(text: str, expected: tuple[timedelta, ...]) -> None:
    assert offsets(text) == expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "offsets.how_many"),
        (" ".join(f"{n}m" for n in range(1, 14)), "offsets.how_many"),
        ("1h tomorrow", "offsets.no_offset"),
        ("400d", "offsets.no_offset"),
        ("-10m", "offsets.no_offset"),
    ],
)
def test_wrong_offsets_are_named(text: str, key: str) -> None:
    refused = offsets(text)
    assert isinstance(refused, Misunderstood)
    assert refused.problem.key == key


@given(st.integers(0, 30), st.integers(0, 23), st.integers(0, 59), st.integers(1, 59))
def test_a_written_span_is_read_back(days: int, hours: int, minutes: int, seconds: int) -> None:
    expected = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    assert duration(f"{days}d {hours} hours, {minutes}min and {seconds}s") == expected
