"""PING and PONG: when the answer is there, so is all that the server had to say before it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping

from irc.client import Event

from chatbot.irc.trouble import fail


class Pings:
    """PINGs over one connection. `send` sends a line at once."""

    def __init__(self, *, send: Callable[[str], None]) -> None:
        self._send = send
        self._tokens = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[None]] = {}

    def handlers(self) -> Mapping[str, Callable[[Event], None]]:
        """Return what to do at which event."""
        return {"pong": self._on_pong}

    def send(self) -> asyncio.Future[None]:
        """Send a PING; the future is done with its PONG. Raises ConnectionGone."""
        token = f"bell{next(self._tokens)}"
        self._send(f"PING {token}")
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[token] = future
        return future

    def then(self, call: Callable[[], None]) -> None:
        """Send a PING and call when it is answered, in the order of the server's lines."""
        self.send().add_done_callback(lambda _future: call())

    def close(self, error: Exception) -> None:
        """Let everybody who waits fail with `error`."""
        for future in self._waiting.values():
            fail(future, error)
        self._waiting.clear()

    def _on_pong(self, event: Event) -> None:
        future = self._waiting.pop(event.arguments[-1], None)
        if future is not None and not future.done():
            future.set_result(None)
