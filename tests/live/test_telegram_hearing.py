"""What the Telegram client hears and whom it obeys, over real HTTP."""

import pytest

from storage.database import Database
from tests.peers.telegram import Telegram
from tests.peers.telegram_bot import Bot, running, settings

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


async def test_a_command_is_answered_where_it_was_said(
    telegram: Telegram, database: Database
) -> None:
    alice, talks = telegram.user(1001, "Alice"), telegram.supergroup("Talks")
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        said = alice.say("/events", in_=talks)
        shown = await telegram.heard(talks, "heard events")
        assert shown.reply_to is said
        assert await bot.say(talks.id, "hello")
        await telegram.heard(talks, "hello")
