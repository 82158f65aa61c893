"""A long errand's memory and voice: parts that are gathered once, and a line now and then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from chatbot.clock import Clock
from commands.messages import Line, kept, reply
from storage import errands, gathering, notices
from storage.database import Database
from storage.runvalues import Errand
from storage.values import NoticeKind

T = TypeVar("T")

_BETWEEN_LINES = timedelta(minutes=1)


class Gathering:
    """What one errand gathers. `told` is called after a line for who asked was planned."""

    def __init__(
        self, *, database: Database, errand: Errand, clock: Clock, told: Callable[[], None]
    ) -> None:
        self._database = database
        self._errand = errand
        self._clock = clock
        self._told = told
        self._said_at: datetime | None = None

    async def part(self, name: str, shape: type[T], make: Callable[[], Awaitable[T]]) -> T:
        """Return a part: as it was kept before, or made now and kept.

        `shape` is its type, which JSON must be able to hold (see msgspec's conversions).
        """
        async with self._database.reading() as session:
            kept_before = await gathering.part(session, self._errand.number, name)
        if kept_before is not None:
            return msgspec.convert(kept_before, shape)
        made = await make()
        async with self._database.transaction() as session:
            data = msgspec.to_builtins(made)
            await gathering.keep(session, self._errand.number, name, data)
            await errands.get_on(session, self._errand.number)
        return made

    async def say(self, said: Line) -> None:
        """Say how far it is to who asked, at most once in a while."""
        now = self._clock()
        if self._said_at is None:
            self._said_at = now
        if now - self._said_at < _BETWEEN_LINES:
            return
        self._said_at = now
        await self._plan(said, once=None)

    async def tell(self, *said: Line) -> None:
        """Tell who asked something that he hears once, however often the errand begins anew."""
        await self._plan(*said, once=f"errand:{self._errand.number}:told")

    async def _plan(self, *said: Line, once: str | None) -> None:
        async with self._database.transaction() as session:
            await notices.plan(
                session,
                kind=NoticeKind.PROGRESS,
                due_at=self._clock(),
                destination=self._errand.answer_to,
                once=once,
                run=self._errand.run,
                reply=kept(reply(*said)),
            )
        self._told()
