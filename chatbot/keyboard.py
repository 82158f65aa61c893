"""Lines typed into a terminal or a pipe, as they come, without holding the event loop up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import TextIO


async def typed_lines(source: TextIO) -> AsyncIterator[str]:
    """Yield each line until the source ends.

    A daemon thread reads: a blocked read can be neither cancelled nor waited for, and must not
    keep the process from ending.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        for line in iter(source.readline, ""):
            loop.call_soon_threadsafe(queue.put_nowait, line)
        loop.call_soon_threadsafe(queue.put_nowait, "")

    threading.Thread(target=read, name="typed lines", daemon=True).start()
    while line := await queue.get():
        yield line
