"""How fast and at what hours a wiki is written to, and when a run comes to its end there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of the day at which a wiki is written to, on the wall clock of an IANA zone.

    Where they close before they open, midnight lies between.
    """

    opens: time
    closes: time
    zone: str

    def next_open(self, instant: datetime) -> datetime:
        """Return the first instant from this one on that lies within the hours."""
        local = instant.astimezone(ZoneInfo(self.zone))
        if self._holds(local.time()):
            return instant
        today = local.replace(
            hour=self.opens.hour, minute=self.opens.minute, second=0, microsecond=0, fold=0
        )
        opening = today if today > local else today + timedelta(days=1)
        return opening.astimezone(instant.tzinfo)

    def closing(self, instant: datetime) -> datetime:
        """Return when the hours end that hold at an instant."""
        local = instant.astimezone(ZoneInfo(self.zone))
        today = local.replace(
            hour=self.closes.hour, minute=self.closes.minute, second=0, microsecond=0, fold=0
        )
        end = today if today > local else today + timedelta(days=1)
        return end.astimezone(instant.tzinfo)

    def _holds(self, clock: time) -> bool:
        if self.opens < self.closes:
            return self.opens <= clock < self.closes
        return clock >= self.opens or clock < self.closes


@dataclass(frozen=True, slots=True)
class WikiPace:
    """How a wiki is written to: the most edits a minute, and within which hours (None: all)."""

    edits_per_minute: float
    hours: Hours | None = None

    def end(self, start: datetime, needed: timedelta) -> datetime:
        """Return when so much time for edits has passed from `start` on, nights left out."""
        if self.hours is None:
            return start + needed
        at = self.hours.next_open(start)
        while (closing := self.hours.closing(at)) - at < needed:
            needed -= closing - at
            at = self.hours.next_open(closing)
        return at + needed


@dataclass(frozen=True, slots=True)
class Expected:
    """When a run will be through on one wiki, at the latest by its pace."""

    wiki: str
    count: int
    edits_per_minute: float
    end: datetime


def expected_ends(
    counts: Mapping[str, int],
    paces: Mapping[str, WikiPace],
    *,
    start: datetime,
    rest: timedelta,
    cap: float | None,
) -> tuple[Expected, ...]:
    """Return when a run begun at `start` will be through on each wiki, the last first.

    `counts` are its recipients by wiki, `rest` the pause after the first of them, and `cap` the
    most edits a minute on all wikis together, which they share evenly. Back-offs are not known.
    """
    found = [
        Expected(wiki, count, pace.edits_per_minute, pace.end(start, rest + needed))
        for wiki, count in counts.items()
        if (pace := paces.get(wiki))
        for needed in [_needed(count, pace.edits_per_minute, counts, cap)]
    ]
    return tuple(sorted(found, key=lambda each: (each.end, each.wiki), reverse=True))


def _needed(
    count: int, edits_per_minute: float, counts: Mapping[str, int], cap: float | None
) -> timedelta:
    own = count / edits_per_minute
    # With an even share no wiki is slower than this, and none is later than all together.
    shared = min(count * len(counts), sum(counts.values())) / cap if cap else 0.0
    return timedelta(minutes=max(own, shared))
