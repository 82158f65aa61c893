"""The tests' own Bot API server, asked by python-telegram-bot as by the bot itself."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from tests.peers.telegram import Telegram


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    """A bot that has asked who it is."""
    async with Bot(telegram.token, base_url=telegram.base_url + "/bot") as bot:
        yield bot


async def test_bot_learns_who_it_is(telegram: Telegram, bot: Bot) -> None:
    assert (bot.id, bot.username) == (telegram.bot.id, "bellringer_bot")
    assert bot.can_read_all_group_messages is False


async def test_update_waits_until_a_higher_offset_confirms_it(telegram: Telegram, bot: Bot) -> None:
    alice = telegram.user(1001, "Alice", language_code="sv")
    alice.say("/start one")
    [first] = await bot.get_updates()
    [again] = await bot.get_updates()
    assert again.update_id == first.update_id
    assert await bot.get_updates(offset=first.update_id + 1) == ()


async def test_buttons_are_pressed_and_answered(telegram: Telegram, bot: Bot) -> None:
    alice = telegram.user(1001, "Alice")
    alice.start()
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y:1")]])
    await bot.send_message(1001, "<b>Sure?</b>", parse_mode="HTML", reply_markup=keyboard)
    shown = await telegram.heard(alice.private, "sure")
    press = alice.press(shown, "Yes")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert (query.data, query.from_user.id) == ("y:1", 1001)
    await query.answer("Noted.")
    await query.edit_message_text("Done")
    assert (await press.answered()).text == "Noted."
    assert (await telegram.heard(alice.private, "Done")).buttons == ()
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer("Again")
