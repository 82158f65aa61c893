"""The wiki is the truth: what stands there is recorded before anything is written.

Identity is the mark in the edit summary, never the time: clocks of wikis and machines differ,
pages are moved and archived, and a database may have been restored from long ago.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from structlog.typing import FilteringBoundLogger

from chatbot.delivery.holding import Holding
from commands.rules.delivery import CANCELLED, unfound
from commands.rules.marks import find_mark
from commands.wikis import OwnEdit, Wiki
from storage import claims, deliveries
from storage.claims import Saved
from storage.runvalues import Run, RunState

MARGIN = timedelta(days=14)
"""How far before a run's creation the edits are read: on a database restored from last week the
same run may have been created anew. It covers clocks that are wrong as well."""


class Recovery:
    """Looks on the wiki for what became of a lane's deliveries."""

    def __init__(
        self, *, wiki: Wiki, holding: Holding, settle: timedelta, log: FilteringBoundLogger
    ) -> None:
        self._wiki = wiki
        self._holding = holding
        self._settle = settle
        self._log = log

    async def look(self, runs: Sequence[Run]) -> None:
        """Record as sent what stands on the wiki, put back what did not land.

        A claimed delivery without a mark may have an edit on its way, sent by a process that is
        no more: it is put back only after `settle` has passed and a second look. Of a cancelled
        run nothing waits any more: what did not land is skipped. Raises WikiTrouble and LaneLost.
        """
        await self.read_back(runs)
        if await self._any_claimed(runs):
            await self._holding.wait(self._settle.total_seconds())
            if self._holding.ending:
                return
            await self.read_back(runs)
            await self._put_back(runs)
        await self._skip_cancelled(runs)

    async def read_back(self, runs: Sequence[Run]) -> None:
        """Record what stands on the wiki: as sent, and as verified. Raises as `look`."""
        numbers = [run.number for run in runs]
        async with self._holding.transaction() as session:
            created_at = await claims.oldest(session, numbers)
        edits = await self._wiki.own_edits(created_at - MARGIN)
        async with self._holding.transaction() as session:
            for run in runs:
                saved = [
                    Saved(number, edit.revid, edit.title, edit.saved_at)
                    for number, edit in standing(run, edits)
                ]
                found = await claims.record(session, run.number, self._wiki.name, saved)
                self._log.info("lane.looked", run=run.number, newly_found=found)

    async def _any_claimed(self, runs: Sequence[Run]) -> bool:
        async with self._holding.transaction() as session:
            return bool(await claims.claimed(session, self._wiki.name, _numbers(runs)))

    async def _put_back(self, runs: Sequence[Run]) -> None:
        async with self._holding.transaction() as session:
            for delivery in await claims.claimed(session, self._wiki.name, _numbers(runs)):
                await claims.settle(session, unfound(delivery))

    async def _skip_cancelled(self, runs: Sequence[Run]) -> None:
        async with self._holding.transaction() as session:
            for run in runs:
                if run.state is RunState.CANCELLED:
                    await deliveries.skip_waiting(session, run.number, outcome=CANCELLED)


def _numbers(runs: Sequence[Run]) -> tuple[int, ...]:
    return tuple(run.number for run in runs)


def standing(run: Run, edits: Sequence[OwnEdit]) -> list[tuple[int, OwnEdit]]:
    """Return which of these edits are a run's messages, each with its recipient's number."""
    found = []
    for edit in edits:
        mark = find_mark(edit.summary)
        if mark and mark.run == run.number and (run.digest or "").startswith(mark.digest_code):
            found.append((mark.recipient, edit))
    return found
