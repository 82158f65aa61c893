"""The engine of notices: claims what is due and has it said, each destination in a lane of its own.

Nobody waits for a slow destination but what is to be said there, in order.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection
from datetime import datetime, timedelta

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Alarm, Clock
from chatbot.telling import LEASE, Telling
from storage import notices
from storage.database import Database
from storage.values import Destination, Notice

_MOST_IN_HAND = 200
_BATCH = 50
_AFTER_A_FAULT = timedelta(seconds=10)
_LAST_WORDS_SECONDS = 5
"""How long a line that is being said when we stop may take to end well."""


class Notices:
    """Says all notices of some networks.

    `holder` names this process among those that share the database, and no earlier life of it.
    """

    def __init__(
        self,
        *,
        database: Database,
        networks: Collection[str],
        telling: Telling,
        alarm: Alarm,
        clock: Clock,
        holder: str,
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._networks = networks
        self._telling = telling
        self._alarm = alarm
        self._clock = clock
        self._holder = holder
        self._log = log
        self._opened = False
        self._in_hand: set[int] = set()
        self._idle = asyncio.Event()
        self._back: set[str] = set()
        self._waiting: dict[Destination, deque[Notice]] = {}
        self._lanes: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Say what is due until cancelled; then finish the lines under way, and end."""
        try:
            while True:
                self._alarm.hush()
                self._alarm.set(await self._work())
                await self._alarm.wait()
        finally:
            await self._end()

    def back(self, network: str) -> None:
        """Try again now what was put off because this network was away."""
        self._back.add(network)
        self._alarm.ring()

    async def settled(self) -> None:
        """Return once all that is due by now has been said or put off."""
        self._idle.clear()
        self._alarm.ring()
        await self._idle.wait()

    async def _work(self) -> datetime | None:
        """Take all that is due. Return when to look again."""
        try:
            await self._open()
            await self._hurry()
            while await self._take():
                pass
            if not self._in_hand:
                self._idle.set()
            async with self._database.reading() as session:
                return await notices.next_due(session, self._networks)
        except Exception:  # noqa: BLE001 - the database may be back soon
            self._log.exception("notices.fault")
            return self._clock() + _AFTER_A_FAULT

    async def _open(self) -> None:
        if self._opened:
            return
        if self._database.is_sqlite:
            async with self._database.transaction() as session:
                await notices.release(session, self._clock())
        self._opened = True

    async def _hurry(self) -> None:
        while self._back:
            async with self._database.transaction() as session:
                await notices.hurry(session, self._back.pop(), self._clock())

    async def _take(self) -> bool:
        """Claim a batch and hand it to its lanes. Return whether more may be due."""
        limit = min(_BATCH, _MOST_IN_HAND - len(self._in_hand))
        if limit <= 0:
            # A lane that ends rings the alarm.
            return False
        async with self._database.transaction() as session:
            claimed = await notices.claim(
                session,
                networks=self._networks,
                holder=self._holder,
                now=self._clock(),
                lease=LEASE,
                limit=limit,
            )
        # What is in hand already has only had its lease lengthened.
        for notice in claimed:
            if notice.number not in self._in_hand:
                self._hand_over(notice)
        return len(claimed) == limit

    def _hand_over(self, notice: Notice) -> None:
        self._in_hand.add(notice.number)
        if (waiting := self._waiting.get(notice.destination)) is not None:
            waiting.append(notice)
            return
        self._waiting[notice.destination] = deque([notice])
        lane = asyncio.create_task(
            self._lane(notice.destination), name=f"tell-{notice.destination}"
        )
        self._lanes.add(lane)
        lane.add_done_callback(self._lanes.discard)

    async def _lane(self, destination: Destination) -> None:
        waiting = self._waiting[destination]
        while waiting:
            notice = waiting.popleft()
            try:
                await self._telling.tell(notice)
            except Exception:  # noqa: BLE001 - its lease will run out, and it is tried again
                self._log.exception("notice.fault", notice=notice.number)
            finally:
                self._in_hand.discard(notice.number)
        del self._waiting[destination]
        self._alarm.ring()

    async def _end(self) -> None:
        for waiting in self._waiting.values():
            waiting.clear()
        if not self._lanes:
            return
        _, late = await asyncio.wait(self._lanes, timeout=_LAST_WORDS_SECONDS)
        for lane in late:
            lane.cancel()
        await asyncio.gather(*late, return_exceptions=True)
