"""When a run halts by itself, and in which state it goes on after that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from commands.writes import Outcome
from storage.runvalues import Delivery, DeliveryState, RunState

STREAK = 5
"""So many failures of the same kind in a row on one wiki halt the run."""

LOOK_BACK = 25
"""Over how many of a run's last deliveries the share of failures is taken."""

AGAINST_THE_RUN = frozenset(
    {
        Outcome.SPAM_BLACKLISTED,
        Outcome.ABUSE_FILTERED,
        Outcome.CAPTCHA,
        Outcome.TOO_BIG,
        Outcome.HOOK_ABORTED,
        Outcome.INVALID,
        Outcome.REFUSED,
    }
)
"""Failures that the next recipients would meet too: they lie in the message, not in the page."""


@dataclass(frozen=True, slots=True)
class Streak:
    """How many deliveries of a run in a row failed in the same way on one wiki."""

    run: int = 0
    outcome: str = ""
    length: int = 0

    def with_next(self, delivery: Delivery) -> Streak:
        """Return the streak after one more settled delivery. Skipped ones say nothing."""
        if delivery.state is DeliveryState.SKIPPED:
            return self
        if delivery.state is not DeliveryState.FAILED:
            return Streak()
        same = (self.run, self.outcome) == (delivery.run, delivery.outcome)
        return Streak(delivery.run, delivery.outcome, self.length + 1 if same else 1)

    @property
    def too_long(self) -> bool:
        """Whether the run must halt."""
        return self.length >= STREAK


@dataclass(frozen=True, slots=True)
class Failures:
    """Which of a run's last deliveries failed, on all its wikis together."""

    last: tuple[bool, ...] = ()

    def with_next(self, delivery: Delivery) -> Failures:
        """Return them after one more settled delivery. Skipped ones say nothing."""
        if delivery.state is DeliveryState.SKIPPED:
            return self
        failed = delivery.state is DeliveryState.FAILED
        return Failures((*self.last, failed)[-LOOK_BACK:])

    def too_many(self, share: float) -> bool:
        """Whether more than this share of the last LOOK_BACK failed; of fewer, none is yet seen."""
        return sum(self.last) > share * LOOK_BACK


def too_many_reverts(reverted: int, state: RunState, limit: int) -> bool:
    """Return whether a run must halt because so many of its messages were taken back.

    While it is tried out, one is enough. Recipients may remove what stands on their own pages,
    so that later a few are nothing unusual: then it takes `limit`.
    """
    return reverted >= (1 if state is RunState.CANARY else limit)


def tried_out(canaries: Sequence[Delivery]) -> RunState | None:
    """Return the state of a run after its first deliveries, None while they are not all settled."""
    if _any_open(canaries):
        return None
    against = any(
        each.state is DeliveryState.FAILED and each.outcome in AGAINST_THE_RUN for each in canaries
    )
    return RunState.HALTED if against else RunState.RUNNING


def resumed(
    canaries: Sequence[Delivery], *, rests_until: datetime | None, now: datetime
) -> RunState:
    """Return the state in which a halted run goes on, or one whose failures are retried.

    What was left of the pause after the first deliveries is kept.
    """
    resting = rests_until is not None and now < rests_until
    return RunState.CANARY if resting or _any_open(canaries) else RunState.RUNNING


def _any_open(deliveries: Sequence[Delivery]) -> bool:
    return any(each.state in {DeliveryState.PENDING, DeliveryState.CLAIMED} for each in deliveries)
