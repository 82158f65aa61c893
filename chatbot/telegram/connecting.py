"""The library's objects for one bot, set up as we need them."""

from __future__ import annotations

import os
from asyncio import Queue
from typing import Any

from telegram.ext import AIORateLimiter, Application, ApplicationBuilder, ExtBot

from chatbot.telegram.settings import TelegramBot

Library = Application[Any, Any, Any, Any, Any, Any]


def made_bot(settings: TelegramBot) -> ExtBot[Any]:
    """Return what calls the API, with the library's rate limiter on, which never tries again."""
    # Spans of time as timedelta, as the library will have them: without this it warns of each 429.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    return ExtBot(
        settings.token,
        base_url=f"{settings.api}/bot",
        base_file_url=f"{settings.api}/file/bot",
        rate_limiter=AIORateLimiter(max_retries=0),
    )


def made_application(bot: ExtBot[Any], queue: Queue[object]) -> Library:
    """Return the application that opens and closes the bot, and has its updater fill a queue."""
    return ApplicationBuilder().bot(bot).update_queue(queue).build()
