"""A plan's steps have dates, and follow what becomes of their event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.rules.promotion import (
    STANDARD,
    before_start,
    done,
    due,
    followed,
    laid_out,
    opened,
    renewed,
)
from storage.promotionvalues import Deed, Doer, Step, StepState
from storage.values import Event, EventState

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
START = NOW + 30 * DAY
EVENT = Event(7, "u", "tech-talk", "Bots", START, "UTC", timedelta(hours=1))


def plan(event: Event = EVENT, now: datetime = NOW) -> tuple[Step, ...]:
    return laid_out(STANDARD, event, event.starts_at, now)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2w before", 14 * DAY),
        ("3 days before the start", 3 * DAY),
        ("1d after", -DAY),
        ("5d", 5 * DAY),
        ("Start", timedelta(0)),
        ("at the start", timedelta(0)),
        ("soon", None),
        ("before", None),
        ("900d before", None),
        ("", None),
    ],
)
def test_a_step_is_due_before_or_after_the_start(text: str, before: timedelta | None) -> None:
    assert before_start(text) == before


def test_the_channels_are_told_two_weeks_ahead_at_least() -> None:
    told = [each for each in STANDARD if each.deed is Deed.ANNOUNCE]
    assert [each.before >= 14 * DAY for each in told] == [True]


def test_steps_are_numbered_as_they_are_due() -> None:
    steps = plan()
    assert [each.number for each in steps] == list(range(1, len(STANDARD) + 1))
    assert [each.due_at for each in steps] == sorted(each.due_at for each in steps)
    assert all(each.wake_at == each.due_at for each in steps)
    assert steps[-1].due_at > START


def test_what_it_is_too_late_for_is_marked() -> None:
    soon = replace(EVENT, starts_at=NOW + 8 * DAY)
    states = {each.name: each.state for each in plan(soon)}
    passed = {name for name, state in states.items() if state is StepState.PASSED}
    assert passed == {"title", "announce", "notice", "posts", "communities"}
    assert all(each.wake_at is None for each in plan(soon) if each.state is StepState.PASSED)


def test_a_plan_follows_a_move_and_what_is_done_stays_done() -> None:
    steps = list(plan())
    steps[0] = done(steps[0], 3, NOW)
    later = replace(EVENT, starts_at=START + 7 * DAY)
    moved = followed(steps, later, NOW)
    assert {each.occurrence for each in moved} == {START + 7 * DAY}
    assert [each.due_at - was.due_at for each, was in zip(moved, steps, strict=True)] == [
        7 * DAY
    ] * len(steps)
    assert (moved[0].state, moved[0].done_by, moved[0].wake_at) == (StepState.DONE, 3, None)


def test_a_move_to_later_opens_what_it_was_too_late_for() -> None:
    soon = replace(EVENT, starts_at=NOW + 8 * DAY)
    moved = followed(plan(soon), EVENT, NOW)
    assert {each.state for each in moved} == {StepState.OPEN}


def test_nothing_changes_while_the_time_is_the_same() -> None:
    assert followed(plan(), replace(EVENT, title="Other"), NOW) == ()


def test_a_plan_ends_with_its_event() -> None:
    steps = [done(plan()[0], 3, NOW), *plan()[1:]]
    dropped = followed(steps, replace(EVENT, state=EventState.CANCELLED), NOW)
    assert [each.number for each in dropped] == [each.number for each in steps[1:]]
    assert {(each.state, each.wake_at) for each in dropped} == {(StepState.DROPPED, None)}


def test_the_plan_of_an_occurrence_that_was_is_left_alone_when_the_series_moves() -> None:
    monthly = replace(EVENT, recurrence_rule="FREQ=MONTHLY;BYMONTHDAY=31,28")
    steps = plan(monthly)
    later = replace(monthly, starts_at=START + timedelta(hours=1))
    assert followed(steps, later, START + DAY) == ()


@pytest.mark.parametrize(
    ("rule", "next_days"),
    [
        ("FREQ=WEEKLY", None),
        ("FREQ=WEEKLY;INTERVAL=4", 28),
        ("FREQ=WEEKLY;INTERVAL=4;COUNT=2", 28),
        ("FREQ=WEEKLY;COUNT=1", None),
    ],
)
def test_a_series_that_comes_seldom_is_promoted_each_time(rule: str, next_days: int | None) -> None:
    series = replace(EVENT, recurrence_rule=rule)
    expected = None if next_days is None else START + next_days * DAY
    assert renewed(series, START + timedelta(minutes=5)) == expected


def test_a_step_is_moved_and_reopened() -> None:
    step = done(plan()[0], 3, NOW)
    again = due(opened(step, NOW), NOW + DAY, NOW)
    assert (again.state, again.done_at, again.done_by) == (StepState.OPEN, None, None)
    assert (again.wake_at, again.before) == (NOW + DAY, START - NOW - DAY)


def test_a_host_is_asked_for_what_no_bot_can_do() -> None:
    assert {each.doer for each in STANDARD} == set(Doer)
