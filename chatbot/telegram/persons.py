"""Who speaks: a person, or something that speaks for nobody in particular."""

from __future__ import annotations

from enum import StrEnum

from telegram import Message

from commands.rules.authority import POSED


class Voice(StrEnum):
    """In whose name a message is said. Only a PERSON is obeyed."""

    PERSON = "person"
    GROUP = "group"
    """An administrator who hides behind the group."""
    CHANNEL = "channel"
    """Whoever speaks as a channel, or writes in one."""
    FORWARDER = "forwarder"
    """A person who repeats what was said elsewhere."""
    MACHINE = "machine"
    """Another bot, or text that a bot made for somebody: never answered, it might answer back."""


def voice(message: Message) -> Voice:
    """Return in whose name a message is said (Bot API, Message: `from`, `sender_chat`)."""
    sender, as_chat = message.from_user, message.sender_chat
    if message.via_bot is not None:
        return Voice.MACHINE
    if as_chat is not None and as_chat.id == message.chat.id and as_chat.type != "channel":
        return Voice.GROUP
    if as_chat is not None or sender is None or str(sender.id) in POSED:
        return Voice.CHANNEL
    if sender.is_bot:
        return Voice.MACHINE
    return Voice.FORWARDER if message.forward_origin is not None else Voice.PERSON
