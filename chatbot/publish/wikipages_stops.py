"""Whether a wiki wants the bot to write: asked before each edit, looked up now and then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.rules.signs import told_to_stop
from commands.rules.titles import normalise
from commands.wikis import Signs, SiteFacts, Wiki
from storage import stops
from storage.database import Database
from storage.runvalues import Stop

_OFTEN = timedelta(seconds=30)

KeepStop = Callable[[AsyncSession, Stop], Awaitable[bool]]
"""Keeps that a wiki stops the bot, and tells people. Returns False where it was stopped."""


class StopSigns:
    """The stop of one wiki, for what is no message run.

    A block, a lock, and an edit of `stop_page` since the pages are kept stop the bot. An edit of
    its talk page does not, as it does while a run writes to people: pages are kept for years,
    and people write to the bot meanwhile.
    """

    def __init__(
        self, *, database: Database, wiki: Wiki, stop_page: str | None, keep_stop: KeepStop
    ) -> None:
        self._database = database
        self._wiki = wiki
        self._stop_page = stop_page
        self._keep_stop = keep_stop
        self._looked_at: datetime | None = None

    async def stopped(self, site: SiteFacts, *, since: datetime, now: datetime) -> bool:
        """Return whether nothing may be written as of now. Raises WikiTrouble."""
        async with self._database.reading() as session:
            if any(each.wiki == self._wiki.name for each in await stops.standing(session)):
                self._looked_at = None
                return True
        if self._looked_at is not None and abs(now - self._looked_at) < _OFTEN:
            return False
        signs = self._relevant(await self._wiki.signs(self._pages()), site)
        self._looked_at = now
        async with self._database.transaction() as session:
            last = await stops.last(session, self._wiki.name)
            new = told_to_stop(signs, self._wiki.name, since=since, last=last, now=now)
            return new is not None and await self._keep_stop(session, new)

    def _pages(self) -> list[str]:
        return [self._stop_page] if self._stop_page else []

    def _relevant(self, signs: Signs, site: SiteFacts) -> Signs:
        asked = {normalise(each, site) for each in self._pages()}
        edits = tuple(each for each in signs.edits if normalise(each.title, site) in asked)
        return replace(signs, edits=edits)
