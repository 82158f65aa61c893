"""Wakes an engine at its next due instant.

The tables are the truth: an engine asks them for its next instant and sets its alarm. No alarm
sleeps longer than a minute, because timers run on a clock that neither jumps nor ages while the
machine is suspended: whoever wakes looks at the wall clock again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from apscheduler.triggers.date import DateTrigger

Clock = Callable[[], datetime]

_ANY_NUMBER = 1_000
_LONGEST_SLEEP = timedelta(seconds=60)


def utc_now() -> datetime:
    """Return this instant in UTC."""
    return datetime.now(UTC)


class Scheduler(Protocol):
    """The part of APScheduler's AsyncIOScheduler that an alarm needs."""

    def add_job(self, func: Callable[[], None], trigger: DateTrigger, **options: object) -> object:
        """Call `func` when the trigger says so."""
        ...


class Alarm:
    """One engine's alarm: set to an instant, rung early by whoever made something due sooner."""

    def __init__(self, *, name: str, scheduler: Scheduler, clock: Clock) -> None:
        self._name = name
        self._scheduler = scheduler
        self._clock = clock
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the engine now. From the event loop's own thread only."""
        self._rung.set()

    def hush(self) -> None:
        """Forget earlier rings: what they told of is about to be looked at."""
        self._rung.clear()

    def set(self, due_at: datetime | None) -> None:
        """Wake the engine at `due_at`, or after the longest sleep if that is sooner."""
        latest = self._clock() + _LONGEST_SLEEP
        wake_at = latest if due_at is None else min(due_at, latest)
        # Without a grace of None a job is dropped whenever the loop was busy for a second; with
        # few instances it is dropped when the engine looks again before the last ring is counted.
        self._scheduler.add_job(
            self.ring,
            DateTrigger(wake_at),
            id=self._name,
            replace_existing=True,
            misfire_grace_time=None,
            max_instances=_ANY_NUMBER,
        )

    async def wait(self) -> None:
        """Return once the alarm has rung."""
        await self._rung.wait()
