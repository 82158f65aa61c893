"""The engine of series: goes on planning their reminders before the planned ones run out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Alarm, Clock
from commands.planning import Planning
from storage import events
from storage.database import Database

_AFTER_A_FAULT = timedelta(minutes=10)


class Series:
    """Keeps every series planned between half and the whole `horizon` ahead.

    `planned` is called after each step: something may be due already.
    """

    def __init__(
        self,
        *,
        database: Database,
        planning: Planning,
        horizon: timedelta,
        planned: Callable[[], None],
        alarm: Alarm,
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._planning = planning
        self._horizon = horizon
        self._planned = planned
        self._alarm = alarm
        self._clock = clock
        self._log = log

    async def run(self) -> None:
        """Plan until cancelled."""
        while True:
            self._alarm.hush()
            self._alarm.set(await self._work())
            await self._alarm.wait()

    async def _work(self) -> datetime | None:
        """Plan whatever must be. Return when to look again."""
        faulty: set[int] = set()
        try:
            while await self._extend_next(faulty):
                self._planned()
            async with self._database.reading() as session:
                least = await events.planned_least(session)
        except Exception:  # noqa: BLE001 - the database may be back soon
            self._log.exception("series.fault")
            return self._clock() + _AFTER_A_FAULT
        if faulty:
            return self._clock() + _AFTER_A_FAULT
        return None if least is None else least - self._horizon / 2

    async def _extend_next(self, faulty: set[int]) -> bool:
        """Plan one series further; a fault in one leaves it to later and the others unharmed."""
        now = self._clock()
        number = None
        try:
            async with self._database.transaction() as session:
                found = await events.next_to_plan(
                    session, before=now + self._horizon / 2, besides=faulty
                )
                if found is None:
                    return False
                number = found[0].number
                await self._planning.extend(session, found[0], since=found[1], now=now)
        except Exception:
            if number is None:
                raise
            self._log.exception("series.fault", series=number)
            faulty.add(number)
        return True
