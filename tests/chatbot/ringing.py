"""The engines of notices, series and waiting lists on a clock that jumps; what is said is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from apscheduler.triggers.date import DateTrigger
from sqlalchemy import select

from chatbot.clock import Alarm
from chatbot.notices import Notices
from chatbot.series import Series
from chatbot.telling import Telling
from chatbot.text import Texts
from chatbot.waiting import waiting_engine
from commands.messages import Compose, Reply, Unreachable, kept, line, reply
from commands.planning import Planning
from commands.policy import EventPolicy
from storage import notices, people
from storage.database import Database
from storage.notices import NoticeRow
from storage.values import Destination, Identity, NoticeKind, NoticeState, Place
from tests.commands.conversation import Conversation
from tests.commands.event_desks import NOW, POLICY, event_desks


async def _nothing() -> None:
    return


@dataclass
class Twin:
    """A network that remembers what it was told.

    Faults that a real one seldom produces when a test needs them: somebody who is away
    (`away`), a fault of ours (`broken`), something that happens between the claim and the turn
    (`meanwhile`), and a word from the network that takes long (`confirmed`).
    """

    network: str = "libera"
    said: list[tuple[Destination, str]] = field(default_factory=list)
    away: dict[Destination, Unreachable] = field(default_factory=dict)
    broken: set[Destination] = field(default_factory=set)
    tries: list[Destination] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[object]] = _nothing
    confirmed: Callable[[Destination], Awaitable[object]] | None = None
    text: Texts = field(default_factory=Texts)

    async def say(self, destination: Destination, compose: Compose) -> bool:
        self.tries.append(destination)
        if fault := self.away.get(destination):
            raise fault
        if destination in self.broken:
            raise RuntimeError("a fault of ours")
        await self.meanwhile()
        reply = await compose()
        if reply is None:
            return False
        self._hear(destination, reply)
        if self.confirmed is not None:
            await self.confirmed(destination)
        return True

    def _hear(self, destination: Destination, reply: Reply) -> None:
        self.said.append((destination, " ".join(self.text.lines(reply))))

    @property
    def lines(self) -> list[str]:
        """What was said, wherever."""
        return [line for _, line in self.said]


class Clockwork:
    """Stands where APScheduler stands; a jump of the clock fires what is due."""

    def __init__(self) -> None:
        self.jobs: dict[str, tuple[datetime, Callable[[], None]]] = {}

    def add_job(self, func: Callable[[], None], trigger: DateTrigger, **options: object) -> object:
        self.jobs[str(options["id"])] = (trigger.run_date, func)
        return None

    def fire(self, now: datetime) -> None:
        for name, (due_at, ring) in list(self.jobs.items()):
            if due_at <= now:
                del self.jobs[name]
                ring()


class QuietAlarm(Alarm):
    """An alarm that tells when its engine has nothing left to do."""

    asleep = False

    def hush(self) -> None:
        self.asleep = False
        super().hush()

    def set(self, due_at: datetime | None) -> None:
        self.due_at = due_at
        self.asleep = True
        super().set(due_at)

    @property
    def quiet(self) -> bool:
        return self.asleep and not self._rung.is_set()


class Ringing:
    """A channel's conversation, and the engines that say later what was planned in it."""

    def __init__(
        self,
        *,
        database: Database,
        policy: EventPolicy,
        holder: str,
        languages: Mapping[Destination, str],
    ) -> None:
        self.database = database
        self.channel = Conversation(database, event_desks(policy), NOW)
        self.transports = {"libera": Twin("libera"), "oftc": Twin("oftc")}
        self.clockwork = Clockwork()
        log = structlog.get_logger()
        self.alarm = self._alarm("notices")
        self.series_alarm = self._alarm("series")
        self.notices = Notices(
            database=database,
            networks=tuple(self.transports),
            telling=Telling(
                database=database,
                transports=self.transports,
                clock=self._now,
                holder=holder,
                grace=policy.grace,
                languages=languages,
                log=log,
            ),
            alarm=self.alarm,
            clock=self._now,
            holder=holder,
            log=log,
        )
        self.waiting_alarm = self._alarm("waiting")
        self.waiting = waiting_engine(
            database=database,
            planning=Planning(policy=policy),
            told=self.alarm.ring,
            alarm=self.waiting_alarm,
            clock=self._now,
            log=log,
        )
        self.series = Series(
            database=database,
            planning=Planning(policy=policy),
            horizon=policy.horizon,
            planned=self.alarm.ring,
            alarm=self.series_alarm,
            clock=self._now,
            log=log,
        )

    @property
    def libera(self) -> Twin:
        return self.transports["libera"]

    async def say(self, text: str, *, account: str = "alice") -> str:
        """Say a line in the channel and let the engines do what follows from it."""
        answer = await self.channel.say(text, account=account)
        self.wake()
        await self.rest()
        return answer

    async def plan_news(self, kind: NoticeKind, word: str, to: Destination) -> None:
        """Plan something to be said at once, which carries its words with it."""
        async with self.database.transaction() as session:
            if to.place is Place.PERSON:
                identity = Identity(to.network, to.address)
                await people.ensure(session, identity, self.channel.now)
            await notices.plan(
                session,
                kind=kind,
                due_at=self.channel.now,
                destination=to,
                reply=kept(reply(line("dispatch.fault", reference=word))),
            )
        self.wake()
        await self.rest()

    def wake(self) -> None:
        """Ring all alarms, as dispatch does after a commit."""
        self.alarm.ring()
        self.waiting_alarm.ring()
        self.series_alarm.ring()

    async def jump(self, to: datetime | timedelta) -> None:
        """Move the clock, and let the engines do what is due then."""
        self.channel.now = to if isinstance(to, datetime) else self.channel.now + to
        self.clockwork.fire(self.channel.now)
        await self.rest()

    async def walk(self, until: datetime) -> None:
        """Let time pass in the steps in which the engines want to be woken."""
        while (due := self._next_due()) is not None and due <= until:
            await self.jump(max(due, self.channel.now))
        await self.jump(until)

    async def rest(self) -> None:
        """Return once the engines have nothing left to do at this instant."""
        alarms = (self.alarm, self.series_alarm, self.waiting_alarm)
        while not (all(alarm.quiet for alarm in alarms) and not self.notices._lanes):
            await asyncio.sleep(0.001)

    async def states(self) -> list[NoticeState]:
        """Return how each notice stands, oldest first."""
        async with self.database.reading() as session:
            rows = await session.scalars(select(NoticeRow.state).order_by(NoticeRow.number))
            return [NoticeState(state) for state in rows]

    def _next_due(self) -> datetime | None:
        instants = (self.alarm.due_at, self.series_alarm.due_at, self.waiting_alarm.due_at)
        return min((each for each in instants if each is not None), default=None)

    def _alarm(self, name: str) -> QuietAlarm:
        return QuietAlarm(name=name, scheduler=self.clockwork, clock=self._now)

    def _now(self) -> datetime:
        return self.channel.now


@asynccontextmanager
async def ringing(
    database: Database,
    *,
    policy: EventPolicy = POLICY,
    holder: str = "one",
    languages: Mapping[Destination, str] | None = None,
) -> AsyncIterator[Ringing]:
    """Run the engines until the end of the block; alice is a coordinator."""
    bell = Ringing(database=database, policy=policy, holder=holder, languages=languages or {})
    await bell.channel.appoint(["alice"])
    engines = (bell.notices, bell.series, bell.waiting)
    tasks = [asyncio.create_task(engine.run()) for engine in engines]
    try:
        await bell.rest()
        yield bell
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
