"""How fast we may send, and whose turn it is: answers before what nobody waits for.

The library's own rate limiter stands behind this, and has nothing to do. It has no limit for
private chats, lets twice as much through in the first second, and gives turns to messages, while
what the bot says is composed only when its turn has come.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable

_MANY = 1000
"""From so many chats on those that are idle are forgotten."""


class Window:
    """At most `most` in any `seconds`.

    What is on its way counts, and for `seconds` after its arrival is confirmed: when in between
    it was counted there, we cannot know.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._under_way = 0
        self._confirmed: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Return the seconds until there is room: 0 when there is, infinity when that is open."""
        while self._confirmed and self._confirmed[0] <= now - self._seconds:
            self._confirmed.popleft()
        too_many = self._under_way + len(self._confirmed) - self._most
        if too_many < 0:
            return 0.0
        if too_many < len(self._confirmed):
            return self._confirmed[too_many] + self._seconds - now
        return math.inf

    def take(self) -> None:
        """Send one."""
        self._under_way += 1

    def confirm(self, now: float) -> None:
        """Take note that one is there, or that it has come to nothing on its way."""
        self._under_way -= 1
        self._confirmed.append(now)

    def give_back(self) -> None:
        """Take note that one was not sent after all."""
        self._under_way -= 1

    def is_idle(self, now: float) -> bool:
        """Return whether nothing is counted any more."""
        self.wait(now)
        return not (self._confirmed or self._under_way)


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

    Each turn is followed by `sent` or `give_back`. Whoever takes turns in one chat does it one
    after another.
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
        if seconds := self.wait(chat):
            await asyncio.sleep(seconds)
        windows = self._chat(chat).windows
        for window in windows:
            window.take()
        try:
            await self._turn_of_all(self._hasty if hasty else self._patient)
        except asyncio.CancelledError:
            for window in windows:
                window.give_back()
            raise

    def sent(self, chat: int) -> None:
        """Take note that what a turn was for was sent, or tried."""
        now = self._monotonic()
        for window in (self._all, *self._chat(chat).windows):
            window.confirm(now)
        self._serve()

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
            if seconds := self._all.wait(self._monotonic()):
                self._serve_after(seconds)
                return
            future = queue.popleft()
            if not future.done():
                self._all.take()
                future.set_result(None)

    def _serve_after(self, seconds: float) -> None:
        # With all on their way, the first to be confirmed calls.
        if seconds < math.inf:
            self._timer = asyncio.get_running_loop().call_later(seconds, self._serve)

    def _chat(self, chat: int) -> _ChatPace:
        if chat not in self._chats:
            self._forget_idle()
            self._chats[chat] = _ChatPace(group=chat < 0)
        return self._chats[chat]

    def _forget_idle(self) -> None:
        if len(self._chats) >= _MANY:
            now = self._monotonic()
            self._chats = {k: pace for k, pace in self._chats.items() if not pace.is_idle(now)}
