"""A world in which nobody waits: its clock jumps to what is due next once nothing is at work.

Work in threads takes no time in it: while the database is busy, the clock stands.
"""

import asyncio
import selectors
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, TypeVarTuple

from apscheduler.triggers.date import DateTrigger
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_AT_LEAST = 1.0


class _Jumping(selectors.EpollSelector):
    """Waits for threads, and for nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self.working = 0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self.working or timeout is None:
            return super().select(_AT_LEAST)
        self.seconds += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop with such a clock. `working` counts what threads are at."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        self._began_at = datetime.now(UTC)
        super().__init__(self._jumping)

    def time(self) -> float:
        """Return the seconds since the loop was made, as the world goes."""
        return self._jumping.seconds

    def now(self) -> datetime:
        """Return this instant of the world."""
        return self._began_at + timedelta(seconds=self.time())

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Run something in a thread while the clock stands."""
        self.begin()
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(lambda _: self.end())
        return future

    def begin(self) -> None:
        """Let the clock stand."""
        self._jumping.working += 1

    def end(self) -> None:
        """Let it go on, if nothing else is at work."""
        self._jumping.working -= 1


class VirtualScheduler:
    """Calls back at instants of a world (see `chatbot.clock.Scheduler`)."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self._handles: dict[object, asyncio.TimerHandle] = {}

    def add_job(self, func: Callable[[], None], trigger: DateTrigger, **options: object) -> object:
        """Call `func` when the trigger says so, in place of an earlier job of the same id."""
        if earlier := self._handles.get(options["id"]):
            earlier.cancel()
        seconds = (trigger.run_date - self._loop.now()).total_seconds()
        handle = self._loop.call_later(max(0.0, seconds), func)
        self._handles[options["id"]] = handle
        return handle


class VirtualDatabase(Database):
    """A database for the clock to stand for."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.begin()
        try:
            async with super().transaction() as session:
                yield session
        finally:
            loop.end()
