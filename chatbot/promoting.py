"""The engine of promotion: takes due steps, looks after proposals, reads the page of plans."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger

from chatbot.clock import Alarm, Clock
from chatbot.promotionsettings import PlanPage
from chatbot.rounds import Rounds
from commands.messages import Line, kept, line, reply
from commands.planning import Planning
from commands.policy import EventPolicy
from commands.promotion import Carrier, Promotion
from commands.promotionpolicy import PromotionPolicy
from commands.rules.promotionpage import read_plans
from commands.wikis import PageText, WikiTrouble
from storage import notices, promotion, proposals
from storage.database import Database
from storage.promotionvalues import Deed
from storage.values import Event, NoticeKind

_AFTER_A_FAULT = timedelta(minutes=10)
_PAGE_FRESH = timedelta(hours=1)
_MOST_FAULTS_TOLD = 5


class Pages(Protocol):
    """The part of a wiki that is needed here."""

    async def read(self, title: str) -> PageText:
        """Return a page, redirects followed. Raises WikiTrouble."""
        ...


Take = Callable[[AsyncSession, datetime, set[int], list[int]], Awaitable[bool]]
"""Does the next thing that is due but for those that are faulty, and notes which it is."""


def promoting_engine(
    *,
    database: Database,
    events: EventPolicy,
    policy: PromotionPolicy,
    page: PlanPage | None,
    wikis: Mapping[str, Pages],
    carriers: Mapping[Deed, Carrier],
    told: Callable[[], None],
    alarm: Alarm,
    clock: Clock,
    log: FilteringBoundLogger,
) -> Rounds:
    """Return what carries plans out. `told` is called after notices were planned.

    `policy` is the very one that the desks have: what stands on the `page` reaches them by it.
    """
    engine = Promoting(
        database=database,
        promotion=Promotion(policy=policy, planning=Planning(policy=events), carriers=carriers),
        page=Page(database=database, policy=policy, page=page, wikis=wikis, log=log),
        told=told,
        log=log,
    )
    return Rounds(name="promotion", look=engine.look, alarm=alarm, clock=clock, log=log)


async def in_the_digest(_session: AsyncSession, _event: Event, _now: datetime) -> bool:
    """Do a step that the digest does by itself: it takes whatever comes."""
    return True


class Promoting:
    """Does what is due, each in a transaction of its own: a fault in one leaves the others be."""

    def __init__(
        self,
        *,
        database: Database,
        promotion: Promotion,
        page: Page,
        told: Callable[[], None],
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._promotion = promotion
        self._page = page
        self._told = told
        self._log = log

    async def look(self, now: datetime) -> datetime | None:
        """Do all that is due. Return when something is due next (UTC)."""
        read_again = await self._page.look(now)
        sound = [
            await self._all(self._next_step, now),
            await self._all(self._next_proposal, now),
            await self._renew(now),
        ]
        async with self._database.reading() as session:
            due = [await promotion.next_wake(session), await proposals.next_wake(session)]
        self._told()
        again = None if all(sound) else now + _AFTER_A_FAULT
        ahead = [each for each in due if each is not None and each > now]
        return min((each for each in (*ahead, read_again, again) if each), default=None)

    async def _all(self, take: Take, now: datetime) -> bool:
        """Take one thing after the other. Return whether all went well."""
        faulty: set[int] = set()
        doing: list[int] = []
        while True:
            doing.clear()
            try:
                async with self._database.transaction() as session:
                    if not await take(session, now, faulty, doing):
                        return not faulty
            except Exception:
                if not doing:
                    raise
                self._log.exception("promotion.fault", of=doing[0])
                faulty.add(doing[0])

    async def _next_step(
        self, session: AsyncSession, now: datetime, faulty: set[int], doing: list[int]
    ) -> bool:
        found = await promotion.next_due(session, now, besides=faulty)
        if found is None:
            return False
        event, step = found
        doing.append(step.key)
        await self._promotion.take(session, event, step, now)
        return True

    async def _next_proposal(
        self, session: AsyncSession, now: datetime, faulty: set[int], doing: list[int]
    ) -> bool:
        found = await proposals.next_due(session, now, besides=faulty)
        if found is None:
            return False
        event, proposal = found
        doing.append(event.number)
        await self._promotion.look_after(session, event, proposal, now)
        return True

    async def _renew(self, now: datetime) -> bool:
        """Make the plans of series whose planned occurrence has begun."""
        async with self._database.reading() as session:
            behind = await promotion.behind(session, now)
        sound = True
        for number in behind:
            try:
                async with self._database.transaction() as session:
                    await self._promotion.renew(session, number, now)
            except Exception:  # noqa: BLE001 - the others are to be made all the same
                self._log.exception("promotion.fault", series=number)
                sound = False
        return sound


class Page:
    """Keeps the plan book in step with a page of a wiki, and tells what is wrong with it."""

    def __init__(
        self,
        *,
        database: Database,
        policy: PromotionPolicy,
        page: PlanPage | None,
        wikis: Mapping[str, Pages],
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._policy = policy
        self._page = page
        self._wikis = wikis
        self._log = log
        self._due_at: datetime | None = None

    async def look(self, now: datetime) -> datetime | None:
        """Read the page where it is time to. Return when it is to be read again."""
        if self._page is None:
            return None
        if self._due_at is None or self._due_at <= now:
            self._due_at = now + await self._turned(self._page, now)
        return self._due_at

    async def _turned(self, page: PlanPage, now: datetime) -> timedelta:
        try:
            found = await self._wikis[page.wiki].read(page.title)
        except WikiTrouble as trouble:
            self._log.warning("promotion.page", page=str(page), reason=trouble.reason)
            if not trouble.lasting:
                return _AFTER_A_FAULT
            self._policy.book.turn_to({})
            said = line("promotion.page_gone", page=str(page), reason=trouble.reason)
            await self._tell(f"promotion-page:{page}:gone", said, now)
            return _PAGE_FRESH
        plans = read_plans(found.text)
        self._policy.book.turn_to(plans.plans)
        if plans.faults:
            lines = tuple(
                line("promotion.page_fault", line=each.line, text=each.text)
                for each in plans.faults[:_MOST_FAULTS_TOLD]
            )
            count = len(plans.faults)
            said = line("promotion.page_faults", page=str(page), count=count, lines=lines)
            await self._tell(f"promotion-page:{page}:{found.revid}", said, now)
        return _PAGE_FRESH

    async def _tell(self, once: str, said: Line, now: datetime) -> None:
        """Tell coordinators, once for each state of the page, whichever process reads it."""
        async with self._database.transaction() as session:
            for channel in self._policy.coordinators:
                await notices.plan(
                    session,
                    kind=NoticeKind.ANNOUNCEMENT,
                    due_at=now,
                    destination=channel,
                    once=f"{once}:{channel}",
                    reply=kept(reply(said)),
                )
