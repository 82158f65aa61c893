"""Hears at once that pages change, from a stream of recent changes: when to look sooner.

The stream says only that there is something to look at; what it is, the wikis are asked. So
nothing depends on it: without it, changes are heard at the next regular look.
See https://wikitech.wikimedia.org/wiki/Event_Platform/EventStreams_HTTP_Service.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx
from structlog.typing import FilteringBoundLogger

from chatbot.listening.events import Parser

_SILENCE_SECONDS = 60.0
"""Wikimedia's stream says something many times a second; after so long it is dead."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_CHANGES = frozenset({"edit", "new"})


class ChangeStream:
    """Follows a stream until cancelled. `changed` is called with the wiki and the page's title.

    `pause` is how long to wait before it connects again for the first time, in seconds.
    """

    def __init__(
        self,
        *,
        url: str,
        user_agent: str,
        changed: Callable[[str, str], None],
        log: FilteringBoundLogger,
        pause: float = _FIRST_PAUSE,
    ) -> None:
        self._url = url
        self._headers = {"Accept": "text/event-stream", "User-Agent": user_agent}
        self._changed = changed
        self._log = log
        self._first_pause = self._pause = pause
        self._parser = Parser()

    async def run(self) -> None:
        """Follow the stream; after an interruption go on where it ended."""
        timeout = httpx.Timeout(_SILENCE_SECONDS)
        async with httpx.AsyncClient(timeout=timeout, follow_redirects=True) as client:
            while True:
                try:
                    await self._follow(client)
                    self._log.info("stream.ended")
                except (httpx.HTTPError, httpx.InvalidURL) as trouble:
                    self._log.warning("stream.away", reason=str(trouble) or type(trouble).__name__)
                await asyncio.sleep(self._pause)
                self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    async def _follow(self, client: httpx.AsyncClient) -> None:
        headers = dict(self._headers)
        if self._parser.last_id:
            headers["Last-Event-ID"] = self._parser.last_id
        async with client.stream("GET", self._url, headers=headers) as response:
            response.raise_for_status()
            self._parser.begin()
            async for data in self._events(response):
                self._pause = self._first_pause
                self._hear(data)

    async def _events(self, response: httpx.Response) -> AsyncIterator[str]:
        async for chunk in response.aiter_text():
            for data in self._parser.feed(chunk):
                yield data

    def _hear(self, data: str) -> None:
        try:
            event = json.loads(data)
        except ValueError:
            return
        if isinstance(event, Mapping) and event.get("type") in _CHANGES:
            self._tell(event)

    def _tell(self, event: Mapping[str, Any]) -> None:
        wiki, title = event.get("wiki"), event.get("title")
        if isinstance(wiki, str) and isinstance(title, str):
            self._changed(wiki, title)
