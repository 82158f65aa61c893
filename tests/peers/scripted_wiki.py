"""A dry wiki whose saves end as a test says, whatever it is that no wiki does on demand.

The faults: each outcome by name, with the edit made, not made, or made while the bot already
looks for it; an exception of our own in the middle of a save; a save that lasts; an account
blocked or locked, edits taken back, and pages not answered for, at the instant that a test wants.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from chatbot.clock import utc_now
from chatbot.wiki.dry.wiki import DryWiki
from commands.rules.titles import Title, normalise
from commands.wikis import AccountFacts, OwnEdit, PageFacts, Signs, WikiTrouble
from commands.writes import Outcome, SaveResult, Section


@dataclass(frozen=True)
class Deed:
    """How one save ends. `stands` when it is made all the same, `late` seconds afterwards."""

    outcome: Outcome = Outcome.SAVED
    stands: bool = False
    late: float = 0
    lasts: float = 0
    fault: Exception | None = None
    retry_after: timedelta | None = None


class ScriptedWiki(DryWiki):
    """Does `deeds` in turn, then what a dry wiki does. `attempts` counts the saves asked for."""

    def __init__(self, *, name: str, folder: Path, deeds: tuple[Deed, ...] = ()) -> None:
        super().__init__(name=name, folder=folder / name, clock=utc_now)
        self.deeds = list(deeds)
        self.attempts = 0
        self.looks = 0
        self.locked_out = False
        self.blocked_by: str | None = None
        self.locked: bool | None = None
        self.silent = False
        self.taken_back: set[int | None] = set()
        self.on_save: Callable[[], None] = lambda: None

    async def account(self) -> AccountFacts:
        """Refuse while `locked_out`."""
        self.looks += 1
        if self.locked_out:
            raise WikiTrouble(self.name, "wrong password", code="login-failed", lasting=True)
        return await super().account()

    async def signs(self, pages: Sequence[str]) -> Signs:
        """Tell of a block and a lock, too."""
        signs = await super().signs(pages)
        return replace(signs, blocked_by=self.blocked_by, locked=self.locked)

    async def own_edits(self, since: datetime) -> Sequence[OwnEdit]:
        """Mark what was `taken_back` as MediaWiki does."""
        edits = await super().own_edits(since)
        return [
            replace(edit, tags=("mw-reverted",)) if edit.revid in self.taken_back else edit
            for edit in edits
        ]

    async def pages(self, titles: Sequence[str]) -> Mapping[str, PageFacts]:
        """Refuse while `silent`."""
        if self.silent:
            raise WikiTrouble(self.name, "no answer")
        return await super().pages(titles)

    async def add_section(self, section: Section) -> SaveResult:
        """Save as the next deed says."""
        self.attempts += 1
        self.on_save()
        if not self.deeds:
            return await super().add_section(section)
        return await self._do(self.deeds.pop(0), section)

    def write(self, title: str, text: str) -> None:
        """Give a page this text."""
        page = normalise(title, self._site)
        assert isinstance(page, Title)
        self._pages.write(page, text)

    def messages(self, title: str) -> int:
        """Count the sections on a page."""
        page = normalise(title, self._site)
        assert isinstance(page, Title)
        return (self._pages.text(page) or "").count("== Tech talk in December ==")

    async def _do(self, deed: Deed, section: Section) -> SaveResult:
        await asyncio.sleep(deed.lasts)
        if deed.late:
            asyncio.get_running_loop().call_later(deed.late, self._saving.add_section, section)
        elif deed.stands or deed.outcome is Outcome.SAVED:
            saved = await super().add_section(section)
        if deed.fault is not None:
            raise deed.fault
        if deed.outcome is Outcome.SAVED:
            return saved
        return SaveResult(deed.outcome, code="as-scripted", retry_after=deed.retry_after)
