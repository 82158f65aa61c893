"""Listens for readers over HTTP, in the bot's own event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp
from structlog.typing import FilteringBoundLogger

_GRACE_SECONDS = 3
_KEEP_ALIVE_SECONDS = 15
_MOST_AT_ONCE = 500
_BACKLOG = 512


class WebServer:
    """Answers readers until it is cancelled.

    `prepare` is waited for before the first reader is let in. `listening` is told the address
    (`http://127.0.0.1:8080`) each time that listening begins. What cannot be listened on is tried
    again after `again_seconds`.
    """

    def __init__(
        self,
        *,
        site: ASGIApp,
        host: str,
        port: int,
        prepare: Callable[[], Awaitable[None]],
        listening: Callable[[str], None],
        log: FilteringBoundLogger,
        again_seconds: float = 15.0,
    ) -> None:
        self._site = site
        self._host = host
        self._port = port
        self._prepare = prepare
        self._listening = listening
        self._log = log
        self._again_seconds = again_seconds

    async def run(self) -> None:
        """Listen. While the port is another's, all else goes on, and it is tried again."""
        await self._prepare()
        while True:
            try:
                bound = self._bound()
            except OSError as error:
                self._log.error(
                    "web.cannot_listen", address=self._address(self._port), why=str(error)
                )
                await asyncio.sleep(self._again_seconds)
                continue
            await self._serve(bound)

    async def _serve(self, bound: socket.socket) -> None:
        with bound:
            server = _Quiet(_configured(self._site))
            address = self._address(bound.getsockname()[1])
            serving = asyncio.create_task(server.serve(sockets=[bound]), name="web server")
            self._log.info("web.listening", address=address)
            self._listening(address)
            try:
                await asyncio.shield(serving)
            except asyncio.CancelledError:
                server.should_exit = True
                await serving
                raise

    def _bound(self) -> socket.socket:
        """Return a socket that listens. Raises OSError."""
        family, _, _, _, where = socket.getaddrinfo(
            self._host, self._port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.create_server(where[:2], family=family, backlog=_BACKLOG)
        # asyncio does it only for sockets that it made itself: else the body of an answer waits
        # 40 ms until the reader has acknowledged its head.
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return bound

    def _address(self, port: int) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{port}"


class _Quiet(uvicorn.Server):
    """Leaves signals to the bot."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _configured(site: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        site,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MOST_AT_ONCE,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
