"""How many commands one person may give in a while, so that nobody drowns the others."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from enum import Enum, auto


class Turn(Enum):
    """Whether a command is taken now."""

    TAKEN = auto()
    REFUSED = auto()
    """One too many; the first refusal in a row, which is worth an answer."""
    IGNORED = auto()


class RateLimit:
    """At most `most` commands within `span` for each speaker."""

    def __init__(self, *, most: int, span: timedelta) -> None:
        self.most = most
        self.span = span
        self._taken: dict[str, deque[datetime]] = {}
        self._refused: set[str] = set()

    def take(self, speaker: str, now: datetime) -> Turn:
        """Count one command of a speaker, if there is room for it."""
        self._forget(now)
        taken = self._taken.setdefault(speaker, deque())
        if len(taken) < self.most:
            taken.append(now)
            self._refused.discard(speaker)
            return Turn.TAKEN
        if speaker in self._refused:
            return Turn.IGNORED
        self._refused.add(speaker)
        return Turn.REFUSED

    def _forget(self, now: datetime) -> None:
        for speaker, taken in list(self._taken.items()):
            while taken and now - taken[0] >= self.span:
                taken.popleft()
            if not taken:
                del self._taken[speaker]
                self._refused.discard(speaker)
