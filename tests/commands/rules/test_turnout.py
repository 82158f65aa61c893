"""Figures say how many events are behind them, and show nobody who could be known by them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.messages import Line, line
from commands.rules.turnout import Figure, Turnout, comparisons, figure

START = datetime(2026, 12, 1, 17, 30, tzinfo=UTC)
DAY = timedelta(days=1)
NAME = line("stats.too_few")


def turnout(
    attended: int,
    *,
    kind: str = "tech-talk",
    notice: timedelta = 20 * DAY,
    hour: int = 17,
    destinations: int = 1,
    steps: int | None = None,
) -> Turnout:
    return Turnout(kind, START.replace(hour=hour), attended, notice, destinations, steps)


def test_the_middle_and_the_range_of_half_of_the_events_are_told() -> None:
    assert figure(NAME, (40, 10, 20, 30, 50)) == Figure(NAME, 5, 30, 20, 40)


@pytest.mark.parametrize("counts", [(), (40,), (40, 50)])
def test_nothing_is_told_of_too_few_events(counts: tuple[int, ...]) -> None:
    assert figure(NAME, counts) == Figure(NAME, len(counts))


def test_nothing_is_told_of_too_few_people() -> None:
    assert figure(NAME, (3, 4, 4)) == Figure(NAME, 3)
    assert figure(NAME, (1, 2, 30, 31, 32)) == Figure(NAME, 5, 30)


@given(st.lists(st.integers(0, 1000)))
def test_no_figure_is_about_fewer_than_five_people(counts: list[int]) -> None:
    found = figure(NAME, counts)
    told = [each for each in (found.low, found.middle, found.high) if each is not None]
    assert all(each >= 5 for each in told)
    assert told == sorted(told)
    assert found.events == len(counts)


def names(key: str, *turnouts: Turnout) -> list[tuple[str, int]]:
    """Return the groups of a comparison, by their words' key or kind, with how many events."""
    [found] = [each for each in comparisons(turnouts) if each.key == key]
    return [(_called(each.name), each.events) for each in found.figures]


def _called(name: Line) -> str:
    kind = name.values.get("kind")
    return kind.key if isinstance(kind, Line) else str(name.values.get("first", name.key))


def test_events_are_compared_by_kind() -> None:
    found = names("kind", turnout(9), turnout(9, kind="workshop"), turnout(9))
    assert found == [("kind.tech_talk", 2), ("kind.workshop", 1)]


def test_events_are_compared_by_notice_from_the_least_on() -> None:
    spans = (3 * DAY, 3 * DAY - timedelta(minutes=1), 14 * DAY, 13 * DAY)
    found = names("notice", *(turnout(9, notice=each) for each in spans))
    assert found == [
        ("stats.notice.days", 1),
        ("stats.notice.week", 2),
        ("stats.notice.weeks", 1),
    ]


def test_events_are_compared_by_how_many_channels_were_told() -> None:
    found = names("channels", *(turnout(9, destinations=each) for each in (0, 1, 2, 3, 4, 12)))
    assert found == [
        ("stats.channels.one", 2),
        ("stats.channels.few", 2),
        ("stats.channels.many", 2),
    ]


def test_events_are_compared_by_hour() -> None:
    found = names("hour", *(turnout(9, hour=each) for each in (23, 5, 6, 17)))
    assert found == [("00:00", 1), ("06:00", 1), ("12:00", 1), ("18:00", 1)]


def test_only_events_with_a_plan_are_compared_by_its_steps() -> None:
    found = names("steps", *(turnout(9, steps=each) for each in (None, 0, 1, 3, 4)))
    assert found == [("stats.steps.none", 1), ("stats.steps.few", 2), ("stats.steps.many", 1)]


def test_what_nothing_is_known_of_is_not_compared() -> None:
    assert comparisons(()) == ()
    assert [each.key for each in comparisons((turnout(9),))] == [
        "kind",
        "notice",
        "channels",
        "hour",
    ]
