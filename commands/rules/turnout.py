"""How many came, compared by what was so for each event: its kind, its notice, its hour.

What stands beside each other here says nothing of causes: a kind that draws many may be told
further ahead, too. So each figure says how many events are behind it, and none is shown that
rests on fewer than three events or is about fewer than five people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from commands.messages import Line, line
from commands.rules.kindnames import kind_name
from commands.rules.showcase import FEWEST

FEWEST_EVENTS = 3
"""The fewest events that a figure rests on."""

_HOURS = 6


@dataclass(frozen=True, slots=True)
class Turnout:
    """One occurrence whose host said how many came.

    `notice` is how long before its start it was registered, `destinations` how many channels
    and pages were told of it, `steps` how many steps of its promotion plan were taken, None where
    it had none.
    """

    kind: str
    starts_at: datetime
    attended: int
    notice: timedelta
    destinations: int
    steps: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """What came of some events that have something in common.

    `middle` is the median of how many came, and half of the events lie from `low` to `high`. All
    are None where they must not be shown, or would say nothing.
    """

    name: Line
    events: int
    middle: int | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Events side by side by one thing; `key` is `kind`, `notice`, `channels`, `hour`, `steps`."""

    key: str
    heading: Line
    figures: tuple[Figure, ...]

    @property
    def events(self) -> int:
        """How many events are behind it."""
        return sum(each.events for each in self.figures)

    @property
    def tells(self) -> bool:
        """Whether there is any figure in it that may be shown."""
        return any(each.middle is not None for each in self.figures)


@dataclass(frozen=True, slots=True)
class Turnouts:
    """What is known of the occurrences since an instant: `held`, and those whose host counted."""

    since: datetime
    held: int
    told: tuple[Turnout, ...]


def comparisons(turnouts: Iterable[Turnout]) -> tuple[Comparison, ...]:
    """Return the comparisons for which there is anything to compare, in a fixed order."""
    found = tuple(turnouts)
    by_kind = _compared(found, lambda each: (0, each.kind), lambda group: _kind(str(group[1])))
    by_notice = _compared(found, _notice, lambda group: _NOTICES[group[0]])
    by_channels = _compared(found, _channels, lambda group: _CHANNELS[group[0]])
    by_hour = _compared(found, _hour, _hours)
    planned = tuple(each for each in found if each.steps is not None)
    by_steps = _compared(planned, _steps, lambda group: _STEPS[group[0]])
    all_of_them = (
        Comparison("kind", line("stats.by_kind"), by_kind),
        Comparison("notice", line("stats.by_notice"), by_notice),
        Comparison("channels", line("stats.by_channels"), by_channels),
        Comparison("hour", line("stats.by_hour"), by_hour),
        Comparison("steps", line("stats.by_steps"), by_steps),
    )
    return tuple(each for each in all_of_them if each.figures)


Group = tuple[int, str]
"""Where a group stands among the others, and what it is called where that is not a bucket."""

_NOTICES = (line("stats.notice.days"), line("stats.notice.week"), line("stats.notice.weeks"))
_CHANNELS = (line("stats.channels.one"), line("stats.channels.few"), line("stats.channels.many"))
_STEPS = (line("stats.steps.none"), line("stats.steps.few"), line("stats.steps.many"))


def figure(name: Line, counts: Iterable[int]) -> Figure:
    """Return what came of events at which so many were counted."""
    # Few ask for figures: what only they need is not loaded at start.
    from statistics import median, quantiles

    found = sorted(counts)
    if len(found) < FEWEST_EVENTS:
        return Figure(name, len(found))
    low, _, high = quantiles(found, n=4, method="inclusive")
    if low < FEWEST:
        return Figure(name, len(found), _public(round(median(found))))
    return Figure(name, len(found), round(median(found)), round(low), round(high))


def _public(count: int) -> int | None:
    return count if count >= FEWEST else None


def _compared(
    turnouts: Iterable[Turnout], by: Callable[[Turnout], Group], name: Callable[[Group], Line]
) -> tuple[Figure, ...]:
    groups: defaultdict[Group, list[int]] = defaultdict(list)
    for each in turnouts:
        groups[by(each)].append(each.attended)
    return tuple(figure(name(group), groups[group]) for group in sorted(groups))


def _kind(kind: str) -> Line:
    return line("stats.kind", kind=kind_name(kind))


def _notice(each: Turnout) -> Group:
    return _bucket(each.notice.days, (3, 14))


def _channels(each: Turnout) -> Group:
    return _bucket(each.destinations, (2, 4))


def _steps(each: Turnout) -> Group:
    return _bucket(each.steps or 0, (1, 4))


def _bucket(value: int, bounds: tuple[int, int]) -> Group:
    return (sum(value >= bound for bound in bounds), "")


def _hour(each: Turnout) -> Group:
    return (each.starts_at.astimezone(UTC).hour // _HOURS, "")


def _hours(group: Group) -> Line:
    first = group[0] * _HOURS
    return line("stats.hours", first=f"{first:02}:00", last=f"{first + _HOURS - 1:02}:59")
