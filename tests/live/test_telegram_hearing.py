"""What the Telegram client hears and whom it obeys, over real HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from commands.messages import Incoming, Reply
from storage.database import Database
from storage.values import Identity
from tests.peers.irc_bot import eventually
from tests.peers.telegram import Telegram
from tests.peers.telegram_bot import Bot, running, saying, settings
from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.person import Person

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def talks(telegram: Telegram) -> Chat:
    return telegram.forum("Talks", topics={17: "Reminders"})


@pytest.fixture
def alice(telegram: Telegram) -> Person:
    return telegram.user(1001, "Alice", language_code="sv")


@pytest.fixture
async def bot(telegram: Telegram, talks: Chat, database: Database) -> AsyncIterator[Bot]:
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        yield bot


async def test_a_command_is_answered_where_it_was_said(
    telegram: Telegram, bot: Bot, alice: Person, talks: Chat
) -> None:
    said = alice.say("/events", in_=talks)
    shown = await telegram.heard(talks, "heard events")
    assert shown.reply_to is said
    [heard] = bot.heard
    assert (heard.identity, heard.name) == (Identity("telegram", "1001"), "Alice")
    assert (str(heard.where), heard.prefix, heard.language) == (f"telegram/{talks.id}", "/", "sv")
    assert heard.said_at == said.date.replace(microsecond=0)
    assert said.update is not None
    assert heard.update == said.update["update_id"]


async def test_a_topic_is_a_place_of_its_own(
    telegram: Telegram, bot: Bot, alice: Person, talks: Chat
) -> None:
    alice.say("/events", in_=talks, topic=17)
    shown = await telegram.heard(talks, "heard events")
    assert shown.thread_id == 17
    assert str(bot.heard[0].where) == f"telegram/{talks.id}/17"
    assert await bot.say(f"{talks.id}/17", "reminder")
    assert (await telegram.heard(talks, "reminder")).thread_id == 17


async def test_in_private_everything_said_is_a_command(
    telegram: Telegram, bot: Bot, alice: Person
) -> None:
    alice.say("events")
    shown = await telegram.heard(alice.private, "heard events")
    assert shown.reply_to is None
    assert bot.heard[0].private


@pytest.mark.parametrize(
    ("payload", "command", "greeted"),
    [("", "help", True), ("K7Q2-M9XD", "link K7Q2-M9XD", False)],
)
async def test_whoever_starts_the_chat_is_greeted_or_linked(
    telegram: Telegram, bot: Bot, alice: Person, payload: str, command: str, greeted: bool
) -> None:
    alice.start(payload)
    shown = await telegram.heard(alice.private, f"heard {command}")
    assert shown.text.startswith("Hello!") is greeted


async def test_nobody_but_a_person_is_obeyed(telegram: Telegram, bot: Bot, talks: Chat) -> None:
    news = telegram.channel("News")
    refused = {
        telegram.anonymous_admin(talks): "you write as the group",
        telegram.linked_channel(news): "only from people",
        telegram.as_channel(news): "only from people",
    }
    for speaker, why in refused.items():
        said = speaker.say("/events", in_=talks)
        shown = await telegram.heard(talks, why)
        assert shown.reply_to is said
        assert "https://t.me/bellringer_bot" in shown.text
    assert bot.heard == []


async def test_a_post_in_a_channel_is_refused(telegram: Telegram, bot: Bot) -> None:
    news = telegram.channel("News")
    telegram.post(news, "/events")
    await telegram.heard(news, "only from people")
    assert bot.heard == []


async def test_other_bots_are_never_answered(
    telegram: Telegram, bot: Bot, alice: Person, talks: Chat
) -> None:
    robot = telegram.user(1002, "Robot", is_bot=True)
    robot.say("/events", in_=talks)
    alice.say("/events", in_=talks, extras={"via_bot": robot.user.json()})
    alice.say("/last", in_=talks)
    await telegram.heard(talks, "heard last")
    assert bot.texts == ["last"]
    assert len(telegram.calls_of("sendMessage")) == 1


async def test_a_forwarded_command_is_not_run(
    telegram: Telegram, bot: Bot, alice: Person, talks: Chat
) -> None:
    bob = telegram.user(1003, "Bob")
    original = alice.say("confirm 5 K7Q2-M9XD")
    await bot.hears(original.text)
    bob.forward(original)
    await telegram.heard(bob.private, "forwarded command is not run")
    bob.forward(alice.say("/halt@other_bot 5", in_=talks), in_=talks)
    bob.say("/last", in_=talks)
    await telegram.heard(talks, "heard last")
    assert bot.texts == [original.text, "last"]


async def test_an_edited_command_is_not_run_again(
    telegram: Telegram, bot: Bot, alice: Person, talks: Chat
) -> None:
    said = alice.say("/evnets", in_=talks)
    await telegram.heard(talks, "heard evnets")
    alice.edit(said, "/events")
    await telegram.heard(talks, "redigerat meddelande körs inte igen")
    assert bot.texts == ["evnets"]


@pytest.mark.parametrize(
    "text",
    [
        "/событие 7",
        "/event_add talk | שלום \u202eevil\u202c | עולם",
        "/event_add talk | 😀\u200d😀 <b>&amp;</b>",
        "/event_add talk | ".ljust(4096, "x"),
    ],
)
async def test_every_alphabet_and_length_comes_through(
    telegram: Telegram, bot: Bot, alice: Person, talks: Chat, text: str
) -> None:
    alice.say(text, in_=talks)
    alice.say("/last", in_=talks)
    await bot.hears("last")
    assert bot.texts[0] == text[1:].replace("event_add", "event add")


async def test_what_was_said_while_we_were_away_is_heard_with_its_time(
    telegram: Telegram, talks: Chat, alice: Person, database: Database
) -> None:
    an_hour_ago = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    alice.say("/halt 5", in_=talks, date=an_hour_ago)
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        assert (await bot.hears("halt 5")).said_at == an_hour_ago


async def test_what_was_handled_does_not_come_again_at_the_next_start(
    telegram: Telegram, talks: Chat, alice: Person, database: Database
) -> None:
    for text in ("first", "second"):
        async with running(Bot(settings(telegram, talks.id), database)) as bot:
            alice.say(f"/{text}", in_=talks)
            await telegram.heard(talks, f"heard {text}")
            assert bot.texts == [text]


async def test_a_command_is_finished_before_we_stop(
    telegram: Telegram, talks: Chat, alice: Person, database: Database
) -> None:
    bot = Bot(settings(telegram, talks.id), database)
    stopping = list[object]()

    async def hear(_: Incoming) -> Reply:
        bot.client._stopping.set()
        await eventually(lambda: True)
        stopping.append(1)
        return saying("done")

    bot.hear = hear
    async with running(bot):
        alice.say("/one", in_=talks)
        alice.say("/two", in_=talks)
        await telegram.heard(talks, "done")
    bot.hear = None
    async with running(again := Bot(settings(telegram, talks.id), database)):
        await telegram.heard(talks, "heard two")
        assert again.texts == ["two"]


async def test_a_fault_in_one_command_does_not_stop_the_next(
    telegram: Telegram, bot: Bot, alice: Person, talks: Chat
) -> None:
    async def hear(incoming: Incoming) -> Reply:
        if incoming.text == "bad":
            raise ZeroDivisionError
        return saying("fine")

    bot.hear = hear
    alice.say("/bad", in_=talks)
    alice.say("/good", in_=talks)
    await telegram.heard(talks, "fine")
    [fault] = bot.logged("telegram.update_failed")
    assert fault["reference"]
