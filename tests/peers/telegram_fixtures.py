"""Fixtures for tests that need Telegram."""

from collections.abc import AsyncIterator, Awaitable, Iterator

import pytest
from telegram import Bot, Update
from telegram.error import TelegramError

from tests.peers.telegram import Telegram, running_telegram


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    """A Bot API server for one test alone."""
    with running_telegram() as server:
        yield server


@pytest.fixture
async def plain_bot(telegram: Telegram, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """A bot that has asked who it is."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # `RetryAfter` warns of its change otherwise.
    async with Bot(telegram.token, base_url=telegram.base_url + "/bot") as bot:
        yield bot


async def refusal(call: Awaitable[object]) -> str:
    """Return the words in which a call is refused."""
    with pytest.raises(TelegramError) as caught:
        await call
    return str(caught.value)


def texts(updates: tuple[Update, ...]) -> list[str | None]:
    """Return what was said to the bot."""
    return [x.effective_message.text for x in updates if x.effective_message is not None]
