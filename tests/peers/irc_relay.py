"""A relay between a client and a real IRC server: it can stall, and hide capabilities.

It stands in for networks that we cannot start here: a route that swallows packets without
closing anything, and servers that lack some IRCv3 capabilities. All else is the real server's.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress

from tests.peers.listening import listening

_OFFER = re.compile(r"^(?P<head>(?:@\S+ )?:\S+ CAP \S+ LS (?:\* )?:)(?P<names>.*)$")


class Relay:
    """One listening port. `passing` is cleared to stall; `connections` counts those accepted."""

    def __init__(self, *, port: int, hidden: Collection[str] = (), whox: bool = True) -> None:
        self.port = 0
        self.passing = asyncio.Event()
        self.passing.set()
        self.connections = 0
        self._target = port
        self._hidden = hidden
        self._whox = whox

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Relay one connection, both ways, until either side ends."""
        self.connections += 1
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        ways = [
            asyncio.create_task(self._pass(reader, there_writer)),
            asyncio.create_task(self._pass(there_reader, writer, hiding=True)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            there_writer.transport.abort()
            writer.transport.abort()

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        hiding: bool = False,
    ) -> None:
        with suppress(OSError):
            while line := await reader.readline():
                await self.passing.wait()
                writer.write(self._edited(line) if hiding else line)

    def _edited(self, line: bytes) -> bytes:
        text = line.decode("latin-1").rstrip("\r\n")
        if not self._whox and " 005 " in text:
            text = text.replace(" WHOX", "")
        if offer := _OFFER.match(text):
            names = [n for n in offer["names"].split() if n.partition("=")[0] not in self._hidden]
            text = offer["head"] + " ".join(names)
        return (text + "\r\n").encode("latin-1")


@asynccontextmanager
async def relay(
    port: int, *, hidden: Collection[str] = (), whox: bool = True
) -> AsyncIterator[Relay]:
    """Relay to a port, without the capabilities that are `hidden`, until the end."""
    relaying = Relay(port=port, hidden=hidden, whox=whox)
    async with listening(relaying.accept) as relaying.port:
        yield relaying
