"""An engine that looks, once and again, whether something is due, and sees to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Alarm, Clock

_AFTER_A_FAULT = timedelta(seconds=10)

Look = Callable[[datetime], Awaitable[datetime | None]]


class Rounds:
    """Calls `look` with the time (UTC) whenever something may be due.

    It does what is due and returns when something is due next, None when it knows of nothing.
    What it raises is logged, and it is called again soon: the database may be back by then.
    """

    def __init__(
        self, *, name: str, look: Look, alarm: Alarm, clock: Clock, log: FilteringBoundLogger
    ) -> None:
        self._name = name
        self._look = look
        self._alarm = alarm
        self._clock = clock
        self._log = log

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self._alarm.hush()
            self._alarm.set(await self._round())
            await self._alarm.wait()

    async def _round(self) -> datetime | None:
        try:
            return await self._look(self._clock())
        except Exception:  # noqa: BLE001 - it may be possible again soon
            self._log.exception("round.fault", of=self._name)
            return self._clock() + _AFTER_A_FAULT
