"""How far a run has come, and what coordinators are told of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from commands.messages import Line, line
from commands.rules.delivery import Halting
from storage.values import Count, DeliveryState, Run

STEP = 10
"""A line is due at every so many percent."""


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
