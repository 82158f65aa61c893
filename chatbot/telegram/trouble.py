"""What Telegram answers instead of doing as it is told: its errors, as we tell them apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)


class Loss(StrEnum):
    """Why nothing can be said in a chat at present."""

    REMOVED = "removed"
    """The bot is not in the chat."""
    MUTED = "muted"
    """It is, and may not write."""
    TOPIC = "topic"
    """The topic was closed or deleted."""
    BLOCKED = "blocked"
    """A person has blocked the bot."""
    NOT_STARTED = "not-started"
    """A person has never opened the chat with the bot."""
    DELETED = "deleted"
    """The person's account is gone for good."""


class TelegramTrouble(Exception):  # noqa: N818 - a state of the world, told as it is
    """Telegram did not do it; `reason` says why, in its own words where it gave any."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Away(TelegramTrouble):
    """Telegram cannot be reached or is in trouble itself; whether it was done is not known."""


class Slower(TelegramTrouble):
    """It was not done: this chat is to be left alone for `seconds` (429)."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Telegram asks to wait for {seconds:.0f} s")
        self.seconds = seconds


class Late(TelegramTrouble):
    """It was not done: too much was to be said in the chat before."""

    def __init__(self) -> None:
        super().__init__("too many answers wait for this chat")


class Moved(TelegramTrouble):
    """It was not done: the group goes on as the supergroup `to`."""

    def __init__(self, to: int) -> None:
        super().__init__("the group became a supergroup")
        self.to = to


class Shut(TelegramTrouble):
    """Nothing can be said there, because of `loss`."""

    def __init__(self, loss: Loss, reason: str) -> None:
        super().__init__(reason)
        self.loss = loss


class Refused(TelegramTrouble):
    """What was asked for cannot be done (400)."""


_LOSSES = {
    "user is deactivated": Loss.DELETED,
    "bot was blocked": Loss.BLOCKED,
    "user_is_blocked": Loss.BLOCKED,
    "can't initiate conversation": Loss.NOT_STARTED,
    "can't send messages to bots": Loss.NOT_STARTED,
    "not enough rights": Loss.MUTED,
    "have no rights": Loss.MUTED,
    "need administrator rights": Loss.MUTED,
    "chat_restricted": Loss.MUTED,
    "_forbidden": Loss.MUTED,
    "message thread not found": Loss.TOPIC,
    "topic_closed": Loss.TOPIC,
    "topic_deleted": Loss.TOPIC,
    "chat not found": Loss.REMOVED,
    "group chat was deactivated": Loss.REMOVED,
    "bot was kicked": Loss.REMOVED,
    "bot is not a member": Loss.REMOVED,
}
"""Telegram has no codes for these, only words (tdlib/telegram-bot-api, Client.cpp)."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn the library's errors into ours."""
    try:
        yield
    except RetryAfter as error:
        raise Slower(seconds_asked(error)) from error
    except ChatMigrated as error:
        raise Moved(error.new_chat_id) from error
    except (Forbidden, BadRequest) as error:
        loss = _loss(error)
        raise (Shut(loss, error.message) if loss else Refused(error.message)) from error
    except TelegramError as error:
        raise Away(reason(error)) from None


def reason(error: TelegramError) -> str:
    """Return an error in words, without the token, which the library puts into some."""
    if isinstance(error, InvalidToken):
        return "Telegram does not know this token"
    return error.message


def seconds_asked(error: RetryAfter) -> float:
    """Return how long Telegram asks us to wait."""
    span = error.retry_after
    return span.total_seconds() if isinstance(span, timedelta) else span


def _loss(error: Forbidden | BadRequest) -> Loss | None:
    said = error.message.casefold()
    found = next((loss for words, loss in _LOSSES.items() if words in said), None)
    return found or (Loss.REMOVED if isinstance(error, Forbidden) else None)
