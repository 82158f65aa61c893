"""How far a run has come, and what coordinators are told of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from commands.messages import Line, Value, line
from commands.rules.delivery import Halting
from storage.runvalues import Count, DeliveryState, Run

STEP = 10
"""A line is due at every so many percent."""

_CELLS = 12
_ENOUGH = 3
_LONG_ENOUGH = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a run's recipients stand where."""

    wikis: int
    waiting: int
    sent: int
    skipped: int
    failed: int

    @classmethod
    def of(cls, counts: Collection[Count]) -> Tally:
        """Add up counts by wiki and state."""
        states: Counter[DeliveryState] = Counter()
        for each in counts:
            states[each.state] += each.deliveries
        return cls(
            wikis=len({each.wiki for each in counts}),
            waiting=states[DeliveryState.PENDING] + states[DeliveryState.CLAIMED],
            sent=states[DeliveryState.SENT],
            skipped=states[DeliveryState.SKIPPED],
            failed=states[DeliveryState.FAILED],
        )

    @property
    def settled(self) -> int:
        """How many have come to their end."""
        return self.sent + self.skipped + self.failed

    @property
    def total(self) -> int:
        """How many recipients there are."""
        return self.settled + self.waiting

    @property
    def percent(self) -> int:
        """How much is done, in whole steps."""
        return self.settled * 100 // self.total // STEP * STEP if self.total else 100


def started(run: Run, tally: Tally) -> Line:
    """Say that a run's first edits are made."""
    return line(
        "run.progress.started",
        run=run.number,
        name=run.name,
        count=tally.total,
        wikis=line("run.wikis", count=tally.wikis),
    )


def tried(run: Run) -> Line:
    """Say that the first deliveries went well and the rest follows."""
    return line("run.progress.tried", run=run.number, name=run.name)


def rests(run: Run, pause: timedelta) -> Line:
    """Say that the first deliveries went well, and when the rest follows them."""
    return line(
        "run.progress.rests",
        run=run.number,
        name=run.name,
        at=run.rests_until or "",
        pause=pause,
        prefix="!",
    )


def too_late(run: Run, count: int) -> Line:
    """Say how many do not get a run's message because its window is over."""
    return line("run.progress.too_late", run=run.number, name=run.name, count=count)


def advanced(run: Run, tally: Tally) -> Line:
    """Say how far a run is."""
    return line(
        "run.progress.advanced",
        run=run.number,
        name=run.name,
        percent=tally.percent,
        settled=tally.settled,
        count=tally.total,
    )


def live(tally: Tally, *, saved: int, within: timedelta) -> Line:
    """Say how far a run is at this moment: a bar, the counts, and how fast it goes.

    `saved` is how many messages were saved `within` the time just past. Where that is too
    little to go by, no rate is said.
    """
    shown: dict[str, Value] = {
        "bar": _bar(tally),
        "settled": tally.settled,
        "count": tally.total,
        "sent": tally.sent,
        "skipped": tally.skipped,
        "failed": tally.failed,
    }
    if saved < _ENOUGH or within < _LONG_ENOUGH:
        return Line("run.progress.live", shown)
    rate = saved * timedelta(minutes=1) / within
    left = timedelta(minutes=math.ceil(tally.waiting / rate))
    said = round(rate) if rate >= 10 else float(f"{rate:.2g}")
    return Line("run.progress.live_rate", {**shown, "rate": said, "left": left})


def _bar(tally: Tally) -> str:
    full = _CELLS * tally.settled // tally.total if tally.total else _CELLS
    return "▓" * full + "░" * (_CELLS - full)


def waits(run: Run, *, wiki: str, reason: str) -> Line:
    """Say that a run gets no further on a wiki for now, and why."""
    return line("run.progress.waits", run=run.number, name=run.name, wiki=wiki, reason=reason)


def goes_on(run: Run, *, wiki: str) -> Line:
    """Say that a run that waited for a wiki gets on there again."""
    return line("run.progress.goes_on", run=run.number, name=run.name, wiki=wiki)


def halted(run: Run, reason: Halting, *, wiki: str, detail: str) -> Line:
    """Say that a run halted by itself, and why."""
    why = line(f"run.halt.{reason}", wiki=wiki, detail=detail)
    return line("run.progress.halted", run=run.number, name=run.name, why=why)


def finished(run: Run, tally: Tally, *, report: str) -> Line:
    """Say how a run ended and where its report is."""
    return line(
        "run.progress.finished",
        run=run.number,
        name=run.name,
        count=tally.sent,
        skipped=tally.skipped,
        failed=tally.failed,
        report=report,
    )
