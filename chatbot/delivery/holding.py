"""One process's hold on one lane: nothing is written about a lane that somebody else has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.clock import Clock
from storage import lanes
from storage.database import Database


class LaneLost(Exception):  # noqa: N818 - a state of the world that the engine plans around
    """Somebody else holds the lane by now."""


class Holding:
    """A lane while it is held. `stop` is set when the engine wants to end."""

    def __init__(
        self,
        *,
        wiki: str,
        database: Database,
        holder: str,
        lease: timedelta,
        clock: Clock,
        stop: asyncio.Event,
    ) -> None:
        self.wiki = wiki
        self._database = database
        self._holder = holder
        self._lease = lease
        self._clock = clock
        self._stop = stop

    @property
    def ending(self) -> bool:
        """Whether nothing new may be begun."""
        return self._stop.is_set()

    def now(self) -> datetime:
        """Return this instant."""
        return self._clock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction in which the lane is ours, and stays ours for a lease from now.

        Raises LaneLost when it is not.
        """
        async with self._database.transaction() as session:
            until = self._clock() + self._lease
            if not await lanes.renew(session, self.wiki, holder=self._holder, until=until):
                raise LaneLost(self.wiki)
            yield session

    async def wait(self, seconds: float) -> None:
        """Wait, or return at once when the engine wants to end."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    async def went_well(self, session: AsyncSession) -> None:
        """Forget earlier setbacks."""
        await lanes.went_well(session, self.wiki, holder=self._holder)

    async def pause(self, span: timedelta, reason: str) -> None:
        """Let go of the lane, which nobody takes before `span` is over."""
        async with self._database.transaction() as session:
            until = self._clock() + span
            await lanes.pause(session, self.wiki, holder=self._holder, until=until, reason=reason)

    async def release(self) -> None:
        """Let go of the lane."""
        async with self._database.transaction() as session:
            await lanes.release(session, self.wiki, holder=self._holder)
