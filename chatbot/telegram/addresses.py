"""Where in Telegram something is said: a chat, or a topic in it."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message

from chatbot.config import TELEGRAM
from storage.values import Destination, Identity, Place


@dataclass(frozen=True, slots=True)
class Spot:
    """A chat by its id, and a topic in it by that of its thread; the General topic has none."""

    chat: int
    thread: int | None = None

    @property
    def private(self) -> bool:
        """Whether it is the chat with one person, whose id is then that of the chat."""
        return self.chat > 0

    def __str__(self) -> str:
        """Return the address as it is configured: `-1001234567890/17`."""
        return str(self.chat) if self.thread is None else f"{self.chat}/{self.thread}"


def spot(address: str) -> Spot:
    """Return what an address means. Raises ValueError when it is none."""
    chat, _, thread = address.partition("/")
    return Spot(int(chat), int(thread) if thread else None)


def spot_of(message: Message) -> Spot:
    """Return where a message stands."""
    # In groups without topics a thread is no more than a chain of replies.
    thread = message.message_thread_id if message.is_topic_message else None
    return Spot(message.chat.id, thread)


def destination(at: Spot) -> Destination:
    """Return the destination that a spot is."""
    place = Place.PERSON if at.private else Place.CHANNEL
    return Destination(TELEGRAM, place, str(at))


def identity(user: int) -> Identity:
    """Return by what Telegram vouches for somebody: never the @name, which can be given away."""
    return Identity(TELEGRAM, str(user))
