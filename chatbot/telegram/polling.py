"""Fetches updates by long polls, one after another.

The library's own loop ends without a word when the token is refused, keeps time-outs to itself
and, when it is stopped, tears apart what is being handled; so here is another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, cast

from structlog.typing import FilteringBoundLogger
from telegram import Bot, Update
from telegram.error import Conflict, RetryAfter, TelegramError

from chatbot.clock import Clock
from chatbot.telegram.inbox import ALLOWED
from chatbot.telegram.settings import TelegramBot
from chatbot.telegram.trouble import reason, seconds_asked

_MOST = 100
_LAST_WORD_SECONDS = 3.0


class Polling:
    """Polls until `stopping`. `take` handles an update; the next poll confirms it.

    `back` is called when polls work again.
    `trouble` is why the last poll failed, None when it did not; `rival` whether another process
    polls with our token. `emptied` is the end of the last poll that took all there was.
    """

    def __init__(
        self,
        *,
        bot: Bot,
        settings: TelegramBot,
        take: Callable[[Update], Awaitable[None]],
        back: Callable[[], None],
        stopping: asyncio.Event,
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self.trouble: str | None = None
        self.rival = False
        self.emptied: datetime | None = None
        self._bot = bot
        self._settings = settings
        self._take = take
        self._back = back
        self._stopping = stopping
        self._clock = clock
        self._log = log
        self._without_webhook = False
        self._offset = 0
        self._pause = 0.0

    async def run(self) -> None:
        """Fetch and hand on all updates, until told to stop."""
        # The first poll does not wait: what it brings may be old, what comes later is not.
        seconds = 0
        while not self._stopping.is_set():
            updates = await self._polled(seconds)
            if updates is None:
                await self._wait(self._pause)
                continue
            await self._hand_on(updates)
            if len(updates) < _MOST:
                seconds = self._settings.poll_timeout
        await self._confirm()

    async def _polled(self, seconds: int) -> tuple[Update, ...] | None:
        """Return what there is to handle, None after a fault or when we are to stop."""
        asking = asyncio.create_task(self._ask(seconds), name="telegram-poll")
        stopped = asyncio.create_task(self._stopping.wait(), name="telegram-poll-stop")
        try:
            await asyncio.wait({asking, stopped}, return_when=asyncio.FIRST_COMPLETED)
            return asking.result() if asking.done() else None
        finally:
            asking.cancel()
            stopped.cancel()
            await asyncio.gather(asking, stopped, return_exceptions=True)

    async def _ask(self, seconds: int) -> tuple[Update, ...] | None:
        try:
            if not self._without_webhook:
                self._without_webhook = await self._bot.delete_webhook()
            updates = await self._fetched(seconds)
        except TelegramError as error:
            self._failed(error)
            return None
        self._worked()
        return updates

    async def _fetched(self, seconds: int) -> tuple[Update, ...]:
        offset = self._offset or None
        try:
            return await self._bot.get_updates(offset, _MOST, seconds, allowed_updates=ALLOWED)
        except TelegramError:
            raise
        except Exception:  # noqa: BLE001 - the library cannot read one of them, whatever it says
            return await self._fetched_one_by_one()

    async def _fetched_one_by_one(self) -> tuple[Update, ...]:
        """Return what the last poll brought, which is there still, each read by itself."""
        found = await self._bot.request.post(f"{self._bot.base_url}/getUpdates")
        return tuple(self._read(each) for each in cast("list[dict[str, Any]]", found))

    def _read(self, found: dict[str, Any]) -> Update:
        """Return an update; where it cannot be read, one without content, which is passed over."""
        try:
            return Update.de_json(found, self._bot)
        except Exception:  # noqa: BLE001 - as above
            self._log.exception("telegram.update_not_read", update=found["update_id"])
            return Update(found["update_id"])

    async def _hand_on(self, updates: tuple[Update, ...]) -> None:
        ended = self._clock()
        for update in updates:
            if self._stopping.is_set():
                return
            await self._take(update)
            self._offset = update.update_id + 1
        if len(updates) < _MOST:
            self.emptied = ended
        if not updates:
            # All is confirmed. After a silent week the numbers may begin anew, at lower ones.
            self._offset = 0

    def _failed(self, error: TelegramError) -> None:
        why = reason(error)
        self._pause = min(
            max(self._pause * 2, self._settings.backoff_min), self._settings.backoff_max
        )
        if isinstance(error, RetryAfter):
            self._pause = max(self._pause, seconds_asked(error))
        if self.trouble is None:
            self._log.warning("telegram.polling_failed", reason=why)
        self.trouble = why
        self.rival = isinstance(error, Conflict)

    def _worked(self) -> None:
        if self.trouble is not None:
            self._log.info("telegram.polling_again")
            self._back()
        self.trouble, self.rival, self._pause = None, False, 0.0

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _confirm(self) -> None:
        """Tell Telegram what was handled, so that it does not come again at the next start."""
        if not self._offset:
            return
        try:
            await self._bot.get_updates(self._offset, 1, 0, read_timeout=_LAST_WORD_SECONDS)
        except TelegramError as error:
            self._log.info("telegram.not_confirmed", reason=reason(error))
