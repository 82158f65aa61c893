"""The pace of one wiki: the tighter of what the operator and the wiki allow."""

from __future__ import annotations

from collections.abc import Callable

_NO_LIMIT = 1_000_000
_SHARE = 0.9
"""How much of a wiki's own limit is used: edits bunch on their way, and refusals cost more."""


class Pace:
    """Says how long to wait before the next edit. `monotonic` is a clock in seconds."""

    def __init__(self, *, edits_per_minute: float | None, monotonic: Callable[[], float]) -> None:
        self._own_limit = edits_per_minute
        self._interval = 0.0
        self._monotonic = monotonic
        self._next_at = monotonic()

    def heed(self, edits_per_minute: float | None) -> None:
        """Take the wiki's own limit into account, None where it sets none."""
        allowed = edits_per_minute * _SHARE if edits_per_minute else None
        limits = [each for each in (self._own_limit, allowed) if each]
        self._interval = 60 / min(limits) if limits else 0.0

    def wait(self) -> float:
        """Return the seconds until an edit may leave."""
        return max(0.0, self._next_at - self._monotonic())

    def count(self) -> None:
        """Note that an edit leaves now."""
        self._next_at = self._monotonic() + self._interval

    def edits_within(self, seconds: float) -> int:
        """Return how many edits the pace allows in a while: at least one."""
        return max(1, int(seconds / self._interval)) if self._interval else _NO_LIMIT
