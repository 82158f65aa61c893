"""One lock for the whole server, and a bell for threads and tasks that wait for a change."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Bell:
    """Whoever changes something holds `lock` and rings; whoever waits looks again."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self.closed = False
        self._listeners: set[Callable[[], None]] = set()

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._changed:
            self._changed.notify_all()
            for listen in list(self._listeners):
                listen()

    def close(self) -> None:
        """End every wait in a thread, now and from now on."""
        with self.lock:
            self.closed = True
            self.ring()

    def wait(self, look: Callable[[], Found | None], seconds: float | None) -> Found | None:
        """Wait in this thread until `look` finds something; None when time is up or all ends."""
        found: Found | None = None

        def over() -> bool:
            # What is found may count as found once only.
            nonlocal found
            found = None if self.closed else look()
            return self.closed or found is not None

        with self._changed:
            self._changed.wait_for(over, seconds)
        return found

    async def heard(self, look: Callable[[], Found | None], seconds: float) -> Found | None:
        """Wait in this task until `look` finds something; None when time is up."""
        loop = asyncio.get_running_loop()
        rung = asyncio.Event()

        def listen() -> None:
            loop.call_soon_threadsafe(rung.set)

        with self.lock:
            self._listeners.add(listen)
        try:
            return await self._look_until(look, rung, loop.time() + seconds)
        finally:
            with self.lock:
                self._listeners.discard(listen)

    async def _look_until(
        self, look: Callable[[], Found | None], rung: asyncio.Event, end: float
    ) -> Found | None:
        while True:
            rung.clear()
            with self.lock:
                found = look()
            if found is not None:
                return found
            try:
                async with asyncio.timeout_at(end):
                    await rung.wait()
            except TimeoutError:
                return None
