"""An engine that listens, put together as the composition root does, on a clock that can jump."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import structlog
from sqlalchemy import select

from chatbot.clock import Alarm, utc_now
from chatbot.hearkening import listening_engines
from chatbot.listening.engine import ListeningEngine
from chatbot.listening.settings import ListeningSettings
from chatbot.listening.stream import ChangeStream
from chatbot.text import Texts
from chatbot.wiki.sites import PywikibotWiki
from commands.heard import Hearing
from commands.messages import Reply, recalled
from commands.policy import RunPolicy
from commands.writes import Section
from storage import reactions
from storage.database import Database
from storage.deliveries import DeliveryRow
from storage.heard import Reaction
from storage.notices import NoticeRow
from storage.runvalues import DeliveryState, Run, RunState
from storage.values import Destination, Place
from tests import prepared
from tests.chatbot.ringing import Clockwork
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_visitor import Visitor

CHANNEL = Destination("libera", Place.CHANNEL, "#coordinators")
SOON = timedelta(seconds=1)
BODY = "There will be a talk.\n\n<small>To get no more of these messages, unsubscribe.</small>"
PASSWORD = "PersonPass-12345"

_people = count(1)


@dataclass
class Listening:
    """What the engine heard and said. `ahead` is how far its clock is before the real one."""

    database: Database
    engine: ListeningEngine
    engines: Mapping[str, ListeningEngine | ChangeStream]
    alarm: Alarm
    ahead: timedelta = timedelta()
    stops: list[tuple[int, str, str]] = field(default_factory=list)

    async def look(self) -> None:
        """Let the engine do once what is due."""
        await self.engine._work()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let everything run by itself until the end of the block."""
        tasks = [asyncio.create_task(each.run()) for each in self.engines.values()]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def jump(self, span: timedelta) -> None:
        """Let time pass, and the engine look."""
        self.ahead += span
        await self.look()

    async def heard(self) -> list[Reaction]:
        """Return all reactions, in the order in which they were heard of."""
        async with self.database.reading() as session:
            numbers = await session.scalars(
                select(reactions.ReactionRow.number).order_by(reactions.ReactionRow.number)
            )
            found = [await reactions.get(session, number) for number in numbers]
        return [each for each in found if each is not None]

    async def said(self) -> list[Reply]:
        """Return what the coordinators' channel is told."""
        async with self.database.reading() as session:
            rows = await session.scalars(select(NoticeRow).order_by(NoticeRow.number))
            return [recalled(row.reply or {}) for row in rows]

    async def told(self) -> list[str]:
        """Return the same in words."""
        return ["\n".join(Texts().lines(each)) for each in await self.said()]

    async def until_heard(self, number: int, *, seconds: float = 30) -> list[Reaction]:
        """Wait until so many reactions are kept, while the engine runs by itself."""
        async with asyncio.timeout(seconds):
            while len(found := await self.heard()) < number:
                await asyncio.sleep(0.02)
        return found


def listening(database: Database, wikis: Mapping[str, Hearing], **different: object) -> Listening:
    """Return an engine that does something only when it is told to look."""
    log = structlog.get_logger()
    urls = {name: f"https://{name}.example/?diff={{revid}}" for name in wikis}
    usual: dict[str, object] = {"interval": SOON, "between": SOON, "change_urls": urls}
    settings = ListeningSettings(
        **(usual | different)  # type: ignore[arg-type] # checked at run time
    )
    policy = RunPolicy(
        home=min(wikis, default=""),
        wikis=tuple(wikis),
        secret=b"",
        footer="",
        about="",
        optout="",
        coordinators=(CHANNEL,),
    )
    made: list[Listening] = []

    def now() -> datetime:
        return utc_now() + (made[0].ahead if made else timedelta())

    async def asked(run: int, wiki: str, link: str) -> None:
        made[0].stops.append((run, wiki, link))

    alarm = Alarm(name="listening", scheduler=Clockwork(), clock=now)
    engines = listening_engines(
        database=database,
        wikis=wikis,
        policy=policy,
        settings=settings,
        contact="mail@example.org",
        asked_to_stop=asked,
        told=lambda: None,
        alarm=alarm,
        clock=now,
        log=log,
    )
    engine = engines["listening"]
    assert isinstance(engine, ListeningEngine)
    made.append(Listening(database, engine, engines, alarm))
    return made[0]


class Person:
    """A recipient with a talk page of his own, who edits."""

    def __init__(self, wiki: MediaWiki) -> None:
        self.name = f"Listener {next(_people)}"
        self.talk = f"User talk:{self.name}"
        self.wiki = wiki
        wiki.populate(
            accounts=[self.name], passwords={self.name: PASSWORD}, pages={self.talk: "Welcome."}
        )
        self.browser = Visitor(api=wiki.api, name=self.name, password=PASSWORD)

    def text(self) -> str:
        """Return the text of his talk page."""
        found = self.wiki.visitor.text(self.talk)
        assert found is not None
        return found

    def writes(self, text: str, title: str = "") -> int:
        """Give a page this text, his talk page if none is named. Return the revision."""
        return int(self.browser.edit(title or self.talk, text)["newrevid"])

    def answers(self, words: str) -> int:
        """Write below our message. Return the revision."""
        return self.writes(f"{self.text().rstrip()}\n: {words} ~~~~\n")


async def sent(database: Database, meta: PywikibotWiki, *to: Person, **different: object) -> Run:
    """Let a run deliver its message, and be done."""
    audience = prepared.recipients([("metawiki", each.name) for each in to])
    usual: dict[str, object] = {"state": RunState.DONE, "finished_at": datetime.now(UTC)}
    run = await prepared.confirmed(database, audience, body=BODY, **(usual | different))
    for recipient in audience:
        section = Section(recipient.title, run.subject, BODY, f"{run.subject}: b1", bot=False)
        saved = await meta.add_section(section)
        async with database.transaction() as session:
            row = await session.get_one(DeliveryRow, (run.number, recipient.number))
            row.state, row.revid, row.saved_title = DeliveryState.SENT, saved.revid, saved.title
            row.saved_at = saved.saved_at
    return run


async def only(ears: Listening) -> Reaction:
    """Look once, and return the one thing that was heard."""
    await ears.look()
    (one,) = await ears.heard()
    return one
