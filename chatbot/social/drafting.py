"""The engine of drafts: posts are made for what is registered, and follow it until they go out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from structlog.typing import FilteringBoundLogger

from chatbot.programme import Edition
from chatbot.social.network import Network, Trouble
from commands.postplans import PostPlans
from storage import posts
from storage.database import Database
from storage.postvalues import OPEN, PostState
from storage.values import Event

_EVERYTHING_AGAIN = timedelta(hours=6)
"""How often all events are looked at, changed or not: the time of their drafts comes by itself."""

_AT_A_TIME = 50
_LIMITS_HOLD = timedelta(days=1)
_LIMITS_AFTER_TROUBLE = timedelta(minutes=10)


class Drafting:
    """One round: what is asked of servers, then each event that changed, then what is overdue.

    `programme` returns what the public may read of events. `told` is called after notices were
    planned.
    """

    def __init__(
        self,
        *,
        database: Database,
        plans: PostPlans,
        networks: Sequence[Network],
        programme: Callable[[], Awaitable[Edition]],
        told: Callable[[], None],
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._plans = plans
        self._networks = networks
        self._programme = programme
        self._told = told
        self._log = log
        self._limits_due: dict[int, datetime] = {}
        self._seen: dict[int, Event] = {}
        self._edition: Edition | None = None
        self._again_at: datetime | None = None
        self._short: set[str] = set()

    async def look(self, now: datetime) -> datetime | None:
        """Do what is due. Return when to look again."""
        await self._read_limits(now)
        await self._follow(now)
        async with self._database.reading() as session:
            due = await posts.next_due(session, states=OPEN - {PostState.APPROVED})
        if due is not None and due <= now:
            async with self._database.transaction() as session:
                await self._plans.look(session, now)
            self._told()
            async with self._database.reading() as session:
                due = await posts.next_due(session, states=OPEN - {PostState.APPROVED})
        await self._warn(now)
        return due

    async def _read_limits(self, now: datetime) -> None:
        """Ask each server what it takes, once a day; until then drafts are made for the usual."""
        for index, network in enumerate(self._networks):
            if self._limits_due.get(index, now) > now:
                continue
            try:
                await network.read_limits()
                self._limits_due[index] = now + _LIMITS_HOLD
            except Trouble as trouble:
                self._log.warning("social.limits_not_read", reason=trouble.reason)
                self._limits_due[index] = now + _LIMITS_AFTER_TROUBLE

    async def _follow(self, now: datetime) -> None:
        """Have posts follow each event that has changed since it was looked at."""
        if self._again_at is None or now >= self._again_at:
            self._seen.clear()
            self._edition = None
            self._again_at = now + _EVERYTHING_AGAIN
        edition = await self._programme()
        if edition is self._edition:
            return
        async with self._database.reading() as session:
            waiting = await posts.events_concerned(session, now)
        faulty = False
        for number, shown in edition.events.items():
            event = shown.event
            if self._seen.get(number) == event:
                continue
            concerned = number in waiting or self._plans.concerns(event, now)
            if concerned and not await self._follow_one(event, now):
                faulty = True
                continue
            self._seen[number] = event
            if number % _AT_A_TIME == 0:
                # A long programme is gone through while others have their turns, too.
                await asyncio.sleep(0)
        self._edition = None if faulty else edition

    async def _follow_one(self, event: Event, now: datetime) -> bool:
        """Return whether it went well: a fault in one event must not stop the others."""
        try:
            async with self._database.transaction() as session:
                await self._plans.draft(session, event, now)
        except Exception:  # noqa: BLE001 - it is tried again in the next round
            self._log.exception("social.draft_fault", number=event.number)
            return False
        self._told()
        return True

    async def _warn(self, now: datetime) -> None:
        if not self._plans.week_ends(now, told=self._short):
            return
        async with self._database.transaction() as session:
            new = await self._plans.short_weeks(session, now, told=self._short)
        if new:
            self._short.update(new)
            self._told()
