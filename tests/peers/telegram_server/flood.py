"""The limits for sending, as the FAQ for bots documents them, for who wants them enforced.

https://core.telegram.org/bots/faq: 30 messages a second over all, one a second to a chat, 20 a
minute to a group. A chat bears a small burst, as it does there, and a window is a little shorter
than it is called, so that who keeps the pace is not refused for the jitter on the way.
"""

import math
import time
from collections import defaultdict, deque

from tests.peers.telegram_server.errors import ApiError, too_many_requests

COUNTED = frozenset({"sendMessage", "sendDocument", "editMessageText", "editMessageReplyMarkup"})


_JITTER_SECONDS = 0.05


class Window:
    """At most `most` in any `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds - _JITTER_SECONDS
        self._times: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Return the seconds until there is room, 0 when there is."""
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        if len(self._times) < self._most:
            return 0
        return self._times[0] + self._seconds - now

    def count(self, now: float) -> None:
        """Count one."""
        self._times.append(now)


class Flood:
    """Counts what is said. Idle until `enforced`."""

    def __init__(self) -> None:
        self.enforced = False
        self._all = Window(30, 1)
        self._chats: defaultdict[str, Window] = defaultdict(lambda: Window(3, 3))
        self._groups: defaultdict[str, Window] = defaultdict(lambda: Window(20, 60))

    def check(self, method: str, chat_id: str) -> None:
        """Count a call. Raises ApiError 429 when it is one too many; such a one is not counted."""
        if not self.enforced or method not in COUNTED:
            return
        windows = [self._all, self._chats[chat_id]]
        if chat_id.startswith("-"):
            windows.append(self._groups[chat_id])
        now = time.monotonic()
        wait = max(window.wait(now) for window in windows)
        if wait > 0:
            raise self._refusal(wait)
        for window in windows:
            window.count(now)

    @staticmethod
    def _refusal(wait: float) -> ApiError:
        return too_many_requests(max(1, math.ceil(wait)))
