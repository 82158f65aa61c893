"""Somebody who asks bots on IRC and looks at the watch, with hardly any work of its own."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.peers.irc_config import ACCOUNTS

ANSWER_SECONDS = 20.0


class Caller:
    """A blocking client without capabilities, which reads only while it waits for something."""

    def __init__(self, *, nick: str, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._incoming = self._socket.makefile("r", encoding="utf-8", errors="replace")
        self.send(f"NICK {nick}")
        self.send(f"USER {nick} 0 * :{nick}")
        self.until(lambda line: " 001 " in line)

    def send(self, line: str) -> None:
        """Send a line."""
        self._socket.sendall(f"{line}\r\n".encode())

    def until(self, passes: Callable[[str], bool]) -> str:
        """Wait for a line that passes, and return it. Raises TimeoutError."""
        for line in self._incoming:
            if line.startswith("PING "):
                self.send(line.strip().replace("PING", "PONG", 1))
            if passes(line):
                return line
        raise ConnectionError("the server has closed the connection")

    def identify(self, account: str, password: str) -> None:
        """Log in to an account."""
        self.send(f"PRIVMSG NickServ :IDENTIFY {account} {password}")
        self.until(lambda line: " 900 " in line)

    def settle(self) -> None:
        """Read all that was said before."""
        self.send("PING settle")
        self.until(lambda line: " PONG " in line)

    def meet(self, nick: str, channel: str) -> None:
        """Join a channel, and wait until somebody else is in it."""
        self.send(f"JOIN {channel}")
        while nick not in self._names(channel):
            time.sleep(0.1)

    def miss(self, nick: str, channel: str) -> None:
        """Wait until somebody else has left a channel."""
        while nick in self._names(channel):
            time.sleep(0.1)

    def _names(self, channel: str) -> list[str]:
        self.send(f"NAMES {channel}")
        line = self.until(lambda line: f" {channel} " in line and " 353 " in line)
        return line.rpartition(":")[2].split()

    def ask(self, question: str, *, channel: str, of: str) -> float:
        """Say something in a channel and return how many seconds somebody's answer takes."""
        said = time.perf_counter()
        self.send(f"PRIVMSG {channel} :{question}")
        self.until(lambda line: line.startswith(f":{of}!") and f" PRIVMSG {channel} " in line)
        return time.perf_counter() - said

    def hear(self, pattern: str, *, of: str) -> str:
        """Return what somebody says that matches a regular expression, here or in private."""
        said = re.compile(rf":{of}!\S+ PRIVMSG .*?({pattern}).*\s*")
        return said.sub(r"\1", self.until(lambda line: bool(said.match(line))))

    def leave(self) -> None:
        """Quit."""
        self._incoming.close()
        self._socket.close()


@contextmanager
def calling(nick: str, *, port: int) -> Iterator[Caller]:
    """Somebody who is connected, and logged in where there is an account of that name."""
    caller = Caller(nick=nick, port=port)
    try:
        if nick in ACCOUNTS:
            caller.identify(nick, ACCOUNTS[nick])
        yield caller
    finally:
        caller.leave()
