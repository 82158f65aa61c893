"""Buttons: each press is answered once, and is a command by whoever pressed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from commands.messages import Button, Hear, Incoming, Reply, line
from storage import cards
from storage.database import Database
from storage.values import Card, CardKind
from tests.peers.irc_bot import eventually
from tests.peers.telegram import Telegram
from tests.peers.telegram_bot import Bot, running, saying, settings
from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.messages import Message
from tests.peers.telegram_server.person import Person

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

COMING = Button(line("button.coming"), "coming 7")
MORE = Button(line("button.more"), "events page 2", turns=True)
BACK = Button(line("button.back"), "events", turns=True)


@pytest.fixture
def talks(telegram: Telegram) -> Chat:
    return telegram.supergroup("Talks")


@pytest.fixture
def alice(telegram: Telegram) -> Person:
    alice = telegram.user(1001, "Alice")
    alice.private.met = True
    return alice


@pytest.fixture
async def bot(telegram: Telegram, talks: Chat, database: Database) -> AsyncIterator[Bot]:
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        yield bot


async def shown(telegram: Telegram, bot: Bot, where: Chat, *buttons: Button) -> Message:
    """Have the bot show buttons."""
    assert await bot.tell(where.id, saying("choose", buttons=buttons))
    return await telegram.heard(where, "choose")


async def test_a_press_is_a_command_by_the_presser(
    telegram: Telegram, bot: Bot, talks: Chat, alice: Person
) -> None:
    press = alice.press(await shown(telegram, bot, talks, COMING), "I'm coming")
    assert (await press.answered()).text == "The reason: heard coming 7"
    [heard] = bot.heard
    assert (str(heard.identity), heard.text) == ("1001@telegram", "coming 7")
    assert str(heard.where) == f"telegram/{talks.id}"
    assert press.update is not None
    assert heard.update == press.update["update_id"]
    assert len(talks.messages) == 1


@pytest.mark.parametrize("data", ["run cancel 7", "run_cancel 7", "", "x", "coming\x007" * 3, "7"])
async def test_what_no_button_says_is_refused(
    telegram: Telegram, bot: Bot, talks: Chat, alice: Person, data: str
) -> None:
    message = await shown(telegram, bot, talks, COMING)
    press = alice.press_data(message, data)
    words = (await press.answered()).text
    if data.startswith("coming"):
        assert bot.texts == [data]
    else:
        assert "button does nothing" in words
        assert bot.heard == []


async def test_a_long_answer_is_a_message_beside_the_card(
    telegram: Telegram, bot: Bot, talks: Chat, alice: Person
) -> None:
    bot.hear = answering(saying("x" * 250))
    press = alice.press(await shown(telegram, bot, talks, COMING), "I'm coming")
    assert (await press.answered()).text == ""
    await telegram.heard(talks, "xxx")


async def test_a_private_answer_goes_to_the_presser_alone(
    telegram: Telegram, bot: Bot, talks: Chat, alice: Person
) -> None:
    alice.start()
    await telegram.heard(alice.private, "heard help")
    bot.hear = answering(saying("x" * 250, private=True))
    alice.press(await shown(telegram, bot, talks, COMING), "I'm coming")
    await telegram.heard(alice.private, "xxx")
    assert len(talks.messages) == 1


async def test_whoever_cannot_be_written_to_is_told_how_to_open_the_chat(
    telegram: Telegram, bot: Bot, talks: Chat, alice: Person
) -> None:
    bot.hear = answering(saying("secret " * 40, private=True))
    alice.press(await shown(telegram, bot, talks, COMING), "I'm coming")
    told = await telegram.heard(talks, "https://t.me/bellringer_bot")
    assert "secret" not in told.text
    assert bot.losses == []


async def test_a_page_is_turned_in_place(
    telegram: Telegram, bot: Bot, talks: Chat, alice: Person
) -> None:
    message = await shown(telegram, bot, talks, MORE)
    bot.hear = answering(saying("second page", buttons=(BACK,)))
    press = alice.press(message, "More")
    assert (await press.answered()).text == ""
    assert await telegram.heard(talks, "second page") is message
    assert len(talks.messages) == 1


async def test_no_page_takes_the_place_of_a_message_that_never_offered_it(
    telegram: Telegram, bot: Bot, talks: Chat, alice: Person
) -> None:
    message = await shown(telegram, bot, talks, COMING)
    bot.hear = answering(saying("second page", buttons=(BACK,)))
    alice.press_data(message, MORE.command)
    assert await telegram.heard(talks, "second page") is not message
    assert message.edits == 0


async def test_a_page_of_a_message_that_is_gone_is_a_new_message(
    telegram: Telegram, bot: Bot, talks: Chat, alice: Person
) -> None:
    message = await shown(telegram, bot, talks, MORE)
    message.deleted = True
    bot.hear = answering(saying("second page", buttons=(BACK,)))
    alice.press_data(message, MORE.command)
    assert await telegram.heard(talks, "second page") is not message


async def test_a_press_that_is_too_old_to_be_answered_is_answered_by_a_message(
    telegram: Telegram, talks: Chat, alice: Person, database: Database
) -> None:
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        message = await shown(telegram, bot, talks, COMING)
    press = alice.press(message, "I'm coming")
    press.expire()
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        await telegram.heard(talks, "heard coming 7")
        assert len(bot.heard) == 1
        assert not [e for e in bot.log.entries if e["log_level"] in {"warning", "error"}]


async def test_a_press_made_while_we_were_away_is_as_old_as_its_message(
    telegram: Telegram, talks: Chat, alice: Person, database: Database
) -> None:
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        message = await shown(telegram, bot, talks, COMING)
    message.date = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    alice.press(message, "I'm coming")
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        assert (await bot.hears("coming 7")).said_at == message.date


async def test_no_press_of_many_made_while_we_were_away_is_taken_for_fresh(
    telegram: Telegram, talks: Chat, alice: Person, database: Database
) -> None:
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        message = await shown(telegram, bot, talks, COMING)
    message.date = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    for _ in range(150):
        alice.press(message, "I'm coming")
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        await eventually(lambda: len(bot.heard) == 150)
        assert {heard.said_at for heard in bot.heard} == {message.date}


async def test_a_press_made_while_we_listen_is_fresh_under_an_old_message(
    telegram: Telegram, bot: Bot, talks: Chat, alice: Person
) -> None:
    message = await shown(telegram, bot, talks, COMING)
    message.date -= timedelta(hours=1)
    begun = datetime.now(UTC)
    await polls_waiting(telegram, 2)
    alice.press(message, "I'm coming")
    age = begun - (await bot.hears("coming 7")).said_at
    assert abs(age) < timedelta(seconds=10)


async def test_a_press_is_answered_though_the_first_try_is_lost(
    telegram: Telegram, bot: Bot, talks: Chat, alice: Person
) -> None:
    message = await shown(telegram, bot, talks, COMING)
    telegram.drop("answerCallbackQuery")
    press = alice.press(message, "I'm coming")
    assert (await press.answered()).text == "The reason: heard coming 7"
    assert len(bot.heard) == 1


async def test_presses_are_answered_while_a_chat_waits(
    telegram: Telegram, bot: Bot, talks: Chat, alice: Person
) -> None:
    message = await shown(telegram, bot, talks, COMING)
    telegram.fail("sendMessage", retry_after=2)
    waiting = asyncio.create_task(bot.say(talks.id, "late"))
    await eventually(lambda: len(telegram.calls_of("sendMessage")) == 2)
    press = alice.press(message, "I'm coming")
    assert (await press.answered(within=1)).text == "The reason: heard coming 7"
    assert await waiting


async def test_a_card_is_kept_with_its_message(
    telegram: Telegram, bot: Bot, talks: Chat, database: Database
) -> None:
    assert await bot.tell(talks.id, saying("card", card=Card(CardKind.EVENT, 7)))
    assert bot.rung.count("posted") == 1
    async with database.reading() as session:
        later = datetime.now(UTC) + timedelta(minutes=1)
        [posted] = await cards.due(session, "telegram", later, 10)
    message = await telegram.heard(talks, "card")
    assert (posted.message, posted.card.number) == (message.id, 7)
    assert str(posted.destination) == f"telegram/{talks.id}"


def answering(said: Reply) -> Hear:
    """Return what answers everything so."""

    async def hear(_: Incoming) -> Reply:
        return said

    return hear


async def polls_waiting(telegram: Telegram, polls: int) -> None:
    """Wait until the bot has begun so many polls."""
    await eventually(lambda: len(telegram.calls_of("getUpdates")) >= polls)
