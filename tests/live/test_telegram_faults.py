"""Telegram in trouble: away, slow, torn, polled by somebody else; and a database that is away."""

import asyncio
import itertools
import logging

import pytest
from sqlalchemy.exc import OperationalError
from telegram import Bot as OtherBot

from chatbot.telegram.settings import TelegramBot
from commands.messages import Incoming, Reply
from storage.database import Database
from tests.peers.irc_bot import eventually
from tests.peers.telegram import TOKEN, Telegram, running_telegram
from tests.peers.telegram_bot import Bot, free_port, running, saying, settings
from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.person import Person

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def talks(telegram: Telegram) -> Chat:
    return telegram.supergroup("Talks")


@pytest.fixture
def alice(telegram: Telegram) -> Person:
    return telegram.user(1001, "Alice")


async def test_a_start_while_telegram_is_away_waits_for_it(
    telegram: Telegram, talks: Chat, alice: Person, database: Database
) -> None:
    telegram.fail("getMe", code=502, times=3)
    bot = Bot(settings(telegram, talks.id), database)
    async with running(bot, settled=False):
        await eventually(lambda: bot.client.state().trouble == "Bad Gateway")
        alice.say("/events", in_=talks)
        await telegram.heard(talks, "heard events")
    assert len(bot.logged("telegram.not_connected")) == 1


async def test_a_token_that_is_not_valid_is_said_plainly_and_nowhere_shown(
    telegram: Telegram, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "123456789:AAanother-token-that-nobody-knows-000"
    bot = Bot(TelegramBot(token=secret, api=telegram.base_url, backoff_min=0.05), database)
    caplog.set_level(logging.DEBUG, logger="telegram")
    async with running(bot, settled=False):
        await eventually(lambda: bot.logged("telegram.not_connected"))
        assert bot.client.state().trouble == "Telegram does not know this token"
    assert secret not in f"{bot.settings} {bot.log.entries}"


@pytest.mark.parametrize("fault", ["dropped", "500", "429", "401"])
async def test_polls_go_on_after_a_fault_and_tell_it_once(
    telegram: Telegram, talks: Chat, alice: Person, database: Database, fault: str
) -> None:
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        await eventually(lambda: len(telegram.calls_of("getUpdates")) == 2)
        if fault == "dropped":
            telegram.drop("getUpdates", times=3)
        elif fault == "429":
            telegram.fail("getUpdates", retry_after=1)
        else:
            telegram.fail("getUpdates", code=int(fault), times=3)
        await eventually(lambda: bot.logged("telegram.polling_failed"))
        assert bot.client.state().trouble
        alice.say("/events", in_=talks)
        await telegram.heard(talks, "heard events")
        assert bot.client.state().trouble is None
        assert len(bot.logged("telegram.polling_failed")) == 1
        assert bot.rung == ["back", "back"]


async def test_somebody_else_who_polls_is_noticed(
    telegram: Telegram, talks: Chat, alice: Person, database: Database
) -> None:
    async with (
        running(Bot(settings(telegram, talks.id), database)) as bot,
        OtherBot(TOKEN, base_url=telegram.base_url + "/bot") as other,
    ):
        await eventually(lambda: len(telegram.calls_of("getUpdates")) == 2)
        await other.get_updates(timeout=0)
        await eventually(lambda: bot.client.state().rival)
        assert "terminated by other getUpdates" in str(bot.client.state().trouble)
        alice.say("/events", in_=talks)
        await telegram.heard(talks, "heard events")
        assert not bot.client.state().rival


async def test_an_update_that_comes_twice_has_one_number(
    telegram: Telegram, talks: Chat, alice: Person, database: Database
) -> None:
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        said = alice.say("/coming 7", in_=talks)
        await bot.hears("coming 7")
        telegram.repeat(said)
        await eventually(lambda: len(bot.heard) == 2)
        first, second = bot.heard
        assert first.update == second.update


async def test_updates_wait_while_the_database_is_away(
    telegram: Telegram, talks: Chat, alice: Person, database: Database
) -> None:
    bot = Bot(settings(telegram, talks.id), database)
    away = [OperationalError("select 1", None, Exception("away"))]

    async def hear(_: Incoming) -> Reply:
        if away:
            raise away.pop()
        return saying("obeyed")

    bot.hear = hear
    async with running(bot):
        alice.say("/coming 7", in_=talks)
        await telegram.heard(talks, "obeyed")
    assert bot.texts == ["coming 7", "coming 7"]


async def test_an_update_that_cannot_be_read_does_not_stop_the_next(
    telegram: Telegram, talks: Chat, alice: Person, database: Database
) -> None:
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        with telegram.world.bell.lock:
            unreadable = telegram.world.updates.add("message", {"date": "yesterday"})
            alice.say("/events", in_=talks)
        await telegram.heard(talks, "heard events")
        alice.say("/last", in_=talks)
        await telegram.heard(talks, "heard last")
        assert unreadable is not None
        [told] = bot.logged("telegram.update_not_read")
        assert told["update"] == unreadable["update_id"]


async def test_numbers_that_begin_anew_after_a_silence_are_heard(
    telegram: Telegram, talks: Chat, alice: Person, database: Database
) -> None:
    async with running(Bot(settings(telegram, talks.id, poll_timeout=1), database)):
        alice.say("/first", in_=talks)
        await telegram.heard(talks, "heard first")
        polls = len(telegram.calls_of("getUpdates"))
        await eventually(lambda: len(telegram.calls_of("getUpdates")) > polls + 1)
        with telegram.world.bell.lock:
            telegram.world.updates._numbers = itertools.count(5)
        alice.say("/second", in_=talks)
        await telegram.heard(talks, "heard second")


async def test_a_server_that_goes_and_comes_back_is_found_again(
    database: Database,
) -> None:
    with running_telegram() as telegram:
        talks, alice = telegram.supergroup("Talks"), telegram.user(1001, "Alice")
        telegram.drop(None, times=8)
        async with running(Bot(settings(telegram, talks.id), database)) as bot:
            alice.say("/events", in_=talks)
            await telegram.heard(talks, "heard events")
            assert bot.texts == ["events"]


async def test_stopping_ends_a_poll_that_waits(
    telegram: Telegram, talks: Chat, database: Database
) -> None:
    async with running(Bot(settings(telegram, talks.id, poll_timeout=30), database)):
        await eventually(lambda: len(telegram.calls_of("getUpdates")) == 2)
        telegram.drop("getUpdates", times=1)
        begun = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - begun < 3


async def test_stopping_ends_the_wait_for_a_telegram_that_is_away(database: Database) -> None:
    bot = Bot(TelegramBot(token=TOKEN, api=f"http://127.0.0.1:{free_port()}"), database)
    async with running(bot, settled=False):
        await eventually(lambda: bot.logged("telegram.not_connected"))
    assert bot.client.state().trouble == "stopped"
