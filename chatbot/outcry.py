"""Halts a run when several of its recipients ask for no more messages."""

from __future__ import annotations

from collections.abc import Callable

from chatbot.delivery.course import Course
from commands.rules.delivery import Halting
from storage import ledger, reactions
from storage.database import Database


class Outcry:
    """Counts them. Whoever lets a run go on has read what was said before: it counts no more.

    `told` is called after lines for the coordinators were planned.
    """

    def __init__(
        self, *, database: Database, course: Course, limit: int, told: Callable[[], None]
    ) -> None:
        self._database = database
        self._course = course
        self._limit = limit
        self._told = told

    async def asked_to_stop(self, run: int, wiki: str, link: str) -> None:
        """Take note of one more who asks for no more; `link` leads to his words."""
        async with self._database.transaction() as session:
            gone_on = await ledger.last_of(session, f"run:{run}", {"run.resumed"})
            since = gone_on.at if gone_on else None
            if await reactions.asked_to_stop(session, run, since=since) < self._limit:
                return
            await self._course.halt(session, run, Halting.ASKED_TO_STOP, wiki=wiki, detail=link)
        self._told()
