"""A wiki that only remembers what was saved, for hundreds of lanes at once.

It exists because 280 real wikis cannot be had on one machine. It answers what a lane asks, each
answer after `latency` seconds of the loop's clock; everything else is a dry wiki's answer.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path

from chatbot.wiki.dry.silence import ACCOUNT
from chatbot.wiki.dry.wiki import DryWiki
from commands.rules.titles import USER_TALK
from commands.wikis import AccountFacts, OwnEdit, PageFacts, Signs, UserFacts
from commands.writes import Outcome, SaveResult, Section


class MemoryWiki(DryWiki):
    """Keeps its edits in memory."""

    def __init__(self, *, name: str, clock: Callable[[], datetime], latency: float) -> None:
        super().__init__(name=name, folder=Path("/nonexistent") / name, clock=clock)
        self.edits: list[OwnEdit] = []
        self._now = clock
        self._latency = latency
        self._revids = count(1)

    async def account(self) -> AccountFacts:
        """Return what the bot may do: everything, at any pace."""
        await asyncio.sleep(self._latency)
        return AccountFacts(ACCOUNT, frozenset({"edit", "bot"}), None, None)

    async def signs(self, pages: Sequence[str]) -> Signs:
        """Return no sign to stop."""
        await asyncio.sleep(self._latency)
        return Signs(ACCOUNT)

    async def own_edits(self, since: datetime) -> Sequence[OwnEdit]:
        """Return the edits."""
        await asyncio.sleep(self._latency)
        return [edit for edit in self.edits if edit.saved_at >= since]

    async def pages(self, titles: Sequence[str]) -> Mapping[str, PageFacts]:
        """Return talk pages that nobody has written on."""
        await asyncio.sleep(self._latency)
        return {
            title: PageFacts(
                title,
                title,
                USER_TALK,
                revid=None,
                opted_out=False,
                owner=UserFacts(title.partition(":")[2], exists=True),
            )
            for title in titles
        }

    async def add_section(self, section: Section) -> SaveResult:
        """Keep that it was saved, and when."""
        await asyncio.sleep(self._latency)
        edit = OwnEdit(section.summary, section.title, next(self._revids), self._now())
        self.edits.append(edit)
        return SaveResult(Outcome.SAVED, revid=edit.revid, title=edit.title, saved_at=edit.saved_at)
