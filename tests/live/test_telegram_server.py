"""The tests' own Bot API server, asked by python-telegram-bot as by the bot itself.

https://core.telegram.org/bots/api
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReplyParameters,
)
from telegram.error import (
    BadRequest,
    Conflict,
    InvalidToken,
    NetworkError,
    RetryAfter,
)

from tests.peers.listening import listening
from tests.peers.pictures import a_png
from tests.peers.telegram import Telegram
from tests.peers.telegram_fixtures import refusal, texts

YES = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y:1")]])


@pytest.fixture
def bot(plain_bot: Bot) -> Bot:
    """A bot that has asked who it is."""
    return plain_bot


async def test_bot_learns_who_it_is_and_what_it_hears(telegram: Telegram, bot: Bot) -> None:
    assert (bot.id, bot.username) == (telegram.bot.id, "bellringer_bot")
    assert bot.can_read_all_group_messages is False
    telegram.privacy = False
    assert (await bot.get_me()).can_read_all_group_messages is True


async def test_wrong_token_is_refused(telegram: Telegram) -> None:
    wrong = Bot("123456789:other", base_url=telegram.base_url + "/bot")
    with pytest.raises(InvalidToken):
        await wrong.initialize()
    await wrong.shutdown()


async def test_update_waits_until_a_higher_offset_confirms_it(telegram: Telegram, bot: Bot) -> None:
    alice = telegram.user(1001, "Alice", language_code="sv")
    said = alice.start("one")
    [first] = await bot.get_updates()
    [again] = await bot.get_updates()
    assert again.update_id == first.update_id
    assert await bot.get_updates(offset=first.update_id + 1) == ()
    telegram.repeat(said)
    assert (await bot.get_updates(offset=first.update_id + 1))[0].update_id == first.update_id


async def test_long_poll_ends_with_the_update(telegram: Telegram, bot: Bot) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=20))
    await called(telegram, "getUpdates")
    telegram.user(1001, "Alice").say("hello")
    assert texts(await polling) == ["hello"]


async def test_second_poller_ends_the_first(telegram: Telegram, bot: Bot) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=20))
    await called(telegram, "getUpdates")
    async with Bot(telegram.token, base_url=telegram.base_url + "/bot") as other:
        await other.get_updates()
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await polling


async def test_only_wanted_updates_are_queued(telegram: Telegram, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["my_chat_member"])
    alice = telegram.user(1001, "Alice")
    alice.start()
    alice.block()
    [update] = await bot.get_updates()
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "kicked"


async def test_html_becomes_text_and_entities(telegram: Telegram, bot: Bot) -> None:
    alice = telegram.user(1001, "Alice")
    alice.start()
    html = '🎉 <b>Talk</b> at <a href="https://example.org/?a=1&amp;b=2">home</a> &lt;3'
    await bot.send_message(1001, html, parse_mode="HTML")
    shown = await telegram.heard(alice.private, "talk")
    assert (shown.text, shown.html) == ("🎉 Talk at home <3", html)
    assert shown.entities == (
        {"type": "bold", "offset": 3, "length": 4},
        {"type": "text_link", "offset": 11, "length": 4, "url": "https://example.org/?a=1&b=2"},
    )


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("a <b>c", "Can't find end tag corresponding to start tag b"),
        ("å <p>c</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<b x>y</b>", "Expected equal sign in declaration of an attribute of the tag"),
    ],
)
async def test_bad_html_is_refused(telegram: Telegram, bot: Bot, html: str, why: str) -> None:
    telegram.user(1001, "Alice").start()
    refused = await refusal(bot.send_message(1001, html, parse_mode="HTML"))
    assert refused.lower().startswith(f"can't parse entities: {why.lower()}")


async def test_wrong_messages_are_refused_in_the_real_words(telegram: Telegram, bot: Bot) -> None:
    telegram.user(1001, "Alice").start()

    def keyboard(text: str, data: str) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data)]])

    long = keyboard("Yes", "é" * 33)
    for refused, words in (
        (bot.send_message(1001, " "), "Message text is empty"),
        (bot.send_message(1001, "<b></b>", parse_mode="HTML"), "Message text is empty"),
        (bot.send_message(1001, "🎉" * 2049), "Message is too long"),
        (bot.send_message(1001, "x", reply_markup=long), "Button_data_invalid"),
        (bot.send_message(1001, "x", parse_mode="Text"), "Unsupported parse_mode"),
        (bot.send_message(1001, "x", api_kwargs={"txt": 1}), 'Unknown parameter "txt"'),
        (bot.send_message(1001, "x", api_kwargs={"disable_notification": 7}), "Boolean"),
        (bot.send_message(42, "x"), "Chat not found"),
        (bot.edit_message_text("x", 1001, 99), "Message to edit not found"),
        (bot.delete_message(1001, 99), "Message to delete not found"),
        (
            bot.send_message(1001, "x", reply_parameters=ReplyParameters(99)),
            "Message to be replied not found",
        ),
    ):
        assert words.lower() in (await refusal(refused)).lower()


async def test_buttons_are_pressed_and_answered_once(telegram: Telegram, bot: Bot) -> None:
    alice = telegram.user(1001, "Alice")
    alice.start()
    await bot.send_message(1001, "Sure?", reply_markup=YES)
    press = alice.press(await telegram.heard(alice.private, "sure"), "Yes")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert (query.data, query.from_user.id, isinstance(query.message, Message)) == (
        "y:1",
        1001,
        True,
    )
    await query.answer("Noted.", show_alert=True)
    assert (await press.answered()).alert
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await query.answer("Again")


async def test_press_grows_too_old_to_be_answered(telegram: Telegram, bot: Bot) -> None:
    alice = telegram.user(1001, "Alice")
    alice.start()
    shown = await bot.send_message(1001, "Sure?", reply_markup=YES)
    press = alice.press_data(alice.private.messages[-1], "tampered")
    assert shown.message_id == alice.private.messages[-1].id
    press.expire()
    assert "query id is invalid" in await refusal(bot.answer_callback_query(press.id))


async def test_edit_is_kept_with_what_was_before(telegram: Telegram, bot: Bot) -> None:
    alice = telegram.user(1001, "Alice")
    alice.start()
    sent = await bot.send_message(1001, "10 %", reply_markup=YES)
    await telegram.heard(alice.private, "10 %")
    assert (await refusal(sent.edit_text("10 %", reply_markup=YES))).startswith(
        "Message is not modified: specified new message content and reply markup are exactly"
    )
    await sent.edit_text("20 %")
    shown = await telegram.heard(alice.private, " %")
    assert ([x.text for x in shown.versions], shown.buttons) == (["10 %", "20 %"], ())


async def test_document_arrives_byte_for_byte(telegram: Telegram, bot: Bot) -> None:
    alice = telegram.user(1001, "Alice")
    alice.start()
    content = b"a;b\r\n\x00--\xff\r\n\r\n"
    await bot.send_document(
        1001, content, caption="<b>Report</b>", filename="råd.csv", parse_mode="HTML"
    )
    document = (await telegram.heard(alice.private, "^report$")).document
    assert document is not None
    assert (document.content, document.name) == (content, "råd.csv")
    long = bot.send_document(1001, content, caption="x" * 1025)
    assert await refusal(long) == "Message caption is too long"


async def test_picture_arrives_as_such_or_is_refused(telegram: Telegram, bot: Bot) -> None:
    alice = telegram.user(1001, "Alice")
    alice.start()
    await bot.send_photo(1001, a_png(20, 10), caption="Funnel")
    shown = (await telegram.heard(alice.private, "^Funnel$")).photo
    assert shown is not None
    assert (shown.width, shown.height, shown.content) == (20, 10, a_png(20, 10))
    assert await refusal(bot.send_photo(1001, b"GIF89a")) == "Image_process_failed"
    for width, height in ((5001, 5000), (210, 10)):
        too_much = bot.send_photo(1001, a_png(width, height))
        assert await refusal(too_much) == "Photo_invalid_dimensions"


async def test_menu_is_chosen_by_scope_and_language(telegram: Telegram, bot: Bot) -> None:
    alice = telegram.user(1001, "Alice", language_code="sv")
    bob = telegram.user(1002, "Bob")
    alice.start()
    await bot.set_my_commands([BotCommand("help", "Help")])
    await bot.set_my_commands(
        [BotCommand("help", "Hjälp")], BotCommandScopeAllPrivateChats(), language_code="sv"
    )
    assert telegram.menu(alice, alice.private) == (("help", "Hjälp"),)
    assert telegram.menu(bob, bob.private) == (("help", "Help"),)
    await bot.set_my_commands([BotCommand("run", "Run")], BotCommandScopeChat(1001))
    await bot.delete_my_commands(BotCommandScopeChat(1001))
    assert telegram.menu(alice, alice.private) == (("help", "Hjälp"),)


@pytest.mark.parametrize(
    ("name", "words", "refused"),
    [
        ("Help", "Help", "Bot_command_invalid"),
        ("x" * 33, "Help", "Command length must not exceed 32"),
        ("help", " ", "Command description must be non-empty"),
        ("help", "x" * 257, "Command description length must not exceed 256"),
    ],
)
async def test_bad_commands_are_refused(bot: Bot, name: str, words: str, refused: str) -> None:
    assert await refusal(bot.set_my_commands([(name, words)])) == refused


async def test_faults_happen_when_asked_for(telegram: Telegram, bot: Bot) -> None:
    alice = telegram.user(1001, "Alice")
    alice.start()
    telegram.fail("sendMessage", retry_after=2, chat=alice.private)
    with pytest.raises(RetryAfter, match="Retry in 0:00:02"):
        await bot.send_message(1001, "one")
    telegram.drop("sendMessage", after=True)
    with pytest.raises(NetworkError):
        await bot.send_message(1001, "two")
    await bot.send_message(1001, "three")
    assert [x.text for x in alice.private.messages] == ["two", "three"]
    seen = (await bot.get_updates())[-1].update_id
    polling = asyncio.create_task(bot.get_updates(offset=seen + 1, timeout=20))
    telegram.fail("getUpdates", code=502)
    assert await refusal(polling) == "Bad Gateway"


async def test_documented_limits_are_enforced_on_request(telegram: Telegram, bot: Bot) -> None:
    telegram.enforce_limits = True
    group = telegram.supergroup("Talks")
    for number in range(3):
        await bot.send_message(group.id, f"{number}")
    with pytest.raises(RetryAfter):
        await bot.send_message(group.id, "one too many")


@asynccontextmanager
async def web(*statuses: int) -> AsyncIterator[tuple[int, list[bytes], asyncio.Event]]:
    """Listen as a webhook does, answering with these statuses; the last one ends it."""
    requests: list[bytes] = []
    done = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        requests.append(head + await reader.readexactly(length))
        writer.write(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % statuses[len(requests) - 1])
        writer.close()
        if len(requests) == len(statuses):
            done.set()

    async with listening(answer) as port:
        yield port, requests, done


async def test_webhook_is_pushed_to_until_it_takes_the_update(telegram: Telegram, bot: Bot) -> None:
    alice = telegram.user(1001, "Alice")
    async with web(500, 200, 200) as (port, requests, done):
        url = f"http://127.0.0.1:{port}/hook"
        await bot.set_webhook(url, secret_token="s3cret")
        assert "can't use getUpdates method while webhook is active" in (
            await refusal(bot.get_updates())
        )
        alice.say("first")
        alice.say("second")
        await asyncio.wait_for(done.wait(), 10)
        await bot.delete_webhook()
    assert [b'"first"' in x for x in requests] == [True, True, False]
    assert all(b"X-Telegram-Bot-Api-Secret-Token: s3cret" in x for x in requests)
    assert (await bot.get_webhook_info()).url == ""


async def called(telegram: Telegram, method: str) -> None:
    """Wait until the bot has made a call."""
    calls = await telegram.world.bell.heard(lambda: telegram.calls_of(method) or None, 10)
    assert calls
