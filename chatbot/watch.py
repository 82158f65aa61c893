"""The engine that looks after runs once a minute, and when one of them wants it sooner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Alarm, Clock
from commands.overseeing import Overseeing
from commands.rundesk import Act
from storage.database import Database

_AFTER_A_FAULT = timedelta(seconds=10)


class Watch:
    """Has proposals expire, people reminded, and runs halted that rest on nothing any more.

    `told` is called after notices were planned.
    """

    def __init__(
        self,
        *,
        database: Database,
        overseeing: Overseeing,
        alarm: Alarm,
        clock: Clock,
        told: Callable[[], None],
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._overseeing = overseeing
        self._alarm = alarm
        self._clock = clock
        self._told = told
        self._log = log

    async def run(self) -> None:
        """Look after runs until cancelled."""
        while True:
            self._alarm.hush()
            self._alarm.set(await self._look())
            await self._alarm.wait()

    async def _look(self) -> datetime | None:
        """Do what is due. Return when to look again; an alarm waits for a minute at most."""
        try:
            async with self._database.reading() as session:
                if not await self._overseeing.anything(session):
                    return None
            async with self._database.transaction() as session:
                due_at = await self._overseeing.look(Act(session, self._clock()))
        except Exception:  # noqa: BLE001 - the database may be back soon
            self._log.exception("watch.fault")
            return self._clock() + _AFTER_A_FAULT
        self._told()
        return due_at
