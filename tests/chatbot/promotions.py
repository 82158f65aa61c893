"""The engine of promotion on a clock that jumps, with a channel beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.promoting import promoting_engine
from chatbot.promotionsettings import PlanPage
from chatbot.rounds import Rounds
from commands.messages import Reply, recalled
from commands.promotion import Carrier
from commands.promotionpolicy import PlanBook
from commands.wikis import PageText, WikiTrouble
from storage import promotion
from storage.database import Database
from storage.notices import NoticeRow
from storage.promotionvalues import Deed, Step, StepState
from storage.values import Event, NoticeState, Place
from tests.chatbot.ringing import Clockwork, QuietAlarm
from tests.commands.conversation import Conversation
from tests.commands.event_desks import NOW, POLICY, PROMOTION, event_desks


@dataclass
class Page:
    """A page of a wiki that changes, or cannot be read, when a test says so."""

    text: str = ""
    revid: int = 1
    trouble: WikiTrouble | None = None
    reads: int = 0

    async def read(self, title: str) -> PageText:
        self.reads += 1
        if self.trouble:
            raise self.trouble
        return PageText(title, 2, self.revid, "wikitext", self.text)


@dataclass
class Carried:
    """What the engine had done by other parts."""

    done: list[tuple[int, datetime]] = field(default_factory=list)
    fault: Exception | None = None
    answer: object = None

    async def __call__(self, _: AsyncSession, event: Event, now: datetime) -> object:
        if self.fault:
            raise self.fault
        self.done.append((event.number, now))
        return self.answer


class Stage:
    """A channel, and the engine on a clock that jumps."""

    def __init__(
        self, database: Database, carriers: Mapping[Deed, Carrier], page: Page | None
    ) -> None:
        self.database = database
        self.policy = replace(PROMOTION, book=PlanBook())
        self.channel = Conversation(database, event_desks(promotion=self.policy), NOW)
        self.clockwork = Clockwork()
        self.alarm = QuietAlarm(name="promotion", scheduler=self.clockwork, clock=self.now)
        self.carriers = carriers
        self.page = page

    def engine(self, alarm: QuietAlarm | None = None) -> Rounds:
        return promoting_engine(
            database=self.database,
            events=POLICY,
            policy=self.policy,
            page=PlanPage("metawiki", "Events/Plan") if self.page else None,
            wikis={"metawiki": self.page} if self.page else {},
            carriers=self.carriers,
            told=lambda: None,
            alarm=alarm or self.alarm,
            clock=self.now,
            log=structlog.get_logger(),
        )

    def now(self) -> datetime:
        return self.channel.now

    async def say(self, text: str, *, account: str = "alice") -> str:
        answer = await self.channel.say(text, account=account)
        self.alarm.ring()
        await self.rest()
        return answer

    async def jump(self, to: datetime) -> None:
        self.channel.now = to
        self.clockwork.fire(to)
        await self.rest()

    async def rest(self) -> None:
        while not self.alarm.quiet:
            await asyncio.sleep(0.001)

    async def plan(self) -> tuple[Step, ...]:
        async with self.database.reading() as session:
            return await promotion.latest(session, 1)

    async def state(self, number: int) -> StepState:
        return next(each.state for each in await self.plan() if each.number == number)

    async def told(self, place: Place) -> list[str]:
        """Return what is to be told since the last time, in channels or to persons."""
        async with self.database.transaction() as session:
            rows = await session.scalars(
                select(NoticeRow)
                .where(
                    NoticeRow.reply.is_not(None),
                    NoticeRow.place == place,
                    NoticeRow.state == NoticeState.PENDING,
                )
                .order_by(NoticeRow.number)
            )
            said = [(row.address, recalled(row.reply or {})) for row in rows]
            await session.execute(
                update(NoticeRow)
                .where(NoticeRow.reply.is_not(None), NoticeRow.place == place)
                .values(state=NoticeState.SENT)
            )
        return [f"{address} {self.channel.words(reply)}" for address, reply in said]

    async def replies(self) -> list[Reply]:
        async with self.database.reading() as session:
            rows = await session.scalars(
                select(NoticeRow).where(NoticeRow.reply.is_not(None)).order_by(NoticeRow.number)
            )
            return [recalled(row.reply or {}) for row in rows]
