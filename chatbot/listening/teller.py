"""Tells the coordinators' channels what was heard: several things in one message, not too often."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.clock import Clock
from commands.messages import Reply, line, reply
from commands.rules.reactionlines import TOLD, batch
from commands.spreading import tell
from storage import reactions, runs
from storage.database import Database
from storage.heard import Reaction
from storage.values import Destination


class Teller:
    """Plans notices. `told` is called after some were planned. `between` lies between two."""

    def __init__(
        self,
        *,
        database: Database,
        channels: Iterable[Destination],
        between: timedelta,
        link: Callable[[str, int | None], str],
        clock: Clock,
        told: Callable[[], None],
    ) -> None:
        self._database = database
        self._channels = tuple(channels)
        self._between = between
        self._link = link
        self._clock = clock
        self._told = told

    async def tell(self) -> datetime | None:
        """Tell what waits, if it is time. Return when to come again, None where nothing waits."""
        async with self._database.reading() as session:
            waits, last = await reactions.waiting_since(session, TOLD)
        if not waits:
            return None
        now = self._clock()
        if last is not None and now < last + self._between:
            return last + self._between
        async with self._database.transaction() as session:
            found = await reactions.take_untold(session, TOLD, now)
            if found:
                await self._say(session, batch(found, await _names(session, found), self._link))
        self._told()
        return None

    async def missed(
        self, session: AsyncSession, wiki: str, since: datetime, until: datetime
    ) -> None:
        """Tell of a time of which a wiki tells nothing any more."""
        await self._say(session, reply(line("heard.gap", wiki=wiki, since=since, until=until)))

    async def _say(self, session: AsyncSession, said: Reply) -> None:
        await tell(session, self._channels, said, now=self._clock())


async def _names(session: AsyncSession, found: Iterable[Reaction]) -> Callable[[int], str]:
    numbers = {each.run for each in found if each.run is not None}
    known = [await runs.get(session, number) for number in numbers]
    names = {run.number: run.name for run in known if run is not None}
    return lambda number: names.get(number, "")
