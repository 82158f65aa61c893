"""The lists by which messages are handed over: pages of the bot's own, saved before it is done.

So a list tells that its message may have left, to whoever has forgotten it: a process that was
killed, or a database restored from before. Emptied, it tells that nothing did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from structlog.typing import FilteringBoundLogger

from chatbot.delivery.holding import Holding
from commands.rules.delivery import waiting as put_back
from commands.rules.handing import (
    is_list_of,
    list_text,
    list_title,
    lists_page,
    refused,
    stands_on,
)
from commands.wikis import Wiki, WikiTrouble
from commands.writes import Outcome, PageEdit, SaveResult
from storage import claims, handovers
from storage.runvalues import Delivery, Run


class Listing:
    """One lane's delivery lists. All methods raise WikiTrouble and LaneLost."""

    def __init__(self, *, wiki: Wiki, holding: Holding, log: FilteringBoundLogger) -> None:
        self._wiki = wiki
        self._holding = holding
        self._log = log

    async def recall(self, run: Run, *, own: str) -> None:
        """Put on record again who stands on a list of the account `own` and waits all the same."""
        async with self._holding.transaction() as session:
            waiting = await handovers.all_waiting(session, run.number, self._wiki.name)
        if not waiting:
            return
        titles = await self._wiki.subpages(lists_page(own))
        revids = await self._wiki.revisions([each for each in titles if is_list_of(each, run)])
        texts = await self._wiki.as_saved(list(revids.values()))
        now = self._holding.now()
        for page in texts.values():
            if found := stands_on(page.text, waiting, run, now=now):
                self._log.warning("handing.believed", run=run.number, page=page.title)
                await self._remember(found)

    async def save(self, run: Run, claimed: Sequence[Delivery], *, own: str) -> PageEdit | None:
        """Save the list of those claimed and return the edit, based on what it saved.

        Return None where a list of theirs stands by which they may have been handed over. Where
        none can be saved, all are put back.
        """
        title = list_title(run, claimed[0].recipient.number, own=own)
        edit = PageEdit(title, list_text(run, claimed), f"Run {run.number}", None)
        try:
            result = await self._save(run, edit, claimed)
        except WikiTrouble:
            await self._settle([put_back(each) for each in claimed])
            raise
        if result is None:
            await self._settle([put_back(each) for each in claimed])
            await self.recall(run, own=own)
            return None
        if result.outcome is not Outcome.SAVED:
            await self._settle([refused(each, result.outcome) for each in claimed])
            raise WikiTrouble(self._wiki.name, f"{result.outcome}: {result.detail}")
        return replace(edit, base=result.revid)

    async def empty(self, run: Run, edit: PageEdit) -> None:
        """Say on the wiki that nobody was handed over by a list."""
        await self._wiki.save_page(replace(edit, text=list_text(run, ())))

    async def _save(
        self, run: Run, edit: PageEdit, claimed: Sequence[Delivery]
    ) -> SaveResult | None:
        result = await self._wiki.save_page(edit)
        if result.outcome is not Outcome.CONFLICT:
            return result
        found = await self._wiki.read(edit.title)
        if stands_on(found.text, claimed, run, now=self._holding.now()):
            return None
        # We know why it stands: nothing was handed over then.
        return await self._wiki.save_page(replace(edit, base=found.revid))

    async def _remember(self, handed: Sequence[Delivery]) -> None:
        async with self._holding.transaction() as session:
            for each in handed:
                await handovers.remember(session, each)

    async def _settle(self, put_back: Sequence[Delivery]) -> None:
        async with self._holding.transaction() as session:
            for each in put_back:
                await claims.settle(session, each)
