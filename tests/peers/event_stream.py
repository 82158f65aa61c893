"""A stand-in for Wikimedia's EventStreams, which cannot be run here: as strict as the real one.

It serves one stream of recent changes as server-sent events, wants to know who asks (User-Agent),
and goes on after the event that Last-Event-ID names. See
https://wikitech.wikimedia.org/wiki/Event_Platform/EventStreams_HTTP_Service.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tests.peers.listening import listening

PATH = "/v2/stream/recentchange"


class EventStream:
    """The stream. `asked` are the headers of each request, in lower case."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, str]] = []
        self.url = ""
        self._events: list[bytes] = []
        self._news = asyncio.Condition()
        self._cuts = 0

    async def say(self, wiki: str, title: str, *, kind: str = "edit") -> None:
        """Let a page be changed somewhere."""
        data = {"$schema": "/mediawiki/recentchange/1.0.0", "wiki": wiki, "title": title}
        await self.say_raw(json.dumps(data | {"type": kind, "namespace": 3}))

    async def say_raw(self, data: str) -> None:
        """Send an event with this data."""
        place = json.dumps([{"topic": "eqiad.mediawiki.recentchange", "offset": len(self._events)}])
        lines = "".join(f"data: {line}\n" for line in data.split("\n"))
        self._events.append(f"event: message\nid: {place}\n{lines}\n".encode())
        async with self._news:
            self._news.notify_all()

    async def cut(self) -> None:
        """Close all connections, in the middle of an event."""
        self._cuts += 1
        async with self._news:
            self._news.notify_all()

    async def until_asked(self, number: int) -> None:
        """Wait until so many requests have come."""
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(lambda: len(self.asked) >= number)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        request, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if line)
        async with self._news:
            self.asked.append(headers)
            self._news.notify_all()
        refusal = _refusal(request, headers)
        if refusal:
            writer.write(f"HTTP/1.1 {refusal}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
        else:
            await self._stream(writer, _begin(headers))
        writer.close()

    async def _stream(self, writer: asyncio.StreamWriter, position: int) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n")
        writer.write(b":ok\n\n")
        cuts = self._cuts
        while self._cuts == cuts:
            for event in self._events[position:]:
                writer.write(event)
            position = len(self._events)
            await writer.drain()
            async with self._news:
                await self._news.wait_for(
                    lambda: len(self._events) > position or self._cuts != cuts  # noqa: B023 - awaited at once
                )
        writer.write(b'event: message\nid: [{"offset": 999}]\ndata: {"type": "edit", "wi')
        await writer.drain()


@asynccontextmanager
async def event_stream() -> AsyncIterator[EventStream]:
    """Serve a stream on loopback until the end of the block."""
    stream = EventStream()
    async with listening(stream.serve) as port:
        stream.url = f"http://127.0.0.1:{port}{PATH}"
        yield stream


def _refusal(request: str, headers: Mapping[str, str]) -> str:
    if request != f"GET {PATH} HTTP/1.1":
        return "404 Not Found"
    if headers.get("accept") != "text/event-stream":
        return "406 Not Acceptable"
    agent = headers.get("user-agent", "")
    # https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_User-Agent_Policy
    return "" if "(" in agent and ("@" in agent or "://" in agent) else "403 Forbidden"


def _begin(headers: Mapping[str, str]) -> int:
    last = headers.get("last-event-id")
    return int(json.loads(last)[0]["offset"]) + 1 if last else 0
