"""Our own IRC client on a test network: what it hears is kept, what it answers is settable."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

import structlog
from structlog.testing import LogCapture

from chatbot.irc.client import IrcClient
from chatbot.irc.settings import IrcNetwork
from commands.messages import Compose, Hear, Incoming, Reply, line, reply
from storage.values import Destination, Place

PATIENCE_SECONDS = 20.0
First = TypeVar("First")
Second = TypeVar("Second")


class Listening(Protocol):
    """A server, real or fake, as far as connecting to it goes."""

    host: str
    plain_port: int


@dataclass
class Bot:
    """A running client. `hear` may be replaced; by default it answers `heard TEXT by ACCOUNT`."""

    network: IrcNetwork
    heard: list[Incoming] = field(default_factory=list)
    log: LogCapture = field(default_factory=LogCapture)
    hear: Hear | None = None

    def __post_init__(self) -> None:
        self.client = IrcClient(
            settings=self.network,
            hear=self._hear,
            text=plain,
            clock=lambda: datetime.now(UTC),
            log=structlog.wrap_logger(
                structlog.PrintLogger(),
                processors=[self.log],
                wrapper_class=structlog.make_filtering_bound_logger(0),
            ),
        )

    @property
    def faults(self) -> list[Any]:
        """What was logged as a fault."""
        return [entry for entry in self.log.entries if entry["log_level"] == "error"]

    @property
    def texts(self) -> list[str]:
        """The commands heard so far."""
        return [incoming.text for incoming in self.heard]

    async def hears(self, text: str) -> Incoming:
        """Wait until a command of this text was heard, and return it."""
        await eventually(lambda: text in self.texts)
        return next(incoming for incoming in self.heard if incoming.text == text)

    async def in_channels(self) -> None:
        """Wait until the client is in all its channels."""
        await eventually(self._settled)

    async def say(self, where: str, *lines: str) -> bool:
        """Say lines to a channel, or to whoever is logged in to an account."""
        place = Place.CHANNEL if where.startswith("#") else Place.PERSON
        return await self.client.say(
            Destination(self.network.network, place, where), saying(*lines)
        )

    def _settled(self) -> bool:
        state = self.client.state()
        return state.connected and not any(state.channels.values()) and self._all_joined()

    def _all_joined(self) -> bool:
        return all(refusal is None for refusal in self.client.state().channels.values())

    async def _hear(self, incoming: Incoming) -> Reply | None:
        self.heard.append(incoming)
        if self.hear is not None:
            return await self.hear(incoming)
        account = incoming.identity.account if incoming.identity else "nobody"
        return reply(line("said", text=f"heard {incoming.text} by {account}"))


def settings(server: Listening, *channels: str, **changes: Any) -> IrcNetwork:
    """Return settings for a test network: plain port, no pacing to speak of, short patience."""
    chosen: dict[str, Any] = {
        "network": "test",
        "host": server.host,
        "port": server.plain_port,
        "tls": False,
        "nick": "bellringer",
        "sasl_account": "botaccount",
        "sasl_password": "botpass",
        "channels": channels,
        "burst": 1000,
        "rate": 1000,
        "backoff_min": 0.05,
        "backoff_max": 0.5,
        "connect_timeout": 15,
    }
    return IrcNetwork(**chosen | changes)


@asynccontextmanager
async def running(bot: Bot, *, settled: bool = True) -> AsyncIterator[Bot]:
    """Run a client, from being in its channels until it has left."""
    task = asyncio.create_task(bot.client.run())
    try:
        if settled:
            await bot.in_channels()
        yield bot
    finally:
        await bot.client.stop()
        await task


@asynccontextmanager
async def together(
    first: AbstractAsyncContextManager[First], second: AbstractAsyncContextManager[Second]
) -> AsyncIterator[tuple[First, Second]]:
    """Connect two at the same time: the server lets people in once a second."""
    async with AsyncExitStack() as stack:
        yield await asyncio.gather(
            stack.enter_async_context(first), stack.enter_async_context(second)
        )


async def eventually(holds: Callable[[], object], *, within: float = PATIENCE_SECONDS) -> None:
    """Wait until a condition that nothing announces holds."""
    async with asyncio.timeout(within):
        while not holds():
            await asyncio.sleep(0.01)


def saying(*lines: str) -> Compose:
    """Return what composes these lines."""

    async def compose() -> Reply | None:
        return reply(*(line("said", text=text) for text in lines))

    return compose


def plain(answer: Reply) -> Sequence[str]:
    """Render what `saying` made."""
    return [str(sentence.values["text"]) for sentence in answer.lines]
