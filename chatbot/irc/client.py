"""The IRC transport: one client is one network, connected again whenever it is not."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from structlog.typing import FilteringBoundLogger

from chatbot.irc.backoff import Backoff
from chatbot.irc.session import Session
from chatbot.irc.settings import IrcNetwork
from chatbot.irc.speaking import Text
from chatbot.irc.state import IrcState
from chatbot.irc.trouble import IrcTrouble
from commands.messages import Compose, Hear, Incoming, Reply, Unreachable
from storage.values import Destination

_STABLE_SECONDS = 60.0
_CLOSE_SECONDS = 10.0


class IrcClient:
    """One IRC network, as `commands.messages.Transport`.

    `hear` is given every command and returns the answer. `text` renders a reply to plain lines.
    `clock` tells the time in UTC. `joined` is called whenever a channel was entered, so that
    what waits for it need not wait longer.
    """

    def __init__(
        self,
        *,
        settings: IrcNetwork,
        hear: Hear,
        text: Text,
        clock: Callable[[], datetime],
        log: FilteringBoundLogger,
        joined: Callable[[], None] = lambda: None,
    ) -> None:
        self._joined = joined
        self._settings = settings
        self._hear = hear
        self._text = text
        self._clock = clock
        self._log = log.bind(network=settings.network)
        self._session: Session | None = None
        self._trouble: str | None = "not connected yet"
        self._stopping = asyncio.Event()
        self._running: asyncio.Future[None] | None = None

    @property
    def network(self) -> str:
        """The configured name of the network."""
        return self._settings.network

    async def run(self) -> None:
        """Be connected until `stop` is called. No fault ends it."""
        self._running = asyncio.get_running_loop().create_future()
        backoff = Backoff(
            minimum=self._settings.backoff_min,
            maximum=self._settings.backoff_max,
            uniform=random.uniform,
        )
        try:
            while not self._stopping.is_set():
                await self._attempt(backoff)
        finally:
            self._running.set_result(None)

    async def stop(self) -> None:
        """Answer what was begun, say QUIT, and let `run` end."""
        self._stopping.set()
        if self._session is not None:
            await self._session.close()
        if self._running is not None:
            await asyncio.wait({self._running}, timeout=_CLOSE_SECONDS)

    async def say(self, destination: Destination, compose: Compose) -> bool:
        """Say what `compose` returns, as `Transport.say` promises. Raises Unreachable."""
        if self._session is None:
            raise Unreachable(f"not connected to {self.network}: {self._trouble}")
        return await self._session.speaker.say(destination, compose)

    def state(self) -> IrcState:
        """Return how things stand with the running client."""
        if self._session is None:
            return IrcState(network=self.network, trouble=self._trouble)
        return self._session.state()

    async def check(self) -> IrcState:
        """Connect once, apart from `run`, see what works, and leave again."""
        session = self._new_session(deaf)
        try:
            await session.open()
        except IrcTrouble as trouble:
            return IrcState(network=self.network, trouble=trouble.reason)
        living = asyncio.create_task(session.live(), name=f"irc-check-{self.network}")
        try:
            await asyncio.wait_for(session.channels.settled(), self._settings.connect_timeout)
        except TimeoutError:
            return replace(session.state(), trouble="not all channels have answered")
        else:
            return session.state()
        finally:
            await session.close()
            await living

    async def _attempt(self, backoff: Backoff) -> None:
        connection = asyncio.create_task(self._connect(), name=f"irc-{self.network}")
        stopping = asyncio.create_task(self._stopping.wait(), name=f"irc-stop-{self.network}")
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            await asyncio.wait({connection, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if self._session is not None:
                await asyncio.wait({connection}, timeout=_CLOSE_SECONDS)
            if loop.time() - began > _STABLE_SECONDS:
                backoff.reset()
            await asyncio.wait({stopping}, timeout=backoff.delay())
        finally:
            connection.cancel()
            stopping.cancel()
            await asyncio.gather(connection, stopping, return_exceptions=True)

    async def _connect(self) -> None:
        session = self._new_session(self._hear)
        try:
            await session.open()
            self._session, self._trouble = session, None
            self._log.info("irc.connected", nick=session.state().nick)
            self._trouble = await session.live()
        except IrcTrouble as trouble:
            self._trouble = trouble.reason
        except Exception:  # noqa: BLE001 - whatever it is, the next attempt follows
            self._log.exception("irc.connection_failed")
            self._trouble = "a fault of our own, see the log"
        finally:
            self._session = None
        self._log.warning("irc.disconnected", reason=self._trouble)

    def _new_session(self, hear: Hear) -> Session:
        return Session(
            settings=self._settings,
            hear=hear,
            text=self._text,
            clock=self._clock,
            log=self._log,
            joined=self._joined,
        )


async def deaf(_incoming: Incoming) -> Reply | None:
    """Hear nothing: for whoever only looks whether a network works."""
    return None
