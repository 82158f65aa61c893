"""One claimed notice: said if it still has something to say, and settled.

It is said twice at worst, and only when this process dies, or loses its database for good,
between the network's word that it took the line and the commit that follows at once. No order
of the two could rule out both twice and never; a reminder may rather come twice.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger

from chatbot.clock import Clock
from commands.messages import Reply, Transport, Unreachable
from commands.saying import Saying, saying
from storage import notices, reminders
from storage.database import Database
from storage.values import Destination, Notice, NoticeState

LEASE = timedelta(seconds=60)
"""How long a claim holds; longer than a transport takes for a line whose turn has come."""

_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=5)
_MOST_FAULTS = 8
_RECORDING_PAUSES = (0.1, 1, 2, 4, 8)
"""Seconds between the tries to record what was said."""

Write = Callable[[AsyncSession], Awaitable[None]]


class Telling:
    """Says notices that `holder` has claimed.

    `grace` is how late is not yet called late. `languages` are those of channels in which
    another one is read than the configured.
    """

    def __init__(
        self,
        *,
        database: Database,
        transports: Mapping[str, Transport],
        clock: Clock,
        holder: str,
        grace: timedelta,
        languages: Mapping[Destination, str],
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._transports = transports
        self._clock = clock
        self._holder = holder
        self._grace = grace
        self._languages = languages
        self._log = log
        self._faults: Counter[int] = Counter()

    async def tell(self, notice: Notice) -> None:
        """Say a notice and settle it, or put it off. Raises only what the database raises."""
        found: Saying | None = None

        async def compose() -> Reply | None:
            nonlocal found
            found = await self._composed(notice)
            return found.reply if found else None

        transport = self._transports[notice.destination.network]
        try:
            said = await transport.say(notice.destination, compose)
        except Unreachable as away:
            await (self._fail if away.lasting else self._put_off)(notice, away.reason)
        except Exception as fault:  # noqa: BLE001 - a fault in one notice must not stop others
            await self._faulted(notice, fault)
        else:
            if said and found:
                await self._settle(notice, found)

    async def _composed(self, notice: Notice) -> Saying | None:
        """Return what the notice has to say as things stand; None when it is ours no more.

        The lease begins anew. Whatever has nothing to say is settled here.
        """
        now = self._clock()
        async with self._database.transaction() as session:
            if not await notices.hold(
                session, notice.number, holder=self._holder, until=now + LEASE
            ):
                return None
            found = await saying(
                session, notice, now=now, grace=self._grace, languages=self._languages
            )
            if found.reply is None:
                await self._finish(session, notice, found.state)
                self._log.info("notice.not_said", notice=notice.number, state=found.state)
            return found

    async def _put_off(self, notice: Notice, reason: str) -> None:
        """Plan another try of what could not be said, unless there is nothing to say any more."""
        found = await self._composed(notice)
        if found is not None and found.reply is not None:
            await self._postpone(notice, reason)

    async def _faulted(self, notice: Notice, fault: Exception) -> None:
        """Try again after a fault of ours, but not for ever: part of it may have been said."""
        self._log.error("notice.fault", notice=notice.number, exc_info=fault)
        self._faults[notice.number] += 1
        lasting = self._faults[notice.number] >= _MOST_FAULTS
        await (self._fail if lasting else self._postpone)(notice, repr(fault))

    async def _postpone(self, notice: Notice, reason: str) -> None:
        pause = min(_FIRST_PAUSE * 2 ** min(notice.attempts - 1, 16), _LONGEST_PAUSE)
        until = self._clock() + pause
        self._log.info("notice.put_off", notice=notice.number, reason=reason, until=until)
        async with self._database.transaction() as session:
            await notices.postpone(
                session, notice.number, holder=self._holder, until=until, fault=reason
            )

    async def _fail(self, notice: Notice, reason: str) -> None:
        self._log.warning(
            "notice.failed",
            notice=notice.number,
            destination=str(notice.destination),
            reason=reason,
        )

        async def failed(session: AsyncSession) -> None:
            await self._finish(session, notice, NoticeState.FAILED, fault=reason)

        await self._record(failed)

    async def _settle(self, notice: Notice, found: Saying) -> None:
        async def said(session: AsyncSession) -> None:
            await self._finish(session, notice, found.state)
            await reminders.absorb(session, found.absorbed, self._clock())

        await self._record(said)

    async def _record(self, write: Write) -> None:
        """Write what happened to a notice, even when this task is cancelled meanwhile."""
        writing = asyncio.create_task(self._written(write), name="notice-record")
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await writing
            raise

    async def _written(self, write: Write) -> None:
        for pause in _RECORDING_PAUSES:
            if await self._wrote(write):
                return
            await asyncio.sleep(pause)
        self._log.error("notice.not_recorded")

    async def _wrote(self, write: Write) -> bool:
        try:
            async with self._database.transaction() as session:
                await write(session)
        except SQLAlchemyError:
            self._log.exception("notice.recording_again")
            return False
        return True

    async def _finish(
        self, session: AsyncSession, notice: Notice, state: NoticeState, fault: str | None = None
    ) -> None:
        self._faults.pop(notice.number, None)
        await notices.finish(
            session,
            [notice.number],
            state,
            holder=self._holder,
            now=self._clock(),
            fault=fault,
        )
