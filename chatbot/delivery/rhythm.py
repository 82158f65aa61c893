"""How often a lane looks at something beside its deliveries: by the clock, and by its edits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

_MOST_EDITS = 10


class Rhythm:
    """A look is due every `often` or 10 edits, whichever is sooner, and at first at once."""

    def __init__(self, *, often: timedelta, monotonic: Callable[[], float]) -> None:
        self._often = often.total_seconds()
        self._monotonic = monotonic
        self._next_look = monotonic()
        self._edits = 0

    @property
    def due(self) -> bool:
        """Whether it is time to look."""
        return self._edits >= _MOST_EDITS or self._monotonic() >= self._next_look

    def at_once(self) -> None:
        """Let the next look be due now."""
        self._next_look = self._monotonic()

    def count(self) -> None:
        """Note an edit."""
        self._edits += 1

    def looked(self) -> None:
        """Note that a look begins."""
        self._edits = 0
        self._next_look = self._monotonic() + self._often
