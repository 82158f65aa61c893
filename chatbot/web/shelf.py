"""Pages that were made, kept for the next reader: so much and no more."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable

from chatbot.web.answers import Content

_MOST_BYTES = 24 * 2**20
_MOST_PAGES = 2000


class Shelf:
    """Keeps each page under what it was made of; the one not read for longest goes first.

    Readers who want the same page at the same time wait for the one that is being made.
    """

    def __init__(self, *, most_bytes: int = _MOST_BYTES, most_pages: int = _MOST_PAGES) -> None:
        self._most_bytes = most_bytes
        self._most_pages = most_pages
        self._bytes = 0
        self._pages: OrderedDict[Hashable, Content] = OrderedDict()
        self._coming: dict[Hashable, asyncio.Task[Content]] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Content]]) -> Content:
        """Return the page that is kept under a key, or else make it. Raises what `make` raises."""
        if key in self._pages:
            self._pages.move_to_end(key)
            return self._pages[key]
        if key not in self._coming:
            task = asyncio.create_task(self._made(key, make), name="page")
            self._coming[key] = task
            task.add_done_callback(lambda _: self._coming.pop(key, None))
        # A reader who goes away takes the page from nobody else.
        return await asyncio.shield(self._coming[key])

    async def _made(self, key: Hashable, make: Callable[[], Awaitable[Content]]) -> Content:
        content = await make()
        self._pages[key] = content
        self._bytes += content.weight
        while self._bytes > self._most_bytes or len(self._pages) > self._most_pages:
            _, gone = self._pages.popitem(last=False)
            self._bytes -= gone.weight
        return content
