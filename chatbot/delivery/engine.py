"""The delivery engine: starts a lane wherever there is work, moves runs along, ends in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Alarm, Clock
from chatbot.delivery.course import Course
from chatbot.delivery.elsewhere import Elsewhere
from chatbot.delivery.facts import Facts
from chatbot.delivery.handing import Handing
from chatbot.delivery.holding import Holding
from chatbot.delivery.lane import Lane
from chatbot.delivery.letters import Letters
from chatbot.delivery.listing import Listing
from chatbot.delivery.pace import Cap, Pace
from chatbot.delivery.recovery import Recovery
from chatbot.delivery.reverts import RevertWatch
from chatbot.delivery.rhythm import Rhythm
from chatbot.delivery.righting import Righting
from chatbot.delivery.saving import Saving
from chatbot.delivery.setbacks import Setbacks
from chatbot.delivery.settings import LaneSettings
from chatbot.delivery.signs import SignWatch
from chatbot.delivery.stopping import Stopping
from chatbot.delivery.templates import Templates
from chatbot.delivery.watching import Watching
from chatbot.delivery.ways import Ways
from commands.policy import RunPolicy
from commands.wikis import Wiki
from storage import deliveries, lanes
from storage.database import Database

_AFTER_A_FAULT = timedelta(seconds=10)
_WHILE_OTHERS_TAKE = timedelta(milliseconds=200)


class DeliveryEngine:
    """Delivers all runs that are under way, each wiki in a lane of its own.

    `holder` names this process among those that share the database, and no earlier life of it.
    `monotonic` is a clock in seconds, `jitter` gives a number from 0 to 1.
    """

    def __init__(
        self,
        *,
        database: Database,
        wikis: Mapping[str, Wiki],
        policy: RunPolicy,
        settings: LaneSettings,
        course: Course,
        stopping: Stopping,
        alarm: Alarm,
        clock: Clock,
        monotonic: Callable[[], float],
        jitter: Callable[[], float],
        holder: str,
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._policy = policy
        self._settings = settings
        self._course = course
        self._stopping = stopping
        self._alarm = alarm
        self._clock = clock
        self._monotonic = monotonic
        self._jitter = jitter
        self._holder = holder
        self._log = log
        self._opened = False
        self._stop = asyncio.Event()
        self._cap = (
            Cap(edits_per_minute=settings.cap, monotonic=monotonic) if settings.cap else None
        )
        self._elsewhere = Elsewhere(wikis=wikis, patience=settings.patience.total_seconds() / 2)
        self._lanes = {name: self._lane(wiki) for name, wiki in wikis.items()}
        self._working: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Deliver until cancelled; then take nothing new, finish the edits under way, and end."""
        try:
            while True:
                self._alarm.hush()
                self._alarm.set(await self._work())
                await self._alarm.wait()
        finally:
            self._stop.set()
            if self._working:
                await asyncio.wait(self._working.values())

    async def _open(self) -> None:
        if self._opened:
            return
        async with self._database.transaction() as session:
            await lanes.ensure(session, self._lanes)
            if self._database.is_sqlite:
                await lanes.release_all(session)
        self._opened = True

    async def _work(self) -> datetime | None:
        """Start what can be started. Return when to look again."""
        try:
            await self._open()
            turns_at = await self._course.review()
            await self._start_lanes()
            lane_due_at = await self._next_due()
            return min(filter(None, (turns_at, lane_due_at)), default=None)
        except Exception:  # noqa: BLE001 - the database may be back soon
            self._log.exception("deliveries.fault")
            return self._clock() + _AFTER_A_FAULT

    async def _next_due(self) -> datetime | None:
        """Return when a lane may be taken, or a delivery that was put off be tried again."""
        now = self._clock()
        async with self._database.reading() as session:
            free_at = await lanes.next_due(
                session, self._lanes, holder=self._holder, canary=self._policy.canary, now=now
            )
            put_off_to = await deliveries.next_due(session, now)
        due_at = min(filter(None, (free_at, put_off_to)), default=None)
        if due_at is None:
            return None
        # One that is due and was not taken is just being taken, or kept, by somebody else.
        return max(due_at, self._clock() + _WHILE_OTHERS_TAKE)

    async def _start_lanes(self) -> None:
        free = self._lanes.keys() - self._working.keys()
        if not free:
            return
        async with self._database.transaction() as session:
            taken = await lanes.take(
                session,
                free,
                holder=self._holder,
                canary=self._policy.canary,
                now=self._clock(),
                lease=self._settings.lease,
            )
        for wiki, setbacks in taken.items():
            task = asyncio.create_task(self._lanes[wiki].work(setbacks), name=f"lane-{wiki}")
            self._working[wiki] = task
            task.add_done_callback(partial(self._ended, wiki))

    def _ended(self, wiki: str, task: asyncio.Task[None]) -> None:
        del self._working[wiki]
        if task.cancelled():
            return
        if (fault := task.exception()) is None:
            self._alarm.ring()
        else:
            # It could not even note that it pauses: the database is away. The alarm rings soon.
            self._log.error("lane.died", wiki=wiki, exc_info=fault)

    def _lane(self, wiki: Wiki) -> Lane:
        log = self._log.bind(wiki=wiki.name)
        holding = Holding(
            wiki=wiki.name,
            database=self._database,
            holder=self._holder,
            lease=self._settings.lease,
            clock=self._clock,
            stop=self._stop,
        )
        limits = self._settings.paces.get(wiki.name)
        pace = Pace(wiki=limits, cap=self._cap, monotonic=self._monotonic)
        facts = Facts(
            wiki=wiki,
            holding=holding,
            pace=pace,
            ahead=self._settings.check_ahead,
            monotonic=self._monotonic,
        )
        letters = Letters(holding=holding)
        saving = Saving(
            holding=holding,
            facts=facts,
            ways=self._ways(wiki, holding, letters),
            elsewhere=self._elsewhere,
            pace=pace,
            policy=self._policy,
            patience=self._settings.patience,
            log=log,
        )
        settle = self._settings.settle
        return Lane(
            wiki=wiki,
            holding=holding,
            recovery=Recovery(wiki=wiki, holding=holding, settle=settle, log=log),
            watching=self._watching(wiki, holding),
            saving=saving,
            handing=Handing(
                wiki=wiki,
                holding=holding,
                letters=letters,
                listing=Listing(wiki=wiki, holding=holding, log=log),
                saving=saving,
                pace=pace,
                course=self._course,
                policy=self._policy,
                limit=self._settings.handed_over,
                log=log,
            ),
            pace=pace,
            course=self._course,
            setbacks=Setbacks(
                holding=holding,
                course=self._course,
                settings=self._settings,
                jitter=self._jitter,
                log=log,
            ),
            canary=self._policy.canary,
            often=self._settings.often,
            longest_wait=self._settings.lease / 2,
            log=log,
        )

    def _ways(self, wiki: Wiki, holding: Holding, letters: Letters) -> Ways:
        righting = Righting(wiki=wiki, holding=holding, letters=letters, policy=self._policy)
        return Ways(
            wiki=wiki, holding=holding, letters=letters, righting=righting, policy=self._policy
        )

    def _watching(self, wiki: Wiki, holding: Holding) -> Watching:
        return Watching(
            holding=holding,
            course=self._course,
            signs=SignWatch(
                wiki=wiki,
                holding=holding,
                stopping=self._stopping,
                stop_page=self._settings.stop_pages.get(wiki.name),
                rhythm=self._rhythm(self._settings.often),
            ),
            reverts=RevertWatch(
                wiki=wiki,
                holding=holding,
                course=self._course,
                rhythm=self._rhythm(2 * self._settings.often),
            ),
            templates=Templates(wiki=wiki, rhythm=self._rhythm(self._settings.often)),
        )

    def _rhythm(self, often: timedelta) -> Rhythm:
        return Rhythm(often=often, monotonic=self._monotonic)
