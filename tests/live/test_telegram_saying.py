"""What the Telegram client says, and what becomes of it when Telegram does not take it."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from chatbot.documents import File
from chatbot.telegram import speaking
from chatbot.telegram.trouble import Refused
from commands.messages import Document, DocumentKind, Reply, Unreachable
from storage.database import Database
from tests.peers.irc_bot import eventually
from tests.peers.pictures import a_png
from tests.peers.telegram import Telegram
from tests.peers.telegram_bot import Bot, running, saying, settings
from tests.peers.telegram_server.chats import Chat

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def talks(telegram: Telegram) -> Chat:
    return telegram.supergroup("Talks")


@pytest.fixture
async def bot(telegram: Telegram, talks: Chat, database: Database) -> AsyncIterator[Bot]:
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        yield bot


async def test_what_has_nothing_to_say_says_nothing(
    telegram: Telegram, bot: Bot, talks: Chat
) -> None:
    assert not await bot.tell(talks.id, None)
    assert telegram.calls_of("sendMessage") == []


async def test_what_is_typed_never_becomes_markup(
    telegram: Telegram, bot: Bot, talks: Chat
) -> None:
    assert await bot.say(talks.id, "<b>bold</b> & <script>")
    message = await telegram.heard(talks, "bold")
    assert message.text == "The reason: <b>bold</b> & <script>"
    assert message.entities == ()


async def test_a_long_reply_is_said_in_several_messages_in_order(
    telegram: Telegram, bot: Bot, talks: Chat
) -> None:
    assert await bot.say(talks.id, *(f"{n} ".ljust(2000, "x") for n in range(5)))
    assert [message.text[12] for message in talks.messages] == ["0", "2", "4"]


async def test_a_document_follows_the_text(telegram: Telegram, bot: Bot, talks: Chat) -> None:
    document = Document(DocumentKind.CALENDAR, 7)
    assert await bot.tell(talks.id, saying("here", document=document))
    text, file = talks.messages
    assert "here" in text.text
    assert file.document is not None
    assert (file.document.name, file.document.content) == ("calendar-7.txt", b"content")


async def test_a_document_may_be_several_files_and_pictures(
    telegram: Telegram, bot: Bot, talks: Chat
) -> None:
    async def made(_: Document) -> list[File]:
        return [File("a.html", b"<p>"), File("a.png", a_png(30, 20))]

    bot.document = made
    assert await bot.tell(talks.id, saying("here", document=Document(DocumentKind.FUNNEL, 7)))
    _, file, picture = talks.messages
    assert (file.document and file.document.name, file.photo) == ("a.html", None)
    assert (picture.photo and picture.photo.width, picture.document) == (30, None)


@pytest.mark.parametrize(
    ("caption", "said"),
    [
        ("Card of <i>Talks<i>: A & B", "Card of <i>Talks<i>: A & B"),
        ("🎉" * 2000, "🎉" * 512),
        ("", ""),
    ],
)
async def test_below_a_picture_stands_what_it_shows(
    telegram: Telegram, bot: Bot, talks: Chat, caption: str, said: str
) -> None:
    async def made(_: Document) -> list[File]:
        return [File("event-7.png", a_png(1200, 630), caption)]

    bot.document = made
    assert await bot.tell(talks.id, saying("here", document=Document(DocumentKind.CARD, 7)))
    _, picture = talks.messages
    assert picture.photo is not None
    assert (picture.text, picture.entities) == (said, ())


async def test_text_counts_as_said_where_documents_are_not_allowed(
    telegram: Telegram, bot: Bot, talks: Chat
) -> None:
    telegram.mute_bot(talks, rights=frozenset({"can_send_documents"}))
    assert await bot.tell(talks.id, saying("here", document=Document(DocumentKind.REPORT, 7)))
    assert len(talks.messages) == 1
    assert bot.losses == []


async def test_text_counts_as_said_where_its_document_cannot_be_made(
    telegram: Telegram, bot: Bot, talks: Chat
) -> None:
    async def on_a_full_disk(_: Document) -> list[File]:
        raise OSError("No space left on device")

    bot.document = on_a_full_disk
    assert await bot.tell(talks.id, saying("here", document=Document(DocumentKind.REPORT, 7)))
    assert len(talks.messages) == 1
    assert bot.logged("telegram.document_not_made")


@pytest.mark.parametrize(
    ("code", "reason"),
    [(500, "Internal Server Error"), (502, "Bad Gateway"), (401, "does not know this token")],
)
async def test_what_telegram_does_not_take_is_not_said(
    telegram: Telegram, bot: Bot, talks: Chat, code: int, reason: str
) -> None:
    telegram.fail("sendMessage", code=code)
    with pytest.raises(Unreachable, match=reason) as caught:
        await bot.say(talks.id, "hello")
    assert not caught.value.lasting
    assert await bot.say(talks.id, "again")


@pytest.mark.parametrize("after", [True, False])
async def test_what_may_or_may_not_have_been_said_counts_as_not_said(
    telegram: Telegram, bot: Bot, talks: Chat, after: bool
) -> None:
    telegram.drop("sendMessage", after=after)
    with pytest.raises(Unreachable):
        await bot.say(talks.id, "hello")
    assert len(talks.messages) == after


async def test_an_answer_is_tried_again(telegram: Telegram, bot: Bot, talks: Chat) -> None:
    alice = telegram.user(1001, "Alice")
    telegram.fail("sendMessage", code=502)
    alice.say("/events", in_=talks)
    await telegram.heard(talks, "heard events")


async def test_only_the_chat_that_telegram_asks_for_waits(
    telegram: Telegram, bot: Bot, talks: Chat
) -> None:
    other = telegram.supergroup("Other")
    telegram.fail("sendMessage", retry_after=2, chat=talks)
    begun = time.monotonic()
    slow = asyncio.create_task(bot.say(talks.id, "slow"))
    await eventually(lambda: telegram.calls_of("sendMessage"))
    assert await bot.say(other.id, "quick")
    assert time.monotonic() - begun < 1
    assert await slow
    assert time.monotonic() - begun > 2


async def test_a_long_wait_is_left_to_whoever_keeps_the_notice(
    telegram: Telegram, bot: Bot, talks: Chat
) -> None:
    telegram.fail("sendMessage", retry_after=600)
    for _ in range(2):
        with pytest.raises(Unreachable, match=r"asks to wait for (600|599) s"):
            await bot.say(talks.id, "hello")
    assert len(telegram.calls_of("sendMessage")) == 1


async def test_no_chat_gets_more_than_telegram_allows(
    telegram: Telegram, bot: Bot, talks: Chat
) -> None:
    telegram.enforce_limits = True
    alice = telegram.user(1001, "Alice")
    alice.private.met = alice.private.started = True
    begun = time.monotonic()
    for n in range(7):
        assert await bot.say(alice.id, f"{n}")
    assert 6 < time.monotonic() - begun < 8
    assert [message.text[-1] for message in alice.private.messages] == list("0123456")


async def test_a_flood_of_commands_holds_no_reminder_up(
    telegram: Telegram, bot: Bot, talks: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "_HASTY_PATIENCE", 0.2)  # A flood of minutes otherwise.
    alice = telegram.user(1001, "Alice")
    telegram.delay("sendMessage", 1.5)
    for number in range(9):
        alice.say(f"/events {number}", in_=talks)
    await bot.hears("events 8")
    assert await bot.say(talks.id, "reminder")
    assert [message.text[-8:] for message in talks.messages] == ["events 0", "reminder"]
    assert len(bot.logged("telegram.answer_not_said")) == 8


async def test_what_was_begun_is_brought_to_its_end(telegram: Telegram, database: Database) -> None:
    talks = telegram.supergroup("Talks")
    async with running(Bot(settings(telegram, talks.id, patience=1), database)) as bot:
        telegram.delay("sendMessage", 0)  # The first goes well.
        telegram.fail("sendMessage", retry_after=2)
        assert await bot.say(talks.id, *(letter * 3000 for letter in "ab"))
        assert [message.text[-1] for message in talks.messages] == ["a", "b"]


async def test_composing_waits_for_the_turn(telegram: Telegram, bot: Bot, talks: Chat) -> None:
    composed = list[str]()
    telegram.delay("sendMessage", 0.5)

    async def tell(word: str) -> None:
        async def compose() -> Reply:
            composed.append(word)
            return saying(word)

        await bot.client.say(bot.place(talks.id), compose)

    first, second = (asyncio.create_task(tell(word)) for word in ("first", "second"))
    await eventually(lambda: telegram.calls_of("sendMessage"))
    assert composed == ["first"]
    await asyncio.gather(first, second)
    assert composed == ["first", "second"]


async def test_a_chat_is_told_one_thing_at_a_time(
    telegram: Telegram, bot: Bot, talks: Chat
) -> None:
    long = [letter * 3000 for letter in "aabb"]
    await asyncio.gather(bot.say(talks.id, *long[:2]), bot.say(talks.id, *long[2:]))
    assert [message.text[-1] for message in talks.messages] in (list("aabb"), list("bbaa"))


async def test_before_there_is_a_connection_nothing_is_said(
    telegram: Telegram, talks: Chat, database: Database
) -> None:
    bot = Bot(settings(telegram, talks.id), database)
    with pytest.raises(Unreachable, match="not connected to Telegram: not connected yet"):
        await bot.say(talks.id, "hello")


async def test_what_is_no_chat_is_out_of_reach_for_good(bot: Bot) -> None:
    with pytest.raises(Unreachable, match="is no chat") as caught:
        await bot.say("alice", "hello")
    assert caught.value.lasting


async def test_a_fault_of_ours_is_no_state_of_the_chat(
    telegram: Telegram, bot: Bot, talks: Chat
) -> None:
    telegram.fail("sendMessage", code=400, description="Bad Request: can't parse entities: x")
    with pytest.raises(Refused, match="Can't parse entities"):
        await bot.say(talks.id, "hello")
    assert bot.losses == []
