"""Who is a person, by what the Bot API says of a message's sender."""

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Chat, Message, MessageOriginUser, User

from chatbot.telegram.persons import Voice, voice

NOW = datetime(2026, 11, 25, tzinfo=UTC)
GROUP = Chat(-1001, "supergroup")
CHANNEL = Chat(-1002, "channel")
ALICE = User(7, "Alice", is_bot=False)
ROBOT = User(8, "Robot", is_bot=True)
ANONYMOUS = User(1087968824, "Group", is_bot=True)
SERVICE = User(777000, "Telegram", is_bot=False)
CHANNEL_BOT = User(136817688, "Channel", is_bot=True)


def message(chat: Chat = GROUP, sender: User | None = ALICE, **more: Any) -> Message:
    return Message(1, NOW, chat, from_user=sender, text="/events", **more)


@pytest.mark.parametrize(
    ("said", "speaks"),
    [
        (message(), Voice.PERSON),
        (message(sender=ROBOT), Voice.MACHINE),
        (message(via_bot=ROBOT), Voice.MACHINE),
        (message(sender=ANONYMOUS, sender_chat=GROUP), Voice.GROUP),
        (message(sender=ANONYMOUS), Voice.CHANNEL),
        (message(sender=SERVICE, sender_chat=CHANNEL, is_automatic_forward=True), Voice.CHANNEL),
        (message(sender=SERVICE), Voice.CHANNEL),
        (message(sender=CHANNEL_BOT, sender_chat=CHANNEL), Voice.CHANNEL),
        (message(sender=ALICE, sender_chat=CHANNEL), Voice.CHANNEL),
        (message(CHANNEL, None, sender_chat=CHANNEL), Voice.CHANNEL),
        (message(CHANNEL, None), Voice.CHANNEL),
        (message(forward_origin=MessageOriginUser(NOW, ALICE)), Voice.FORWARDER),
        (message(sender=ROBOT, forward_origin=MessageOriginUser(NOW, ALICE)), Voice.MACHINE),
    ],
)
def test_only_a_person_who_speaks_as_himself_is_one(said: Message, speaks: Voice) -> None:
    assert voice(said) is speaks
