"""The digest's engine on a clock that jumps, with a real SMTP server and a wiki in a folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path

import structlog
from sqlalchemy import select

from chatbot.digesting import shown_by
from chatbot.programme import Programme
from chatbot.publish.digestcopies import Copies, Post
from chatbot.publish.digestissues import DigestIssues
from chatbot.publish.digestjournal import Journal
from chatbot.publish.digestnudges import Nudges
from chatbot.publish.digestsettings import MailingList, MailServer, Sender
from chatbot.publish.digestsheet import Sheets
from chatbot.publish.mail import Mailer
from chatbot.text import Texts
from chatbot.wiki.dry.wiki import DryWiki
from commands.digests import DigestPolicy, Digests
from commands.rules.digestissue import Habit, Rhythm
from commands.wikis import Wiki
from storage import issues, occurrences
from storage.database import Database
from storage.issuevalues import Copy, Issue
from storage.notices import NoticeRow
from storage.values import Destination, Occurrence, Place
from tests.commands.conversation import Conversation
from tests.commands.event_desks import NOW, event_desks
from tests.peers.smtp import HOST, PASSWORD, USER, SmtpServer

DUE = datetime(2026, 12, 10, 9, tzinfo=UTC)
"""When the first issue is due: nine days after NOW, two weeks before the next."""

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
TALKS = Destination("libera", Place.CHANNEL, "#talks")
"""A public channel."""

STAFF = Destination("libera", Place.CHANNEL, "#staff")
LIST = MailingList(
    address="talks@lists.example.org",
    unsubscribe="https://lists.example.org/talks/leave",
    name="Talks",
    list_id="talks.lists.example.org",
)
SENDER = Sender(mailbox="Bellringer <bot@example.org>", reply_to="crew@example.org")
PAGE = "drywiki/Project:Newsletter"
ADDRESS = "https://events.example.org/"
POLICY = DigestPolicy(
    habit=Habit(
        rhythm=Rhythm(weeks=2, weekday=3, at=time(9), zone="UTC", first=date(2026, 12, 10))
    ),
    channels=(TALKS,),
    pages=(PAGE,),
    lists=(LIST.address,),
    zones={TALKS: "Europe/Stockholm"},
    address=ADDRESS,
    coordinators=(STAFF,),
)


@dataclass
class Newsroom:
    """One process of the bot; `chat` is a channel in which alice is a coordinator."""

    database: Database
    folder: Path
    policy: DigestPolicy
    server: SmtpServer | None
    chat: Conversation
    wikis: dict[str, Wiki]
    holder: str = "one"

    def __post_init__(self) -> None:
        self.restart()

    def restart(self, holder: str = "") -> None:
        """Begin anew with what the database and the journal know."""
        self.holder = holder or self.holder
        log = structlog.get_logger()
        moments = count()
        programme = shown_by(
            Programme(
                database=self.database,
                log=structlog.get_logger(),
                monotonic=lambda: float(next(moments)),
            )
        )
        journal = Journal(file=self.folder / "digests-sent")
        copies = Copies(
            database=self.database,
            policy=self.policy,
            programme=programme,
            sheets=Sheets(
                texts=Texts(), name="Talks for all", address=ADDRESS, event_link=lambda _: ""
            ),
            journal=journal,
            wikis=self.wikis,
            post=self._post() if self.server else None,
            clock=self.now,
            holder=self.holder,
            log=log,
        )
        self.issues = DigestIssues(
            database=self.database,
            policy=self.policy,
            programme=programme,
            wikis=self.wikis,
            copies=copies,
            nudges=Nudges(networks=("libera",)),
            journal=journal,
            told=lambda: None,
            clock=self.now,
            log=log,
        )
        digests = Digests(policy=self.policy, programme=programme)
        self.chat.commands = (*event_desks(), *digests.commands())
        self.chat.__post_init__()

    def now(self) -> datetime:
        return self.chat.now

    async def jump(self, to: datetime | timedelta = timedelta(0)) -> datetime | None:
        """Move the clock, let the engine do what is due, and return when it wants to be woken."""
        self.chat.now = to if isinstance(to, datetime) else self.chat.now + to
        return await self.issues.look(self.chat.now)

    async def walk(self, until: datetime) -> None:
        """Let time pass in the steps in which the engine wants to be woken."""
        while (due := await self.jump()) is not None and due <= until:
            self.chat.now = due
        await self.jump(until)

    async def say(self, text: str, account: str = "alice") -> str:
        """Say a command and let the engine do what follows."""
        answer = await self.chat.say(text, account=account)
        await self.jump()
        return answer

    async def told(self, where: Destination) -> list[str]:
        """Return what was planned to be said there, oldest first."""
        async with self.database.reading() as session:
            rows = await session.scalars(
                select(NoticeRow)
                .where(
                    NoticeRow.network == where.network,
                    NoticeRow.place == where.place,
                    NoticeRow.event.is_(None),
                )
                .order_by(NoticeRow.number)
            )
            return [
                self.chat.recalled(row.reply or {})
                for row in rows
                if where.place is Place.PERSON or row.address == where.address
            ]

    async def issue(self, number: int) -> Issue:
        async with self.database.reading() as session:
            return await issues.get(session, number)

    async def copies(self, number: int = 1) -> tuple[Copy, ...]:
        async with self.database.reading() as session:
            return await issues.copies(session, number)

    async def record(self, event: int, at: datetime, recording: str) -> None:
        """Give an occurrence a recording, as its host does."""
        async with self.database.transaction() as session:
            await occurrences.save(session, Occurrence(event, at, recording=recording), now=NOW)

    def page(self, name: str = "Project/Newsletter.wiki") -> str:
        """Return what stands on the page."""
        return (self.folder / "drywiki" / name).read_text()

    def _post(self) -> Post:
        server = self.server
        assert server is not None
        return Post(
            mailer=Mailer(
                server=MailServer(
                    host=HOST,
                    port=server.port,
                    encryption="starttls",
                    user=USER,
                    password=PASSWORD,
                    ca_file=server.ca_file,
                    patience_seconds=5,
                )
            ),
            sender=SENDER,
            lists={LIST.address: LIST},
        )


@asynccontextmanager
async def newsroom(
    database: Database,
    folder: Path,
    server: SmtpServer | None = None,
    *,
    policy: DigestPolicy = POLICY,
) -> AsyncIterator[Newsroom]:
    """Return a process with a digest that goes where something is there to take it."""
    chat = Conversation(database, (), NOW)
    wiki = DryWiki(name="drywiki", folder=folder / "drywiki", clock=lambda: chat.now)
    if server is None:
        policy = replace(policy, lists=())
    room = Newsroom(database, folder, policy, server, chat, {"drywiki": wiki})
    await chat.appoint(["alice"])
    try:
        yield room
    finally:
        await wiki.close()
