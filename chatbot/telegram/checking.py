"""What was found out about a bot, in sentences for its operator."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from chatbot.config import TELEGRAM
from chatbot.telegram.settings import TelegramBot
from chatbot.telegram.state import ChatState, TelegramState
from chatbot.telegram.trouble import Loss
from commands.messages import Line, line


def findings(state: TelegramState, bot: TelegramBot) -> Iterator[tuple[bool, Line]]:
    """Give sentences about a bot and its chats, each with whether what it tells of is good."""
    if state.trouble is not None:
        yield False, line("check.telegram.trouble", network=TELEGRAM, reason=state.trouble)
    if not state.name:
        return
    yield True, line("check.telegram.bot", network=TELEGRAM, name=state.name)
    privacy = "check.telegram.privacy_off" if state.reads_all else "check.telegram.privacy_on"
    yield True, line(privacy, network=TELEGRAM, name=state.name)
    yield from _webhook(state, bot)
    if state.rival:
        yield False, line("check.telegram.rival", network=TELEGRAM)
    for address, chat in state.chats.items():
        values = {"network": TELEGRAM, "chat": address, "title": chat.title or address}
        yield chat.good, line(_chat_key(chat), reason=chat.trouble or "", **values)


def _webhook(state: TelegramState, bot: TelegramBot) -> Iterator[tuple[bool, Line]]:
    ours = bot.webhook.url if bot.webhook else None
    # The rest of the address often holds a secret.
    host = urlsplit(ours or state.webhook or "").hostname or ""
    if ours is not None:
        key = "check.telegram.webhook" if state.webhook == ours else "check.telegram.webhook_unset"
        yield True, line(key, network=TELEGRAM, host=host)
    elif state.webhook is not None:
        yield False, line("check.telegram.webhook_foreign", network=TELEGRAM, host=host)


def _chat_key(chat: ChatState) -> str:
    if chat.trouble is not None:
        return "check.telegram.chat_trouble"
    if chat.loss is not None:
        return "check.telegram.muted" if chat.loss is Loss.MUTED else "check.telegram.removed"
    if not chat.topic_there:
        return "check.telegram.no_topic"
    return "check.telegram.chat" if chat.may_send_documents else "check.telegram.no_documents"
