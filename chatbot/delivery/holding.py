"""One process's hold on one lane: nothing is written about a lane that somebody else has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.clock import Clock
from storage import lanes, steps
from storage.database import Database
from storage.runvalues import Delivery
from storage.steps import Step


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
            await lanes.renew(session, self.wiki, holder=self._holder, until=until)
            yield session

    async def keep(self) -> None:
        """Keep the lane for a lease from now. Raises LaneLost."""
        async with self.transaction():
            pass

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session that only reads, whoever has the lane."""
        async with self._database.reading() as session:
            yield session

    async def step(
        self, ended: Delivery | None, *, runs: Collection[int], canary: int
    ) -> Delivery | None:
        """Keep how a delivery has ended and claim the next one of these runs; None for none.

        Raises LaneLost.
        """
        now = self._clock()
        step = Step(self.wiki, self._holder, now + self._lease, runs, canary)
        return await self._database.in_one_go(
            lambda connection: steps.take(connection, step, ended, now=now)
        )

    async def wait(self, seconds: float) -> None:
        """Wait, or return at once when the engine wants to end."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    async def went_well(self, session: AsyncSession) -> None:
        """Forget earlier setbacks."""
        await lanes.went_well(session, self.wiki, holder=self._holder)

    async def pause(
        self, session: AsyncSession, span: timedelta, reason: str, *, setbacks: int
    ) -> None:
        """Let go of the lane, which nobody takes before `span` is over."""
        await lanes.pause(
            session,
            self.wiki,
            holder=self._holder,
            until=self._clock() + span,
            reason=reason,
            setbacks=setbacks,
        )

    async def rest(self, until: datetime) -> None:
        """Let go of the lane, which has nothing to do before then."""
        async with self._database.transaction() as session:
            await lanes.rest(session, self.wiki, holder=self._holder, until=until)

    async def release(self) -> None:
        """Let go of the lane."""
        async with self._database.transaction() as session:
            await lanes.release(session, self.wiki, holder=self._holder)
