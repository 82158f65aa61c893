"""A fake IRC server, for bytes that no real server sends: malformed lines of every kind.

InspIRCd never cuts a QUIT's reason away, never sends a line of one space, and answers every
registration: what a client does then can only be seen with a server that misbehaves.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.peers.listening import listening

PATIENCE_SECONDS = 10.0


class FakeServer:
    """One client at a time, let in as `nick`. `lines` are what the clients sent."""

    def __init__(self, *, welcoming: bool = True) -> None:
        self.host = "127.0.0.1"
        self.plain_port = 0
        self.nick = "bellringer"
        self.lines: list[str] = []
        self.connections = 0
        self._welcoming = welcoming
        self._writer: asyncio.StreamWriter | None = None
        self._arrived = asyncio.Condition()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Welcome a client: two capabilities; joins and PINGs are answered."""
        self._writer = writer
        self.connections += 1
        while raw := await reader.readline():
            line = raw.decode(errors="replace").rstrip("\r\n")
            if self._welcoming:
                self._answer(line)
            async with self._arrived:
                self.lines.append(line)
                self._arrived.notify_all()

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        assert self._writer is not None
        self._writer.write(data)

    def hang_up(self) -> None:
        """Close the connection from the server's side."""
        assert self._writer is not None
        self._writer.close()

    async def receives(self, test: Callable[[str], bool]) -> str:
        """Wait for a line that passes a test."""

        def found() -> str | None:
            return next((line for line in self.lines if test(line)), None)

        async with asyncio.timeout(PATIENCE_SECONDS), self._arrived:
            await self._arrived.wait_for(found)
        return found() or ""

    def _answer(self, line: str) -> None:
        match line.split():
            case ["CAP", "LS", *_]:
                self.send(b":fake CAP * LS :server-time account-tag\r\n")
            case ["CAP", "REQ", *_]:
                self.send(b":fake CAP * ACK :server-time account-tag\r\n")
            case ["CAP", "END"]:
                self.send(f":fake 001 {self.nick} :Welcome\r\n".encode())
            case ["JOIN", channel]:
                self.send(f":{self.nick}!b@bot.example JOIN {channel}\r\n".encode())
            case ["QUIT", *_]:
                self.hang_up()
            case ["PING", token]:
                self.send(f":fake PONG fake {token}\r\n".encode())


@asynccontextmanager
async def fake_server(*, welcoming: bool = True) -> AsyncIterator[FakeServer]:
    """Listen until the end. Without `welcoming` it says nothing at all."""
    fake = FakeServer(welcoming=welcoming)
    async with listening(fake.accept) as fake.plain_port:
        yield fake
