"""How fast we may send, and whose turn it is: answers before what nobody waits for.

The library's own rate limiter stands behind this, and has nothing to do. It has no limit for
private chats, lets twice as much through in the first second, and gives turns to messages, while
what the bot says is composed only when its turn has come.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

_MANY = 1000
"""From so many chats on those that are idle are forgotten."""
_MARGIN = 1.03
"""Messages do not take equally long to arrive: those of one second may do so in less."""


class Window:
    """At most `most` in any `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds * _MARGIN
        self._times: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Return the seconds until there is room, 0 when there is."""
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        if len(self._times) < self._most:
            return 0.0
        return self._times[len(self._times) - self._most] + self._seconds - now

    def count(self, now: float) -> None:
        """Count one."""
        self._times.append(now)

    def give_back(self) -> None:
        """Count one less: nothing was sent after all."""
        if self._times:
            self._times.pop()

    def is_idle(self, now: float) -> bool:
        """Return whether nothing is counted any more."""
        self.wait(now)
        return not self._times


class _ChatPace:
    """The limits of one chat (https://core.telegram.org/bots/faq), with room for a short burst."""

    def __init__(self, *, group: bool) -> None:
        self.windows = [Window(3, 3), *([Window(20, 60)] if group else [])]
        self.not_before = 0.0

    def wait(self, now: float) -> float:
        return max(self.not_before - now, *(window.wait(now) for window in self.windows), 0.0)

    def is_idle(self, now: float) -> bool:
        return self.not_before <= now and all(window.is_idle(now) for window in self.windows)


class Pace:
    """Turns to send: `rate` a second over all, and as much as each chat bears.

    Whoever takes turns in one chat does it one after another.
    """

    def __init__(self, *, rate: int, monotonic: Callable[[], float]) -> None:
        self._all = Window(rate, 1)
        self._monotonic = monotonic
        self._chats: dict[int, _ChatPace] = {}
        self._hasty: deque[asyncio.Future[None]] = deque()
        self._patient: deque[asyncio.Future[None]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def wait(self, chat: int) -> float:
        """Return the seconds until this chat bears another message."""
        pace = self._chats.get(chat)
        return pace.wait(self._monotonic()) if pace else 0.0

    def hold(self, chat: int, seconds: float) -> None:
        """Leave a chat alone for a while."""
        self._chat(chat).not_before = self._monotonic() + seconds

    async def turn(self, chat: int, *, hasty: bool = False) -> None:
        """Return when something may be sent to a chat; `hasty` when somebody waits for it."""
        pace = self._chat(chat)
        if seconds := pace.wait(self._monotonic()):
            await asyncio.sleep(seconds)
        await self._turn_of_all(self._hasty if hasty else self._patient)
        for window in self._chat(chat).windows:
            window.count(self._monotonic())

    def give_back(self, chat: int) -> None:
        """Return a turn in which nothing was sent."""
        for window in (self._all, *self._chat(chat).windows):
            window.give_back()
        self._serve()

    async def _turn_of_all(self, queue: deque[asyncio.Future[None]]) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(future)
        self._serve()
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._all.give_back()
                self._serve()
            raise

    def _serve(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while queue := self._hasty or self._patient:
            now = self._monotonic()
            if seconds := self._all.wait(now):
                loop = asyncio.get_running_loop()
                self._timer = loop.call_later(seconds, self._serve)
                return
            future = queue.popleft()
            if not future.done():
                self._all.count(now)
                future.set_result(None)

    def _chat(self, chat: int) -> _ChatPace:
        if chat not in self._chats:
            self._forget_idle()
            self._chats[chat] = _ChatPace(group=chat < 0)
        return self._chats[chat]

    def _forget_idle(self) -> None:
        if len(self._chats) >= _MANY:
            now = self._monotonic()
            self._chats = {k: pace for k, pace in self._chats.items() if not pace.is_idle(now)}
