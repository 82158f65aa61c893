"""Keeps posted cards up to date: looks at those that are due, and edits what has changed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger

from chatbot.clock import Alarm, Clock
from chatbot.config import TELEGRAM
from chatbot.telegram.addresses import spot
from chatbot.telegram.faces import Face
from chatbot.telegram.postings import SPACING
from chatbot.telegram.trouble import Refused, Shut, Slower, TelegramTrouble
from commands.cards import Shown
from commands.messages import Reply
from storage import cards
from storage.cards import Posted
from storage.database import Database
from storage.values import Card, Destination

_BATCH = 20
_LEASE = timedelta(seconds=60)
"""After how long a card is looked at again whose edit came to no end."""
_UNKNOWN = ""
"""What a message shows that is being edited: it differs from whatever it ought to show."""

_AFTER_A_FAULT = timedelta(seconds=10)
_BEING_CHANGED = timedelta(seconds=1)
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=5)
_WHILE_SHUT = timedelta(hours=6)

Compose = Callable[[AsyncSession, Card, datetime], Awaitable[Shown | None]]
"""What a card must show now (`commands.cards.Cards.compose`)."""


class Screen(Protocol):
    """The messages of a transport, as this engine changes them."""

    def face(self, said: Reply) -> Face | None:
        """Return the message that a reply becomes, None when it says nothing."""
        ...

    async def edit(self, where: Destination, message: int, face: Face) -> bool:
        """Have a message show something else. Return False when it is gone.

        Raises TelegramTrouble.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Change:
    """A message that must show `face`; until `held_until` nobody else sees to it."""

    posted: Posted
    face: Face
    held_until: datetime
    wake_at: datetime | None


class TelegramCards:
    """Looks at cards and has their messages edited, each chat in a lane of its own.

    In one chat one message is edited in `spacing` seconds: a group bears 20 messages a minute,
    and what people are waiting for needs room too.
    """

    def __init__(
        self,
        *,
        database: Database,
        compose: Compose,
        screen: Screen,
        alarm: Alarm,
        clock: Clock,
        log: FilteringBoundLogger,
        spacing: float = SPACING.total_seconds(),
    ) -> None:
        self._database = database
        self._compose = compose
        self._screen = screen
        self._alarm = alarm
        self._clock = clock
        self._log = log
        self._spacing = spacing
        self._waiting: dict[int, dict[int, _Change]] = {}
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._failures: Counter[int] = Counter()

    async def run(self) -> None:
        """Keep cards up to date until cancelled."""
        try:
            while True:
                self._alarm.hush()
                self._alarm.set(await self._work())
                await self._alarm.wait()
        finally:
            lanes = list(self._lanes.values())
            for lane in lanes:
                lane.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)

    async def _work(self) -> datetime | None:
        """Look at all that is due. Return when to look again."""
        try:
            while (due_at := await self._next_due()) and due_at <= self._clock():
                if not await self._look():
                    return self._clock() + _BEING_CHANGED
        except Exception:  # noqa: BLE001 - the database may be back soon
            self._log.exception("cards.fault")
            return self._clock() + _AFTER_A_FAULT
        return due_at

    async def _next_due(self) -> datetime | None:
        async with self._database.reading() as session:
            return await cards.next_due(session, TELEGRAM)

    async def _look(self) -> bool:
        """Look at some cards, and hand over what must be edited. Return whether there were any."""
        now = self._clock()
        async with self._database.transaction() as session:
            found = await cards.due(session, TELEGRAM, now, _BATCH)
            changes = [await self._compared(session, each, now) for each in found]
        for change in filter(None, changes):
            self._hand_over(change)
        return bool(found)

    async def _compared(
        self, session: AsyncSession, posted: Posted, now: datetime
    ) -> _Change | None:
        """Return how a message must be changed, None when it shows what it must."""
        try:
            composed = await self._composed(session, posted, now)
        except SQLAlchemyError:
            raise
        except Exception:  # noqa: BLE001 - a fault in one card must not stop the others
            self._log.exception("card.fault", card=posted.key)
            await cards.show(session, posted.key, posted.shown, now + _LONGEST_PAUSE)
            return None
        if composed is None:
            await cards.forget(session, [posted.key])
            return None
        face, wake_at = composed
        if face.digest == posted.shown:
            await cards.show(session, posted.key, posted.shown, wake_at)
            return None
        await cards.show(session, posted.key, _UNKNOWN, now + _LEASE)
        return _Change(posted, face, now + _LEASE, wake_at)

    async def _composed(
        self, session: AsyncSession, posted: Posted, now: datetime
    ) -> tuple[Face, datetime | None] | None:
        """Return how a card must look and when to look again, None when it has become pointless."""
        shown = await self._compose(session, posted.card, now)
        if shown is None or not posted.destination.address:
            return None
        said, wake_at = shown
        face = self._screen.face(replace(said, language=posted.language))
        if face is None:
            return None
        return face, max(wake_at, now + SPACING) if wake_at else None

    def _hand_over(self, change: _Change) -> None:
        """Put a change in line; in place of an older one of that message, if it still waits."""
        chat = spot(change.posted.destination.address).chat
        self._waiting.setdefault(chat, {})[change.posted.key] = change
        if chat not in self._lanes:
            self._lanes[chat] = asyncio.create_task(self._lane(chat), name=f"cards-{chat}")

    async def _lane(self, chat: int) -> None:
        waiting = self._waiting[chat]
        while waiting:
            change = waiting.pop(next(iter(waiting)))
            try:
                await self._edit(change)
            except Exception:  # noqa: BLE001 - its lease will run out, and it is looked at again
                self._log.exception("card.fault", card=change.posted.key)
            self._alarm.ring()
            await asyncio.sleep(self._spacing)
        del self._waiting[chat], self._lanes[chat]

    async def _edit(self, change: _Change) -> None:
        posted = change.posted
        try:
            there = await self._screen.edit(posted.destination, posted.message, change.face)
        except Refused as refused:
            # It would be refused again: it stays as it is until it must show something else.
            self._log.warning("card.refused", card=posted.key, reason=refused.reason)
            there = True
        except TelegramTrouble as trouble:
            await self._put_off(change, trouble)
            return
        self._failures.pop(posted.key, None)
        async with self._database.transaction() as session:
            if there:
                await self._settle(session, change, change.face.digest, change.wake_at)
            else:
                await cards.forget(session, [posted.key])

    async def _put_off(self, change: _Change, trouble: TelegramTrouble) -> None:
        until = self._clock() + self._pause(change.posted.key, trouble)
        self._log.info("card.put_off", card=change.posted.key, reason=trouble.reason, until=until)
        async with self._database.transaction() as session:
            await self._settle(session, change, _UNKNOWN, until)

    def _pause(self, key: int, trouble: TelegramTrouble) -> timedelta:
        if isinstance(trouble, Slower):
            return timedelta(seconds=trouble.seconds)
        if isinstance(trouble, Shut):
            return _WHILE_SHUT
        self._failures[key] += 1
        pause: timedelta = _FIRST_PAUSE * 2 ** min(self._failures[key] - 1, 16)
        return min(pause, _LONGEST_PAUSE)

    @staticmethod
    async def _settle(
        session: AsyncSession, change: _Change, shown: str, wake_at: datetime | None
    ) -> None:
        await cards.settle(
            session,
            change.posted.key,
            shown,
            held_until=change.held_until,
            wake_at=wake_at,
        )
