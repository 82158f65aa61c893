"""The webhook: Telegram calls us, and what was not handled is called again."""

import asyncio
import http.client
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from chatbot.telegram.settings import Webhook
from commands.messages import Button, Incoming, Reply, line
from storage.database import Database
from tests.peers.irc_bot import eventually
from tests.peers.telegram import Telegram
from tests.peers.telegram_bot import Bot, free_port, running, saying, settings
from tests.peers.telegram_server.chats import Chat

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

SECRET = "shown-by-telegram-alone"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def talks(telegram: Telegram) -> Chat:
    return telegram.supergroup("Talks")


@pytest.fixture
async def bot(telegram: Telegram, talks: Chat, database: Database, port: int) -> AsyncIterator[Bot]:
    webhook = Webhook(url=f"http://127.0.0.1:{port}/hook", secret=SECRET, port=port)
    chosen = settings(telegram, talks.id, webhook=webhook, webhook_look=0.2)
    async with running(Bot(chosen, database)) as bot:
        yield bot


def called(port: int, secret: str | None) -> int:
    """Call as somebody who is not Telegram, and return the status of the answer."""
    update = {"update_id": 1, "message": None}
    headers = {"Content-Type": "application/json"}
    if secret is not None:
        headers["X-Telegram-Bot-Api-Secret-Token"] = secret
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("POST", "/hook", json.dumps(update), headers)
    status = connection.getresponse().status
    connection.close()
    return status


async def test_commands_come_by_calls(telegram: Telegram, bot: Bot, talks: Chat) -> None:
    alice = telegram.user(1001, "Alice")
    for text in ("first", "second", "third"):
        alice.say(f"/{text}", in_=talks)
    await telegram.heard(talks, "heard third")
    assert bot.texts == ["first", "second", "third"]
    assert telegram.calls_of("getUpdates") == []
    assert str(bot.client.state().webhook).endswith("/hook")


@pytest.mark.parametrize("secret", [None, "guessed"])
async def test_whoever_does_not_show_the_secret_is_turned_away(
    bot: Bot, port: int, secret: str | None
) -> None:
    assert await asyncio.to_thread(called, port, secret) == 403


async def test_a_call_is_answered_when_it_was_handled(
    telegram: Telegram, bot: Bot, talks: Chat
) -> None:
    handled = asyncio.Event()

    async def hear(_: Incoming) -> Reply:
        await handled.wait()
        return saying("handled")

    bot.hear = hear
    telegram.user(1001, "Alice").say("/slow", in_=talks)
    await bot.hears("slow")
    assert telegram.world.updates.count() == 1
    handled.set()
    await telegram.heard(talks, "handled")
    await eventually(lambda: telegram.world.updates.count() == 0)


async def test_a_press_under_an_old_message_is_fresh(
    telegram: Telegram, bot: Bot, talks: Chat
) -> None:
    buttons = (Button(line("button.coming"), "coming 7"),)
    assert await bot.tell(talks.id, saying("choose", buttons=buttons))
    message = await telegram.heard(talks, "choose")
    message.date -= timedelta(hours=1)
    looks = len(telegram.calls_of("getWebhookInfo"))
    await eventually(lambda: len(telegram.calls_of("getWebhookInfo")) > looks + 1)
    telegram.user(1001, "Alice").press(message, "I'm coming")
    age = datetime.now(UTC) - (await bot.hears("coming 7")).said_at
    assert age < timedelta(seconds=10)


async def test_polls_begin_with_the_end_of_the_webhook(
    telegram: Telegram, bot: Bot, talks: Chat, database: Database
) -> None:
    await bot.client.stop()
    async with running(Bot(settings(telegram, talks.id), database)) as polling:
        telegram.user(1001, "Alice").say("/events", in_=talks)
        await telegram.heard(talks, "heard events")
        assert polling.texts == ["events"]
