"""Our own Telegram client on a test's server: what it hears is kept, its answers are settable."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import LogCapture

from chatbot.config import TELEGRAM
from chatbot.documents import File
from chatbot.telegram.client import TelegramClient
from chatbot.telegram.settings import TelegramBot
from chatbot.text import Texts
from commands.declaration import Call, Command, Who
from commands.messages import Document, Hear, Incoming, Reply, line, reply
from storage.database import Database
from storage.values import Destination, Place
from tests.peers.irc_bot import eventually
from tests.peers.telegram import Telegram


async def _no_desk(_call: Call) -> Reply:
    raise AssertionError("a transport obeys nothing itself")


def command(name: str, *, pressable: bool) -> Command:
    """Return a command that a client must know of."""
    return Command(name, Who.ALL, "help.help", name, _no_desk, pressable=pressable)


COMMANDS = (
    command("coming", pressable=True),
    command("events", pressable=True),
    command("run cancel", pressable=False),
)


@dataclass
class Bot:
    """A running client. `hear` may be replaced; by default it answers `heard TEXT`."""

    settings: TelegramBot
    database: Database
    hear: Hear | None = None
    heard: list[Incoming] = field(default_factory=list)
    losses: list[tuple[str, str]] = field(default_factory=list)
    rung: list[str] = field(default_factory=list)
    log: LogCapture = field(default_factory=LogCapture)
    document: Callable[[Document], Awaitable[Sequence[File]]] | None = None
    commands: Sequence[Command] = COMMANDS

    def __post_init__(self) -> None:
        self.client = TelegramClient(
            settings=self.settings,
            hear=self._hear,
            commands=self.commands,
            texts=Texts(),
            database=self.database,
            documents=self._document,
            lost=self._lost,
            clock=lambda: datetime.now(UTC),
            log=structlog.wrap_logger(
                structlog.PrintLogger(),
                processors=[self.log],
                wrapper_class=structlog.make_filtering_bound_logger(0),
            ),
            told=lambda: self.rung.append("told"),
            back=lambda: self.rung.append("back"),
            posted=lambda: self.rung.append("posted"),
        )

    @property
    def texts(self) -> list[str]:
        """The commands heard so far."""
        return [incoming.text for incoming in self.heard]

    def logged(self, event: str) -> list[Any]:
        """Return what was logged of one kind."""
        return [entry for entry in self.log.entries if entry["event"] == event]

    async def hears(self, text: str) -> Incoming:
        """Wait until a command of this text was heard, and return it."""
        await eventually(lambda: text in self.texts)
        return next(incoming for incoming in self.heard if incoming.text == text)

    async def say(self, where: int | str, *texts: str) -> bool:
        """Say lines to a chat, a topic or a person."""
        return await self.tell(where, saying(*texts))

    async def tell(self, where: int | str, said: Reply | None) -> bool:
        """Say a reply to a chat, a topic or a person."""

        async def compose() -> Reply | None:
            return said

        return await self.client.say(self.place(where), compose)

    @staticmethod
    def place(where: int | str) -> Destination:
        """Return a chat, a topic or a person as a destination."""
        place = Place.CHANNEL if str(where).startswith("-") else Place.PERSON
        return Destination(TELEGRAM, place, str(where))

    async def _hear(self, incoming: Incoming) -> Reply | None:
        self.heard.append(incoming)
        if self.hear is not None:
            return await self.hear(incoming)
        return saying(f"heard {incoming.text}")

    async def _lost(self, _session: AsyncSession, where: Destination, reason: str) -> None:
        self.losses.append((str(where), reason))

    async def _document(self, document: Document) -> Sequence[File]:
        if self.document is not None:
            return await self.document(document)
        return [File(f"{document.kind}-{document.number}.txt", b"content")]


def settings(telegram: Telegram, *chats: int | str, **changes: Any) -> TelegramBot:
    """Return settings for a test's server: hardly any pacing, short patience."""
    chosen: dict[str, Any] = {
        "token": telegram.token,
        "api": telegram.base_url,
        "chats": tuple(map(str, chats)),
        "poll_timeout": 5,
        "backoff_min": 0.05,
        "backoff_max": 0.5,
    }
    return TelegramBot(**chosen | changes)


@asynccontextmanager
async def running(bot: Bot, *, settled: bool = True) -> AsyncIterator[Bot]:
    """Run a client, from being connected until it has stopped."""
    task = asyncio.create_task(bot.client.run())
    try:
        if settled:
            await eventually(lambda: bot.client.state().trouble is None)
        yield bot
    finally:
        await bot.client.stop()
        await task


def free_port() -> int:
    """Return a port of the loopback interface on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def saying(*texts: str, **more: Any) -> Reply:
    """Return a reply of these sentences."""
    return reply(*(line("run.reason", reason=text) for text in texts), **more)
