"""When issues of the digest are due, and what is to be done about the next one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.digestissue import Habit, Rhythm, Step, due_step, wake_at
from storage.issuevalues import HeldWhy, Issue, IssueState

THURSDAYS = Rhythm(weeks=2, weekday=3, at=time(9), zone="Europe/Stockholm", first=date(2026, 12, 3))
HABIT = Habit(rhythm=THURSDAYS)
DUE = datetime(2026, 12, 3, 8, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ISSUE = Issue(number=1, due_at=DUE)
SEEN = replace(ISSUE, previewed_at=DUE - DAY, nudged_at=DUE - 5 * DAY)
HELD = replace(SEEN, state=IssueState.HELD, held_why=HeldWhy.ASKED)


def test_the_rhythm_keeps_its_wall_clock() -> None:
    summer = THURSDAYS.due_after(datetime(2027, 4, 1, tzinfo=UTC))
    assert summer == datetime(2027, 4, 8, 7, tzinfo=UTC)
    assert THURSDAYS.due_after(DUE) == DUE + 14 * DAY
    assert THURSDAYS.due_after(DUE - timedelta.resolution) == DUE


@given(
    st.integers(1, 6),
    st.integers(0, 6),
    st.integers(0, 7000).map(lambda days: datetime(2020, 1, 1, 9, tzinfo=UTC) + days * DAY),
    st.sampled_from(["UTC", "Pacific/Auckland", "America/Los_Angeles"]),
)
def test_issues_follow_one_another_at_their_distance(
    weeks: int, weekday: int, now: datetime, zone: str
) -> None:
    rhythm = Rhythm(weeks=weeks, weekday=weekday, at=time(9), zone=zone)
    due = rhythm.due_after(now)
    assert now < due <= now + timedelta(weeks=weeks, hours=2)
    assert rhythm.has(due)
    following = rhythm.due_after(due)
    assert abs(following - due - timedelta(weeks=weeks)) <= HOUR


def test_the_first_issue_can_be_previewed_in_time() -> None:
    assert HABIT.first_due(DUE - DAY - HOUR) == DUE
    assert HABIT.first_due(DUE - HOUR) == DUE + 14 * DAY


@pytest.mark.parametrize(
    ("issue", "now", "step"),
    [
        (ISSUE, DUE - 6 * DAY, None),
        (ISSUE, DUE - 5 * DAY, Step.NUDGE),
        (replace(ISSUE, nudged_at=DUE), DUE - 5 * DAY, None),
        (ISSUE, DUE - DAY, Step.PREVIEW),
        (SEEN, DUE - HOUR, None),
        (SEEN, DUE, Step.GO),
        (SEEN, DUE + HOUR, Step.GO),
        (SEEN, DUE + 2 * HOUR, Step.HOLD),
        (ISSUE, DUE, Step.HOLD),
        (replace(ISSUE, released_at=DUE), DUE + 2 * HOUR, Step.GO),
        (replace(SEEN, released_at=DUE - HOUR), DUE - HOUR, None),
        (HELD, DUE, None),
        (HELD, DUE + 13 * DAY, Step.DROP),
        (ISSUE, DUE + 13 * DAY, Step.DROP),
        (replace(ISSUE, due_at=DUE + DAY), DUE - 6 * DAY, Step.MOVE),
        (replace(SEEN, due_at=DUE + DAY), DUE, None),
    ],
)
def test_what_is_due(issue: Issue, now: datetime, step: Step | None) -> None:
    assert due_step(issue, HABIT, now) is step


@pytest.mark.parametrize("issue", [ISSUE, SEEN, HELD, replace(ISSUE, nudged_at=DUE)])
def test_nothing_is_due_before_the_alarm_and_something_at_it(issue: Issue) -> None:
    at = wake_at(issue, HABIT)
    assert due_step(issue, HABIT, at - timedelta.resolution) is None
    assert due_step(issue, HABIT, at) is not None


def test_what_is_off_is_never_due() -> None:
    quiet = replace(HABIT, preview=None, nudge=None)
    assert due_step(ISSUE, quiet, DUE - HOUR) is None
    assert due_step(ISSUE, quiet, DUE) is Step.GO
