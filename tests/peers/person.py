"""A person on IRC for tests: a plain client with nothing in common with the bot's."""

import asyncio
import base64
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

ANSWER_SECONDS = 20.0


class Person:
    """Somebody with a client. `lines` are all that came, in order, as the server sent them."""

    def __init__(
        self, nick: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.nick = nick
        self.lines: list[str] = []
        self._reader = reader
        self._writer = writer
        self._arrived = asyncio.Condition()
        self._tokens = itertools.count(1)
        self._reading = asyncio.create_task(self._read(), name=f"person-{nick}")

    def send(self, line: str | bytes) -> None:
        """Send a line as it is."""
        data = line.encode() if isinstance(line, str) else line
        self._writer.write(data + b"\r\n")

    def say(self, target: str, text: str) -> None:
        """Say something to a channel or nick."""
        self.send(f"PRIVMSG {target} :{text}")

    async def join(self, *channels: str) -> None:
        """Join channels, and wait until that has happened."""
        for channel in channels:
            self.send(f"JOIN {channel}")
        await self.settle()

    async def identify(self, account: str, password: str) -> None:
        """Log in to an account in mid-connection."""
        mark = self.mark()
        self.say("NickServ", f"IDENTIFY {account} {password}")
        await self.sees(" 900 ", since=mark)

    async def log_out(self) -> None:
        """Log out of the account in mid-connection."""
        mark = self.mark()
        self.say("NickServ", "LOGOUT")
        await self.sees(" 901 ", since=mark)

    async def settle(self) -> None:
        """Wait until the server has done all that was sent so far."""
        token = f"settle{next(self._tokens)}"
        self.send(f"PING {token}")
        await self.sees(token)

    def mark(self) -> int:
        """Return a mark: what comes later is after it."""
        return len(self.lines)

    async def sees(
        self, what: str | Callable[[str], bool], *, since: int = 0, within: float = ANSWER_SECONDS
    ) -> str:
        """Wait for a line that holds a text or passes a test, and return it."""
        passes = (lambda line: what in line) if isinstance(what, str) else what

        def found() -> str | None:
            return next((line for line in self.lines[since:] if passes(line)), None)

        try:
            async with asyncio.timeout(within), self._arrived:
                await self._arrived.wait_for(found)
        except TimeoutError:
            tail = "\n".join(self.lines[-15:])
            raise AssertionError(f"{self.nick} did not see {what!r}; last lines:\n{tail}") from None
        return found() or ""

    async def hears(
        self, text: str, *, by: str = "bellringer", since: int = 0, within: float = ANSWER_SECONDS
    ) -> str:
        """Wait until somebody says something that holds `text`; return all of what is said."""
        line = await self.sees(
            lambda line: f":{by}!" in line and " PRIVMSG " in line and text in line,
            since=since,
            within=within,
        )
        return line.partition(" PRIVMSG ")[2].partition(" :")[2]

    def said_by(self, nick: str, *, to: str | None = None, since: int = 0) -> list[str]:
        """Return the texts that somebody said, all or those to one target."""
        mark = f" PRIVMSG {to} :" if to else " PRIVMSG "
        spoken = [x for x in self.lines[since:] if f":{nick}!" in x and mark in x]
        return [line.partition(" PRIVMSG ")[2].partition(" :")[2] for line in spoken]

    async def leave(self) -> None:
        """Quit."""
        self.send("QUIT :bye")
        self._reading.cancel()
        self._writer.close()
        with suppress(OSError, asyncio.CancelledError):
            await self._writer.wait_closed()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self) -> None:
        while raw := await self._reader.readline():
            line = raw.decode(errors="replace").rstrip("\r\n")
            if line.startswith("PING "):
                self.send("PONG " + line.removeprefix("PING "))
            async with self._arrived:
                self.lines.append(line)
                self._arrived.notify_all()


@asynccontextmanager
async def person(
    nick: str, port: int, *, account: str | None = None, password: str = ""
) -> AsyncIterator[Person]:
    """Connect somebody, logged in to an account from the start or to none."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    someone = Person(nick, reader, writer)
    try:
        if account is not None:
            await _prove(someone, account, password)
        someone.send(f"NICK {nick}")
        someone.send(f"USER {nick[:9]} 0 * :{nick}")
        await someone.sees(" 001 ")
        yield someone
    finally:
        await someone.leave()


async def _prove(someone: Person, account: str, password: str) -> None:
    someone.send("CAP REQ :sasl")
    someone.send("AUTHENTICATE PLAIN")
    await someone.sees(lambda line: line in {"AUTHENTICATE +", "AUTHENTICATE :+"})
    secret = base64.b64encode(f"\0{account}\0{password}".encode()).decode()
    someone.send(f"AUTHENTICATE {secret}")
    await someone.sees(" 903 ")
    someone.send("CAP END")
