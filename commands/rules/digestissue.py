"""When an issue of the digest is due, and what has to be done about the one that comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

from storage.issuevalues import Issue, IssueState

_FIRST_MONDAY = date(1970, 1, 5)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every `weeks` weeks on `weekday` (0 is Monday) at the wall clock `at` of the IANA `zone`.

    `first` is any day of a week with an issue; it tells which weeks have one. The rhythm does
    not depend on what is kept, so that a restored backup plans the same issues again.
    """

    weeks: int
    weekday: int
    at: time
    zone: str
    first: date = _FIRST_MONDAY

    def due_after(self, instant: datetime) -> datetime:
        """Return when the first issue after an instant is due (UTC)."""
        week = _week(instant.astimezone(ZoneInfo(self.zone)).date())
        week -= (week - _week(self.first)) % self.weeks
        while (due_at := self._due_in(week)) <= instant:
            week += self.weeks
        return due_at

    def has(self, due_at: datetime) -> bool:
        """Return whether an issue is due at just that instant."""
        return self.due_after(due_at - timedelta.resolution) == due_at

    def _due_in(self, week: int) -> datetime:
        day = _FIRST_MONDAY + timedelta(weeks=week, days=self.weekday)
        return datetime.combine(day, self.at, ZoneInfo(self.zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Habit:
    """How the digest is made.

    It tells what comes within `ahead`, and what there is to look back on of the last `back`.
    Coordinators see it `preview` before it goes out, organisers are asked `nudge` before; None
    where they are not. An issue later than `late` waits for a coordinator's word.
    """

    rhythm: Rhythm
    ahead: timedelta = timedelta(weeks=3)
    back: timedelta = timedelta(days=60)
    preview: timedelta | None = timedelta(days=1)
    nudge: timedelta | None = timedelta(days=5)
    late: timedelta = timedelta(hours=1)

    def first_due(self, now: datetime) -> datetime:
        """Return when the first issue is due that can still be previewed in time."""
        return self.rhythm.due_after(now + (self.preview or timedelta(0)))

    def lapses_at(self, issue: Issue) -> datetime:
        """Return when the next issue takes the place of one that did not go out."""
        return self.rhythm.due_after(issue.due_at) - (self.preview or timedelta(0))


class Step(Enum):
    """What is to be done about the open issue."""

    MOVE = auto()
    """The rhythm was changed, and nobody was told of this issue yet."""
    NUDGE = auto()
    PREVIEW = auto()
    GO = auto()
    HOLD = auto()
    """It is late, or nobody could look at it: a coordinator decides."""
    DROP = auto()
    """The next one is near, and takes over what this one would have told."""


def due_step(issue: Issue, habit: Habit, now: datetime) -> Step | None:
    """Return what is to be done now; when it is done, ask again."""
    if habit.lapses_at(issue) <= now:
        return Step.DROP
    if issue.state is IssueState.HELD:
        return None
    if issue.released_at is not None:
        return Step.GO if issue.due_at <= now else None
    if issue.previewed_at is None and not habit.rhythm.has(issue.due_at):
        return Step.MOVE
    return _step_out(issue, habit, now) if issue.due_at <= now else _step_before(issue, habit, now)


def wake_at(issue: Issue, habit: Habit) -> datetime:
    """Return when to look at an issue again about which nothing is to be done now."""
    if issue.state is IssueState.HELD:
        return habit.lapses_at(issue)
    if issue.released_at is not None:
        return issue.due_at
    ahead = ((habit.preview, issue.previewed_at), (habit.nudge, issue.nudged_at))
    steps = (issue.due_at - before for before, done in ahead if before and done is None)
    return min((*steps, issue.due_at))


def _step_out(issue: Issue, habit: Habit, now: datetime) -> Step:
    unseen = habit.preview is not None and issue.previewed_at is None
    return Step.HOLD if unseen or now - issue.due_at > habit.late else Step.GO


def _step_before(issue: Issue, habit: Habit, now: datetime) -> Step | None:
    if _is_due(issue, habit.preview, issue.previewed_at, now):
        return Step.PREVIEW
    return Step.NUDGE if _is_due(issue, habit.nudge, issue.nudged_at, now) else None


def _is_due(issue: Issue, before: timedelta | None, done: datetime | None, now: datetime) -> bool:
    return before is not None and done is None and issue.due_at - before <= now


def _week(day: date) -> int:
    return (day - _FIRST_MONDAY).days // 7
