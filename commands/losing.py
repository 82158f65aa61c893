"""Tells the coordinators of a place in which nothing can be said any more."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.messages import line, reply
from commands.spreading import tell
from storage.values import Destination


class Losing:
    """Tells of lost places in the coordinators' `channels`. `clock` tells the time in UTC."""

    def __init__(self, *, channels: Collection[Destination], clock: Callable[[], datetime]) -> None:
        self._channels = channels
        self._clock = clock

    async def tell(self, session: AsyncSession, where: Destination, why: str) -> None:
        """Plan to tell of a place; `why` is the last part of a key `place.why.…`."""
        said = line("place.lost", where=str(where), why=line(f"place.why.{why}"))
        await tell(session, self._channels, reply(said), now=self._clock(), heard_in=where)
