"""The engine of waiting lists: offers of places run out, and free places are offered to the next.

Whatever changes a list settles it at once, in its own transaction. What is left to this engine is
what only time does, and what was interrupted: it asks the tables for both, so a crash loses
nothing. It holds an event's row while it settles its list, so that of several processes on one
database one finds it settled.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Alarm, Clock
from chatbot.rounds import Rounds
from commands.planning import Planning
from storage import attendance, cards, events
from storage.database import Database
from storage.values import CardKind


class Waiting:
    """Settles the lists of events. `told` is called after notices may have been planned."""

    def __init__(
        self,
        *,
        database: Database,
        planning: Planning,
        told: Callable[[], None],
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._planning = planning
        self._told = told
        self._log = log

    async def look(self, now: datetime) -> datetime | None:
        """Settle all lists that must be. Return when the next offer runs out."""
        async with self._database.reading() as session:
            unsettled = await attendance.unsettled(session, now)
        for number in unsettled:
            try:
                await self._settle(number, now)
            except Exception:  # noqa: BLE001 - a fault in one list must not stop the others
                self._log.exception("waiting.fault", event_number=number)
        if unsettled:
            self._told()
        async with self._database.reading() as session:
            return await attendance.next_deadline(session, after=now)

    async def _settle(self, number: int, now: datetime) -> None:
        async with self._database.transaction() as session:
            event = await events.get(session, number, lock=True)
            if event is not None:
                await self._planning.settle(session, event, now)
                await cards.look_again(session, (CardKind.EVENT,), number, now)


def waiting_engine(
    *,
    database: Database,
    planning: Planning,
    told: Callable[[], None],
    alarm: Alarm,
    clock: Clock,
    log: FilteringBoundLogger,
) -> Rounds:
    """Return the engine that looks after waiting lists until it is cancelled."""
    waiting = Waiting(database=database, planning=planning, told=told, log=log)
    return Rounds(name="waiting", look=waiting.look, alarm=alarm, clock=clock, log=log)
