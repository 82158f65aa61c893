"""How fast we may send, and whose turn it is: a token bucket, shared fairly."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from chatbot.irc.trouble import fail


class Bucket:
    """A token bucket. It holds at most `burst` tokens and gains `rate` of them a second.

    What has to be sent at once is spent all the same, and leaves a debt.
    """

    def __init__(self, *, burst: float, rate: float, now: float) -> None:
        self._burst = burst
        self._rate = rate
        self._tokens = burst
        self._at = now

    def spend(self, now: float, tokens: float = 1) -> None:
        """Take tokens out, or put back with a negative number."""
        self._tokens = min(self._burst, self._level(now) - tokens)
        self._at = now

    def wait(self, now: float) -> float:
        """Return the seconds until there is a whole token: 0 when there is one now."""
        return max(0.0, (1 - self._level(now)) / self._rate)

    def _level(self, now: float) -> float:
        return min(self._burst, self._tokens + max(0.0, now - self._at) * self._rate)


class Turns:
    """Lets those who want to send wait for their turn and a token, round robin by key."""

    def __init__(self, *, bucket: Bucket, monotonic: Callable[[], float]) -> None:
        self._bucket = bucket
        self._monotonic = monotonic
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._closed: Exception | None = None

    async def turn(self, key: str) -> None:
        """Return with a token taken, when `key` is the one to send next.

        Raises what `close` was given when the connection is gone.
        """
        if self._closed is not None:
            raise self._closed
        if not self._waiting and not self._bucket.wait(self._monotonic()):
            self.spend()
            return
        await self._queued(key)

    def spend(self) -> None:
        """Count something that was sent without waiting."""
        self._bucket.spend(self._monotonic())

    def give_back(self) -> None:
        """Return a token taken by a turn in which nothing was sent."""
        self._bucket.spend(self._monotonic(), -1)
        self._serve()

    def close(self, error: Exception) -> None:
        """Let everybody who waits, and who asks later, fail with `error`."""
        self._closed = error
        self._stop_timer()
        for future in (future for queue in self._waiting.values() for future in queue):
            fail(future, error)
        self._waiting.clear()

    async def _queued(self, key: str) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, deque()).append(future)
        self._serve()
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self.give_back()
            raise

    def _serve(self) -> None:
        self._stop_timer()
        while self._waiting:
            delay = self._bucket.wait(self._monotonic())
            if delay:
                self._timer = asyncio.get_running_loop().call_later(delay, self._serve)
                return
            self._serve_next()

    def _serve_next(self) -> None:
        key = next(iter(self._waiting))
        queue = self._waiting.pop(key)
        future = queue.popleft()
        if queue:
            self._waiting[key] = queue
        if not future.done():
            self.spend()
            future.set_result(None)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
