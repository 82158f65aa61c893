"""Looks after runs once a minute, and when one of them wants it sooner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Alarm, Clock
from chatbot.rounds import Rounds
from commands.overseeing import Overseeing
from commands.rundesk import Act
from storage.database import Database


def watch_engine(
    *,
    database: Database,
    overseeing: Overseeing,
    alarm: Alarm,
    clock: Clock,
    told: Callable[[], None],
    log: FilteringBoundLogger,
) -> Rounds:
    """Return what has proposals expire, people reminded, and unfounded runs halted.

    `told` is called after notices were planned.
    """

    async def look(now: datetime) -> datetime | None:
        async with database.reading() as session:
            if not await overseeing.anything(session):
                return None
        async with database.transaction() as session:
            due_at = await overseeing.look(Act(session, now))
        told()
        return due_at

    return Rounds(name="watch", look=look, alarm=alarm, clock=clock, log=log)
