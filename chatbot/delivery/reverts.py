"""Which of a wiki's messages somebody took back: read from the account's own edits."""

from __future__ import annotations

from collections.abc import Collection

from chatbot.delivery.course import Course
from chatbot.delivery.holding import Holding
from chatbot.delivery.recovery import standing
from chatbot.delivery.rhythm import Rhythm
from commands.wikis import Wiki
from storage.runvalues import Run

_REVERTED = "mw-reverted"
"""https://www.mediawiki.org/wiki/Manual:Tags"""


class RevertWatch:
    """Looks in a rhythm, and has a run halt of which too much was taken back."""

    def __init__(self, *, wiki: Wiki, holding: Holding, course: Course, rhythm: Rhythm) -> None:
        self._wiki = wiki
        self._holding = holding
        self._course = course
        self._rhythm = rhythm

    def look_at_once(self) -> None:
        """Let the next look be due now."""
        self._rhythm.at_once()

    @property
    def due(self) -> bool:
        """Whether it is time to look."""
        return self._rhythm.due

    async def look(self, runs: Collection[Run]) -> None:
        """Look. Raises WikiTrouble, LaneLost."""
        self._rhythm.looked()
        since = min(run.started_at or self._holding.now() for run in runs)
        edits = await self._wiki.own_edits(since)
        taken_back = [edit for edit in edits if _REVERTED in edit.tags]
        for run in runs:
            numbers = [number for number, _ in standing(run, taken_back)]
            if not numbers:
                continue
            # One transaction each: a run is never locked after the ledger, which halting writes.
            async with self._holding.transaction() as session:
                await self._course.take_back(session, run.number, numbers, wiki=self._wiki.name)
