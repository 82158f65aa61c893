"""The engine of wiki pages on a clock that jumps, with events put straight into the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.programme import Programme
from chatbot.publish.wikipages import Pages
from chatbot.publish.wikipages_engine import WikiPages
from chatbot.publish.wikipages_keeping import Keeping
from chatbot.publish.wikipages_settings import CalendarSettings
from chatbot.publish.wikipages_stops import StopSigns
from chatbot.text import Texts
from commands.messages import recalled
from commands.wikis import Wiki
from storage import events, occurrences, people, publications, stops
from storage.database import Database
from storage.notices import NoticeRow
from storage.publicationvalues import Kept, Publication
from storage.runvalues import Stop
from storage.values import Destination, Event, Identity, Occurrence, Place

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GATHER = timedelta(minutes=1)
COORDINATORS = Destination("libera", Place.CHANNEL, "#coordinators")
_AN_INSTANT = timedelta(milliseconds=1)
STOP_PAGE = "User:Bellringer/Stop pages"
TALK = Event(
    number=0,
    uid="",
    kind="tech-talk",
    title="How talk pages work",
    starts_at=NOW + 2 * DAY,
    zone="Europe/Stockholm",
    duration=HOUR,
    speakers=("Ada", "Grace"),
)


def settings(prefix: str, **different: object) -> CalendarSettings:
    """Return a calendar whose pages all begin with a prefix of the test's own."""
    usual: dict[str, object] = {
        "wiki": "metawiki",
        "calendar": f"{prefix} calendar",
        "upcoming": f"{prefix} calendar/Upcoming",
        "events": f"{prefix} calendar/",
    }
    return CalendarSettings(**(usual | different))  # type: ignore[arg-type] # checked at run time


@dataclass
class Press:
    """One process that keeps pages on a wiki, and who registers events."""

    database: Database
    wiki: Wiki
    sections: Sequence[CalendarSettings]
    holder: str = "one"
    stop_page: str = STOP_PAGE
    edits_per_minute: float = 6_000_000
    now: datetime = NOW
    stopped: list[Stop] = field(default_factory=list)
    _uids: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        ticks = count()
        self.engine = WikiPages(
            database=self.database,
            # Each look of this programme is long after the last one.
            programme=Programme(
                database=self.database,
                log=structlog.get_logger(),
                monotonic=lambda: float(next(ticks)),
            ),
            wiki=self.wiki,
            pages=[Pages(settings=each, texts=Texts()) for each in self.sections],
            keeping=Keeping(wiki=self.wiki, about="User:Bellringer", clock=lambda: self.now),
            signs=StopSigns(
                database=self.database,
                wiki=self.wiki,
                stop_page=self.stop_page,
                keep_stop=self._keep_stop,
            ),
            coordinators=[COORDINATORS],
            edits_per_minute=self.edits_per_minute,
            gather=GATHER,
            holder=self.holder,
            clock=lambda: self.now,
            told=lambda: None,
            log=structlog.get_logger(),
        )

    async def _keep_stop(self, session: AsyncSession, stop: Stop) -> bool:
        self.stopped.append(stop)
        return await stops.stop(session, stop)

    async def look(self) -> datetime | None:
        """Do what is due now, at its pace. Return when something is due next."""
        due_at = await self.engine.look(self.now)
        while due_at is not None and due_at < self.now + _AN_INSTANT:
            self.now = max(self.now, due_at)
            due_at = await self.engine.look(self.now)
        return due_at

    async def after(self, span: timedelta) -> datetime | None:
        """Let time pass, and do what is due then."""
        await self.look()
        self.now += span
        return await self.look()

    async def add(self, event: Event = TALK, **different: object) -> Event:
        """Register an event."""
        new = replace(event, uid=f"{next(self._uids)}@{self.holder}.test", **different)  # type: ignore[arg-type]
        async with self.database.transaction() as session:
            alice = await people.ensure(session, Identity("libera", "alice"), self.now)
            return await events.add(session, new, created_by=alice.key, now=self.now)

    async def change(self, event: Event, **different: object) -> Event:
        """Change an event."""
        changed = replace(event, **different)  # type: ignore[arg-type]
        async with self.database.transaction() as session:
            await events.save(session, changed, now=self.now)
        return changed

    async def look_back(self, event: Event, **known: object) -> None:
        """Tell what came of an event."""
        occurrence = Occurrence(event.number, event.starts_at, **known)  # type: ignore[arg-type]
        async with self.database.transaction() as session:
            await occurrences.save(session, occurrence, now=NOW)

    async def ask(self) -> None:
        """Say `pages update`."""
        async with self.database.transaction() as session:
            await publications.ask(session, now=self.now)

    async def kept(self, kind: Kept) -> Publication:
        """Return what is known of the first page of a kind."""
        async with self.database.reading() as session:
            return next(e for e in await publications.kept(session) if e.kind is kind)

    async def told(self) -> list[str]:
        """Return what coordinators were told, oldest first."""
        async with self.database.reading() as session:
            rows = await session.scalars(select(NoticeRow).order_by(NoticeRow.number))
            return [
                words for row in rows if row.reply for words in Texts().lines(recalled(row.reply))
            ]
