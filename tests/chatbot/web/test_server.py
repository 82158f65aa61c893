"""The server lives in the bot's loop: it harms no other part, and stops when it is told to."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from structlog.testing import LogCapture

from chatbot.web.server import WebServer
from chatbot.web.site import site


class Served:
    """A server with one slow page, and what it said."""

    def __init__(self, port: int) -> None:
        self.log = LogCapture()
        self.told: asyncio.Queue[str] = asyncio.Queue()
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()
        self.prepared = False
        log = structlog.wrap_logger(None, processors=[self.log])
        self._server = WebServer(
            site=site((Route("/slow", self._slow),), apology=self._apology, log=log),
            host="127.0.0.1",
            port=port,
            prepare=self._prepare,
            listening=self.told.put_nowait,
            log=log,
            again_seconds=0.05,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(self._server.run())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def said(self, event: str) -> dict[str, object]:
        while not (found := [each for each in self.log.entries if each["event"] == event]):
            await asyncio.sleep(0.01)
        return dict(found[0])

    async def _prepare(self) -> None:
        self.prepared = True

    async def _slow(self, _: Request) -> Response:
        self.asked.set()
        await self.may_answer.wait()
        return PlainTextResponse("done")

    async def _apology(self, _: Request, status: int) -> Response:
        return PlainTextResponse("sorry", status_code=status)


async def test_it_tells_where_it_listens(free: int) -> None:
    served = Served(free)
    async with served.running():
        address = await served.told.get()
        assert served.prepared
        assert address == f"http://127.0.0.1:{free}"
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{address}/nowhere")).text == "sorry"


@pytest.fixture
def free() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port: int = other.getsockname()[1]
        return port


async def test_a_taken_port_is_told_and_had_once_it_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        served = Served(port)
        async with served.running() as task:
            entry = await served.said("web.cannot_listen")
            assert (entry["log_level"], entry["address"]) == ("error", f"http://127.0.0.1:{port}")
            assert not task.done()
            other.close()
            assert await served.told.get() == f"http://127.0.0.1:{port}"


async def test_what_was_asked_is_answered_before_it_stops() -> None:
    served = Served(0)
    async with served.running() as task, httpx.AsyncClient() as client:
        address = await served.told.get()
        asking = asyncio.create_task(client.get(f"{address}/slow"))
        await served.asked.wait()
        task.cancel()
        await asyncio.sleep(0)
        served.may_answer.set()
        assert (await asking).text == "done"
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(httpx.ConnectError):
            await client.get(f"{address}/slow")


async def test_signals_stay_the_bot_s(free: int) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    served = Served(free)
    async with served.running():
        await served.told.get()
        assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
