"""The engine of errands: takes them up, several at once, and sees that each gets an answer."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Alarm, Clock
from chatbot.errands.work import Settle, Work, answer
from commands.messages import kept, line
from commands.rundesk import Act
from commands.wikis import WikiTrouble
from storage import errands, gathering, notices, people
from storage.database import Database
from storage.runvalues import Errand, ErrandKind
from storage.values import NoticeKind

_MOST_AT_ONCE = 4
_MOST_ATTEMPTS = 3
_TIME_LIMIT = timedelta(minutes=10)
_UNHURRIED = frozenset({ErrandKind.AUDIENCE, ErrandKind.PROPOSE})
"""What may take hours: it keeps what it has found so far, and says how far it is."""
_LEASE = timedelta(minutes=2)
_SIGN_OF_LIFE = timedelta(seconds=30)
_PAUSE = timedelta(seconds=5)
_AFTER_A_FAULT = timedelta(seconds=10)


class _Lost(Exception):  # noqa: N818 - a state of the world: somebody else does the errand now
    pass


class ErrandEngine:
    """Does errands. `answered` is called after answers, or what else they led to, were planned.

    `holder` names this process among those that share the database, and no earlier life of it.
    """

    def __init__(
        self,
        *,
        database: Database,
        works: Mapping[ErrandKind, Work],
        alarm: Alarm,
        clock: Clock,
        answered: Callable[[], None],
        holder: str,
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._works = works
        self._alarm = alarm
        self._clock = clock
        self._answered = answered
        self._holder = holder
        self._log = log
        self._opened = False
        self._under_way: set[asyncio.Task[None]] = set()
        self._ended = asyncio.Condition()

    async def run(self) -> None:
        """Do errands until cancelled; what is under way then is taken up again another time."""
        try:
            while True:
                self._alarm.hush()
                self._alarm.set(await self._work())
                await self._alarm.wait()
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def settled(self) -> None:
        """Return once nobody waits for an errand."""
        async with self._ended:
            while await self._next_due() is not None:
                await self._ended.wait()

    async def _work(self) -> datetime | None:
        """Take up what can be taken up. Return when to look again."""
        try:
            await self._open()
            while len(self._under_way) < _MOST_AT_ONCE:
                errand = await self._claim()
                if errand is None:
                    return await self._next_due()
                self._begin(errand)
        except Exception:  # noqa: BLE001 - the database may be back soon
            self._log.exception("errands.fault")
            return self._clock() + _AFTER_A_FAULT
        # An errand that ends rings the alarm.
        return None

    async def _open(self) -> None:
        if self._opened:
            return
        if self._database.is_sqlite:
            async with self._database.transaction() as session:
                await errands.release(session, self._clock())
        self._opened = True

    async def _claim(self) -> Errand | None:
        async with self._database.transaction() as session:
            return await errands.claim(
                session, holder=self._holder, now=self._clock(), lease=_LEASE
            )

    async def _next_due(self) -> datetime | None:
        async with self._database.reading() as session:
            return await errands.next_due(session)

    def _begin(self, errand: Errand) -> None:
        task = asyncio.create_task(self._do(errand), name=f"errand-{errand.number}")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _do(self, errand: Errand) -> None:
        try:
            await self._end(errand, await self._prepared(errand))
        except _Lost:
            self._log.warning("errand.lost", errand=errand.number)
        except Exception as fault:  # noqa: BLE001 - whoever asked must not wait for ever
            await self._fail(errand, fault)
        async with self._ended:
            self._ended.notify_all()
        self._answered()
        self._alarm.ring()

    async def _prepared(self, errand: Errand) -> Settle:
        """Do the slow part, unless it is not to be done (any more)."""
        if errand.attempts > _MOST_ATTEMPTS:
            return answer(line("errand.gave_up", run=errand.run))
        async with self._database.reading() as session:
            person = await people.get(session, errand.person)
        if person.coordinator_since is None:
            return answer(line("errand.no_coordinator", run=errand.run))
        limit = None if errand.kind in _UNHURRIED else _TIME_LIMIT.total_seconds()
        async with asyncio.timeout(limit):
            return await self._attended(errand)

    async def _attended(self, errand: Errand) -> Settle:
        """Do the slow part, and keep the errand meanwhile."""
        doing = asyncio.ensure_future(self._works[errand.kind].prepare(errand))
        try:
            while not (await asyncio.wait({doing}, timeout=_SIGN_OF_LIFE.total_seconds()))[0]:
                await self._renew(errand)
            return doing.result()
        finally:
            doing.cancel()
            await asyncio.wait({doing})

    async def _renew(self, errand: Errand) -> None:
        until = self._clock() + _LEASE
        async with self._database.transaction() as session:
            if not await errands.renew(session, errand.number, holder=self._holder, until=until):
                raise _Lost

    async def _fail(self, errand: Errand, fault: Exception) -> None:
        """Try again later what may get better; answer what went wrong with all else."""
        try:
            await self._after(errand, fault)
        except Exception:  # noqa: BLE001 - the database is away: its lease will run out
            self._log.exception("errand.fault", errand=errand.number)

    async def _after(self, errand: Errand, fault: Exception) -> None:
        if isinstance(fault, WikiTrouble):
            if not fault.lasting and errand.attempts < _MOST_ATTEMPTS:
                await self._postpone(errand)
                return
            said = line("errand.trouble", run=errand.run, wiki=fault.wiki, reason=fault.reason)
            hint = line(f"errand.hint.{errand.kind}", run=errand.run)
            await self._end(errand, answer(said, hint))
        elif isinstance(fault, TimeoutError):
            await self._end(errand, answer(line("errand.too_slow", run=errand.run)))
        else:
            reference = secrets.token_hex(3)
            self._log.error("errand failed", reference=reference, exc_info=fault)
            await self._end(errand, answer(line("dispatch.fault", reference=reference)))

    async def _postpone(self, errand: Errand) -> None:
        until = self._clock() + _PAUSE * 4 ** (errand.attempts - 1)
        async with self._database.transaction() as session:
            await errands.postpone(session, errand.number, holder=self._holder, until=until)

    async def _end(self, errand: Errand, settle: Settle) -> None:
        """Keep what came of an errand, and plan its answer, all or nothing."""
        now = self._clock()
        async with self._database.transaction() as session:
            if not await errands.finish(session, errand.number, holder=self._holder):
                raise _Lost
            await gathering.forget(session, errand.number)
            said = await settle(Act(session, now, errand.person, errand.answer_to))
            await notices.plan(
                session,
                kind=NoticeKind.ANSWER,
                due_at=now,
                destination=errand.answer_to,
                once=f"errand:{errand.number}",
                run=errand.run,
                reply=kept(said),
            )
