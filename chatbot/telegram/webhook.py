"""Has Telegram call us with each update, instead of asking for them."""

from __future__ import annotations

import asyncio
from datetime import datetime
from urllib.parse import urlsplit

from structlog.typing import FilteringBoundLogger
from telegram.error import TelegramError
from telegram.ext import Updater

from chatbot.clock import Clock
from chatbot.telegram.inbox import ALLOWED
from chatbot.telegram.settings import TelegramBot, Webhook
from chatbot.telegram.trouble import reason


class Calls:
    """Takes Telegram's calls until `stopping`; the `updater`'s queue handles what they bring.

    `trouble` is what Telegram last said of calls that failed. `emptied` is when it last said
    that all its calls had arrived.
    """

    rival = False

    def __init__(
        self,
        *,
        updater: Updater,
        settings: TelegramBot,
        webhook: Webhook,
        stopping: asyncio.Event,
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self.trouble: str | None = "the webhook is not set yet"
        self.emptied: datetime | None = None
        self._updater = updater
        self._settings = settings
        self._webhook = webhook
        self._stopping = stopping
        self._clock = clock
        self._log = log

    async def run(self) -> None:
        """Listen until told to stop."""
        while not self._stopping.is_set() and not self._updater.running:
            await self._start()
        while not self._stopping.is_set():
            await self._look()
            await self._wait(self._settings.webhook_look)
        if self._updater.running:
            await self._updater.stop()

    async def _start(self) -> None:
        try:
            await self._updater.start_webhook(
                listen=self._webhook.listen,
                port=self._webhook.port,
                url_path=urlsplit(self._webhook.url).path,
                webhook_url=self._webhook.url,
                secret_token=self._webhook.secret,
                allowed_updates=ALLOWED,
                # One at a time: what was said first is done first.
                max_connections=1,
            )
        except (TelegramError, OSError) as error:
            why = reason(error) if isinstance(error, TelegramError) else str(error)
            self._log.warning("telegram.webhook_failed", reason=why)
            self.trouble = why
            await self._wait(self._settings.backoff_max)

    async def _look(self) -> None:
        asked_at = self._clock()
        try:
            info = await self._updater.bot.get_webhook_info()
        except TelegramError as error:
            self.trouble = reason(error)
            return
        failing = info.pending_update_count and info.last_error_message
        self.trouble = info.last_error_message if failing else None
        if not info.pending_update_count:
            self.emptied = asked_at

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
