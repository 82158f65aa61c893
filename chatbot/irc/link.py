"""What all parts of a session share: the wire, whose turn it is on it, and how names compare."""

from __future__ import annotations

import asyncio
import time

from irc.client import Event
from structlog.typing import FilteringBoundLogger

from chatbot.irc import wire
from chatbot.irc.isupport import Isupport
from chatbot.irc.pace import Bucket, Turns
from chatbot.irc.pings import Pings
from chatbot.irc.settings import IrcNetwork
from chatbot.irc.trouble import ConnectionGone

_HOUSEKEEPING = "housekeeping"


class Link:
    """A way to send on one connection: nothing goes out before `open`, nothing after the end."""

    def __init__(self, *, settings: IrcNetwork, log: FilteringBoundLogger) -> None:
        self._settings = settings
        self._log = log
        self._wire: wire.Wire | None = None
        bucket = Bucket(burst=settings.burst, rate=settings.rate, now=time.monotonic())
        self.turns = Turns(bucket=bucket, monotonic=time.monotonic)
        self.pings = Pings(send=self.send)
        self.isupport = Isupport()

    async def open(self, receive: wire.Receive) -> None:
        """Connect, and hand every event to `receive` from now on. Raises IrcTrouble."""
        self._wire = await wire.connect(
            self._settings,
            isupport=self.isupport,
            receive=receive,
            spend=self.turns.spend,
            log=self._log,
        )

    @property
    def wire(self) -> wire.Wire:
        """The connection. Raises ConnectionGone when there is none yet."""
        if self._wire is None:
            raise ConnectionGone("not connected")
        return self._wire

    @property
    def nick(self) -> str:
        """The nick that we have: the library follows its changes."""
        return self._settings.nick if self._wire is None else str(self._wire.get_nickname())

    def fold(self, name: str) -> str:
        """Return a nick or channel name in the case in which this server compares it."""
        return self.isupport.fold(name)

    def is_me(self, nick: str) -> bool:
        """Return whether a nick is ours."""
        return self.fold(nick) == self.fold(self.nick)

    def write(self, line: str) -> None:
        """Send a line that has had its turn. Raises ConnectionGone."""
        self.wire.write(line)

    def send(self, line: str) -> None:
        """Send a line at once. Raises ConnectionGone."""
        self.wire.send_raw(line)

    async def send_in_turn(self, line: str) -> None:
        """Send a line that can wait for its turn. Raises ConnectionGone."""
        await self.turns.turn(_HOUSEKEEPING)
        self.write(line)

    async def lost(self) -> str:
        """Wait for the end of the connection and return its reason."""
        return await asyncio.shield(self.wire.lost)

    def close(self, error: ConnectionGone) -> None:
        """Let everybody who waits to send, or for an answer, fail with `error`."""
        self.turns.close(error)
        self.pings.close(error)


def is_error(event: Event) -> bool:
    """Return whether an event is an error numeric (RFC 2812 section 5.2)."""
    code = getattr(event.type, "code", "")
    return len(code) == 3 and code[0] in "45" and code.isdecimal()
