"""One connection to a network, from its first byte to its last: nothing of it outlives it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from functools import partial

from irc.client import Event
from structlog.typing import FilteringBoundLogger

from chatbot.irc import heartbeat
from chatbot.irc.accounts import WHOX_FIELDS, Accounts
from chatbot.irc.backoff import Backoff
from chatbot.irc.capabilities import Capabilities
from chatbot.irc.channels import Channels
from chatbot.irc.hearing import Hearing
from chatbot.irc.link import Link, is_error
from chatbot.irc.nick import OwnNick
from chatbot.irc.registration import Registration
from chatbot.irc.replay import Replay
from chatbot.irc.sasl import Sasl
from chatbot.irc.settings import IrcNetwork
from chatbot.irc.speaking import Speaker, Text
from chatbot.irc.state import IrcState
from chatbot.irc.trouble import ConnectionGone, IrcTrouble
from chatbot.irc.whois import Whois
from commands.messages import Hear

_LEAVE_SECONDS = 3.0
Handlers = Mapping[str, Callable[[Event], None]]


class Session:
    """One connection: its parts, put together.

    `open` connects and registers, `live` stays until the end, `close` brings the end about.
    """

    def __init__(
        self,
        *,
        settings: IrcNetwork,
        hear: Hear,
        text: Text,
        clock: Callable[[], datetime],
        log: FilteringBoundLogger,
        joined: Callable[[], None],
    ) -> None:
        self._joined = joined
        self._settings = settings
        self._log = log
        self._to_look_at: asyncio.Queue[str] = asyncio.Queue()
        self._link = link = Link(settings=settings, log=log)
        self._capabilities = Capabilities()
        self._registration = Registration(
            nick=settings.nick,
            capabilities=self._capabilities,
            sasl=Sasl(settings),
            retry=settings.regain_after,
            send=link.send,
            log=log,
        )
        self._me = OwnNick(
            wanted=settings.nick,
            link=link,
            retry=settings.regain_after,
            regain=settings.nickserv_regain,
        )
        self._whois = Whois(link=link)
        self._accounts = Accounts(
            enabled=self._capabilities.enabled,
            link=link,
            whois=self._whois,
        )
        self._replay = Replay(clock=clock, link=link)
        self.channels = Channels(
            names=settings.channels,
            link=link,
            backoff=self._rejoin_backoff,
            entered=self._entered,
            left=self._replay.left,
        )
        self.speaker = Speaker(
            text=text,
            link=link,
            me=self._me,
            channels=self.channels,
            accounts=self._accounts,
            confirm_timeout=settings.confirm_timeout,
            log=log,
        )
        self._hearing = Hearing(
            network=settings.network,
            prefix=settings.prefix,
            relays=settings.relays,
            link=link,
            channels=self.channels,
            accounts=self._accounts,
            replay=self._replay,
            hear=hear,
            answer=self.speaker.answer,
            clock=clock,
            log=log,
        )
        self._handlers = self._in_order()

    async def open(self) -> None:
        """Connect and register. Raises IrcTrouble."""
        await self._link.open(self._receive)
        try:
            async with asyncio.timeout(self._settings.connect_timeout):
                await self._welcomed()
        except BaseException as error:
            self._link.wire.abort("not registered")
            if isinstance(error, TimeoutError):
                raise IrcTrouble("the server did not let us in in time") from error
            raise

    async def live(self) -> str:
        """Stay until the connection ends, and return why it did."""
        keepers = list(self._keepers())
        try:
            return await self._link.lost()
        finally:
            self._link.wire.abort("left")
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)
            gone = ConnectionGone("the connection is lost")
            self._link.close(gone)
            self._whois.close(gone)
            await self._hearing.close()

    async def close(self) -> None:
        """Finish what was begun, say goodbye, and let `live` come to its end."""
        await self._hearing.close()
        try:
            self._link.send("QUIT :Bellringer is leaving")
            async with asyncio.timeout(_LEAVE_SECONDS):
                await self._link.lost()
        except (ConnectionGone, TimeoutError):
            self._link.wire.abort("left")

    def state(self) -> IrcState:
        """Return how things stand."""
        return IrcState(
            network=self._settings.network,
            connected=not self._link.wire.lost.done(),
            tls=self._settings.tls,
            capabilities=tuple(sorted(self._capabilities.enabled)),
            account=self._registration.account,
            nick=self._link.nick,
            wanted_nick=self._settings.nick,
            channels={c.name: None if c.joined else c.refusal for c in self.channels},
        )

    async def _welcomed(self) -> None:
        lost = self._link.wire.lost
        welcome = self._registration.welcome
        await asyncio.wait((lost, welcome), return_when=asyncio.FIRST_COMPLETED)
        if not welcome.done():
            raise IrcTrouble(lost.result())
        welcome.result()

    def _in_order(self) -> Mapping[str, list[Callable[[Event], None]]]:
        # Whoever keeps account of who is who comes before whoever obeys.
        handlers: dict[str, list[Callable[[Event], None]]] = {}
        parts: list[Handlers] = [
            {"error": self._on_error},
            self._registration.handlers(),
            self._me.handlers(),
            self._accounts.handlers(),
            self.channels.handlers(),
            self._link.pings.handlers(),
            self._whois.handlers(),
            self._replay.handlers(),
            self._hearing.handlers(),
        ]
        for name, handle in (item for part in parts for item in part.items()):
            handlers.setdefault(name, []).append(handle)
        return handlers

    def _receive(self, event: Event) -> None:
        for handle in self._handlers.get(event.type, ()):
            handle(event)
        if is_error(event):
            self.channels.on_error(event)
            self.speaker.on_error(event)

    def _on_error(self, event: Event) -> None:
        self._link.wire.note_error(event.target)

    def _entered(self, channel: str, event: Event) -> None:
        self._replay.joined(channel, event)
        self._joined()
        if "WHOX" in self._link.isupport:
            self._to_look_at.put_nowait(channel)

    def _rejoin_backoff(self) -> Backoff:
        return Backoff(
            minimum=self._settings.backoff_min,
            maximum=self._settings.rejoin_max,
            uniform=random.uniform,
        )

    def _keepers(self) -> Iterator[asyncio.Task[None]]:
        yield self._task("heartbeat", self._heartbeat)
        yield self._task("nick", self._me.keep)
        yield self._task("login", self._registration.keep)
        yield self._task("who-is-here", self._look_around)
        for channel in self.channels:
            yield self._task(channel.name, partial(self.channels.keep, channel))

    def _task(self, name: str, keep: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        return asyncio.create_task(self._guarded(keep), name=f"irc-{self._settings.network}-{name}")

    async def _guarded(self, keep: Callable[[], Awaitable[None]]) -> None:
        """Keep on, whatever fault of our own comes up: the connection stays."""
        while True:
            try:
                return await keep()
            except ConnectionGone:
                return None
            except Exception:  # noqa: BLE001 - see above
                self._log.exception("irc.keeper_failed")
                await asyncio.sleep(1)

    async def _heartbeat(self) -> None:
        await heartbeat.watch(
            self._link,
            ping_after=self._settings.ping_after,
            ping_timeout=self._settings.ping_timeout,
        )

    async def _look_around(self) -> None:
        while True:
            channel = await self._to_look_at.get()
            await self._link.send_in_turn(f"WHO {channel} {WHOX_FIELDS}")
