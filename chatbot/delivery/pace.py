"""The pace of one wiki: the tightest of what the operator, the wiki, and the cap on all allow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from commands.rules.pace import WikiPace

_NO_LIMIT = 1_000_000
_RESOLUTION = 1e-6
"""In seconds. A shorter wait is none: clocks do not tell it."""

_SHARE = 0.9
"""How much of a wiki's own limit is used: edits bunch on their way, and refusals cost more."""


class Cap:
    """The most edits of all lanes of this process together.

    A lane asks for a turn when it could edit, one at a time, and turns are given in the order of
    asking: so lanes that could be faster share evenly.
    """

    def __init__(self, *, edits_per_minute: float, monotonic: Callable[[], float]) -> None:
        self._interval = 60 / edits_per_minute
        self._monotonic = monotonic
        self._next_at = monotonic()

    def turn(self) -> float:
        """Return at what time of the clock the next turn is, which is given away by this."""
        turn = max(self._next_at, self._monotonic())
        self._next_at = turn + self._interval
        return turn


class Pace:
    """Says how long to wait before the next edit. `monotonic` is a clock in seconds.

    `wiki` is None where the operator sets nothing, `cap` None where all together have no limit.
    """

    def __init__(
        self, *, wiki: WikiPace | None, cap: Cap | None, monotonic: Callable[[], float]
    ) -> None:
        self._own_limit = wiki.edits_per_minute if wiki else None
        self._hours = wiki.hours if wiki else None
        self._cap = cap
        self._interval = 0.0
        self._monotonic = monotonic
        self._next_at = monotonic()
        self._turn: float | None = None

    def heed(self, edits_per_minute: float | None) -> None:
        """Take the wiki's own limit into account, None where it sets none."""
        allowed = edits_per_minute * _SHARE if edits_per_minute else None
        limits = [each for each in (self._own_limit, allowed) if each]
        self._interval = 60 / min(limits) if limits else 0.0

    def opening(self, now: datetime) -> datetime | None:
        """Return when the wiki's hours begin, None while they last."""
        opening = self._hours.next_open(now) if self._hours else now
        return opening if opening > now else None

    def wait(self) -> float:
        """Return the seconds until an edit may leave."""
        own = _until(self._next_at, self._monotonic())
        if own or self._cap is None:
            return own
        if self._turn is None:
            self._turn = self._cap.turn()
        return _until(self._turn, self._monotonic())

    def count(self) -> None:
        """Note that an edit leaves now.

        One that is late, because its page was looked at first, does not put off the next: else
        no lane would reach its rate. More than half an interval is not made up for.
        """
        self._turn = None
        late_at_most = self._monotonic() - self._interval / 2
        self._next_at = max(self._next_at, late_at_most) + self._interval

    def edits_within(self, seconds: float) -> int:
        """Return how many edits the pace allows in a while: at least one."""
        return max(1, int(seconds / self._interval)) if self._interval else _NO_LIMIT


def _until(instant: float, now: float) -> float:
    seconds = instant - now
    return seconds if seconds > _RESOLUTION else 0.0
