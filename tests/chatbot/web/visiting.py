"""A web face on a socket of its own, a programme to fill, and a clock that jumps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import structlog
from structlog.testing import LogCapture

from chatbot.feeds import Feed, Form
from chatbot.programme import Programme
from chatbot.serving import Statistics, WebFace, web_engines
from chatbot.text import Texts
from commands.rules.showcase import Choice
from storage import attendance, events, occurrences, people
from storage.database import Database
from storage.values import Attendee, Event, Identity, Occurrence
from tests.commands.event_desks import event_desks

NOW = datetime(2026, 12, 8, 17, 20, tzinfo=UTC)
"""A Tuesday."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FACE = WebFace(
    listen="127.0.0.1",
    port=0,
    address="",
    title="Small Wikis",
    kinds=("tech-talk", "office-hours"),
    chats=("#talks (libera)",),
    prefix="!",
)


def talk(title: str = "Wikidata", at: datetime = NOW + DAY, **details: object) -> Event:
    """Return a talk of one hour, not yet kept."""
    event = Event(0, "", "tech-talk", title, at, "UTC", HOUR)
    return replace(event, **details)  # type: ignore[arg-type]


class Feeds:
    """No feeds: pages only need to know that there are some."""

    async def edition(self, form: Form) -> Hashable:
        return form

    async def public(self, form: Form, wanted: Choice) -> Feed:
        return Feed(b"", "text/calendar")

    async def own(self, token: str) -> Feed | None:
        return None

    async def event(self, number: int) -> Feed | None:
        return None


class Cards:
    """No pictures either."""

    async def of(self, number: int) -> None:
        return None


class Visit:
    """A visitor of the site, and those who fill its programme."""

    def __init__(self, database: Database) -> None:
        self.now = NOW
        self.address = ""
        self.log = LogCapture()
        self._database = database
        self._seconds = 0.0
        self._told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._client: httpx.AsyncClient | None = None

    @property
    def client(self) -> httpx.AsyncClient:
        assert self._client
        return self._client

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a page, as a browser does that tells no language."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path, headers=named)

    async def page(self, path: str, **headers: str) -> str:
        """Return a page that there is."""
        answer = await self.get(path, **headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def add(self, *those: Event) -> list[Event]:
        """Register events, as long ago as it takes."""
        self._seconds += 1
        async with self._database.transaction() as session:
            alice = await people.ensure(session, Identity("libera", "alice"), NOW)
            return [
                await events.add(
                    session,
                    replace(each, uid=f"{self._seconds}-{number}@test"),
                    created_by=alice.key,
                    now=NOW - 30 * DAY,
                )
                for number, each in enumerate(those)
            ]

    async def change(self, event: Event) -> None:
        self._seconds += 1
        async with self._database.transaction() as session:
            await events.save(session, event, now=self.now)

    async def tell(self, occurrence: Occurrence) -> None:
        """Keep what became of an occurrence."""
        self._seconds += 1
        async with self._database.transaction() as session:
            await occurrences.save(session, occurrence, now=NOW)

    async def come(self, event: Event, names: range) -> None:
        """Let people say that they come."""
        self._seconds += 1
        async with self._database.transaction() as session:
            for name in names:
                person = await people.ensure(session, Identity("libera", f"p{name}"), NOW)
                await attendance.save(session, event.number, Attendee(person.key, NOW))

    @asynccontextmanager
    async def begun(self, face: WebFace, statistics: Statistics | None) -> AsyncIterator[Visit]:
        """Serve the site as long as this is open."""
        engines = web_engines(
            settings=face,
            programme=Programme(
                database=self._database, log=structlog.get_logger(), monotonic=lambda: self._seconds
            ),
            texts=Texts(),
            commands=event_desks(),
            feeds=Feeds(),
            cards=Cards(),
            statistics=statistics,
            listening=self._told.set_result,
            clock=lambda: self.now,
            log=structlog.wrap_logger(None, processors=[self.log]),
        )
        serving = asyncio.create_task(engines["web"].run())
        await asyncio.wait((serving, self._told), return_when=asyncio.FIRST_COMPLETED)
        try:
            self.address = self._told.result()
            async with httpx.AsyncClient(base_url=self.address) as self._client:
                yield self
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


@asynccontextmanager
async def visiting(
    database: Database, *, face: WebFace = FACE, statistics: Statistics | None = None
) -> AsyncIterator[Visit]:
    """Serve a site, and visit it."""
    async with Visit(database).begun(face, statistics) as visit:
        yield visit
