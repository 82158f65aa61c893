"""Errors of the Bot API in our terms, by the words that it has for them."""

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from chatbot.telegram.trouble import (
    Away,
    Loss,
    Moved,
    Refused,
    Shut,
    Slower,
    TelegramTrouble,
    translated,
)


def trouble(error: TelegramError) -> TelegramTrouble:
    with pytest.raises(TelegramTrouble) as caught, translated():
        raise error
    return caught.value


@pytest.mark.parametrize(
    ("error", "loss"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), Loss.BLOCKED),
        (Forbidden("Forbidden: user is deactivated"), Loss.DELETED),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), Loss.NOT_STARTED),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), Loss.REMOVED),
        (Forbidden("Forbidden: bot is not a member of the channel chat"), Loss.REMOVED),
        (Forbidden("Forbidden: something new"), Loss.REMOVED),
        (BadRequest("Chat not found"), Loss.REMOVED),
        (BadRequest("Not enough rights to send text messages to the chat"), Loss.MUTED),
        (BadRequest("CHAT_WRITE_FORBIDDEN"), Loss.MUTED),
        (BadRequest("Message thread not found"), Loss.TOPIC),
        (BadRequest("TOPIC_CLOSED"), Loss.TOPIC),
    ],
)
def test_a_chat_that_cannot_be_written_to_is_told_apart(error: TelegramError, loss: Loss) -> None:
    found = trouble(error)
    assert isinstance(found, Shut)
    assert found.loss is loss


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (BadRequest("Message is too long"), Refused),
        (ChatMigrated(-1007), Moved),
        (TimedOut(), Away),
        (NetworkError("Bad Gateway"), Away),
        (InvalidToken("The token `123:SECRET` was rejected by the server."), Away),
    ],
)
def test_every_other_error_has_its_kind(error: TelegramError, kind: type) -> None:
    assert type(trouble(error)) is kind


def test_the_token_is_not_in_what_is_told() -> None:
    found = trouble(InvalidToken("The token `123:SECRET` was rejected by the server."))
    assert "SECRET" not in found.reason
    assert found.__cause__ is None


def test_how_long_to_wait_is_told_in_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    found = trouble(RetryAfter(7))
    assert isinstance(found, Slower)
    assert found.seconds == 7
