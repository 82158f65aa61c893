"""The tests' own Bot API server: what it lets a bot do in which chat, and whom it shows."""

import pytest
from telegram import Bot, ChatMemberRestricted
from telegram.error import ChatMigrated, Forbidden

from tests.peers.telegram import Telegram
from tests.peers.telegram_fixtures import refusal, texts


@pytest.fixture
def bot(plain_bot: Bot) -> Bot:
    """A bot that has asked who it is."""
    return plain_bot


async def test_chats_that_cannot_be_written_to_say_why(telegram: Telegram, bot: Bot) -> None:
    alice, bob = telegram.user(1001, "Alice"), telegram.user(1002, "Bob")
    group, forum = telegram.supergroup("Talks"), telegram.forum("Topics", topics={17: "Talks"})
    alice.start()
    alice.block()
    bob.say("hello", in_=group)
    assert await refusal(bot.send_message(1001, "x")) == "Forbidden: bot was blocked by the user"
    assert "can't initiate conversation" in await refusal(bot.send_message(1002, "x"))
    assert "thread not found" in await refusal(
        bot.send_message(forum.id, "x", message_thread_id=18)
    )
    assert (await bot.send_message(forum.id, "x", message_thread_id=17)).message_thread_id == 17
    telegram.mute_bot(group)
    assert await refusal(bot.send_message(group.id, "x")) == (
        "Not enough rights to send text messages to the chat"
    )
    member = await bot.get_chat_member(group.id, telegram.bot.id)
    assert isinstance(member, ChatMemberRestricted)
    assert member.can_send_messages is False
    telegram.remove_bot(group)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group.id, "x")


async def test_bot_learns_who_leads_a_chat_and_leaves_it(telegram: Telegram, bot: Bot) -> None:
    alice = telegram.user(1001, "Alice")
    group = telegram.supergroup("Talks")
    telegram.promote(alice, group)
    leading = await bot.get_chat_administrators(group.id)
    assert [(x.user.id, x.status) for x in leading] == [
        (telegram.owner.id, "creator"),
        (1001, "administrator"),
    ]
    assert (await bot.get_chat(group.id)).title == "Talks"
    await bot.send_chat_action(group.id, "typing")
    await bot.leave_chat(group.id)
    assert "not a member of the supergroup chat" in await refusal(bot.get_chat(group.id))


async def test_group_that_migrated_names_its_new_id(telegram: Telegram, bot: Bot) -> None:
    group = telegram.group("Talks")
    new = telegram.migrate(group)
    there, here = (x.message for x in await bot.get_updates())
    assert there is not None
    assert here is not None
    assert (there.chat.id, there.migrate_to_chat_id) == (group.id, new.id)
    assert (here.chat.id, here.migrate_from_chat_id) == (new.id, group.id)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(group.id, "x")
    assert moved.value.new_chat_id == new.id
    await bot.send_message(new.id, "x")


async def test_privacy_mode_hides_what_is_not_for_the_bot(telegram: Telegram, bot: Bot) -> None:
    alice = telegram.user(1001, "Alice")
    group = telegram.supergroup("Talks")
    await bot.send_message(group.id, "Hello")
    for text in ("hi all", "/events", "/events@other_bot", "thanks @bellringer_bot"):
        alice.say(text, in_=group)
    alice.say("me too", in_=group, reply_to=group.messages[0])
    assert texts(await bot.get_updates()) == ["/events", "thanks @bellringer_bot", "me too"]
    telegram.promote_bot(group)
    alice.say("hi all", in_=group)
    assert texts(await bot.get_updates())[-1] == "hi all"


async def test_those_who_are_no_persons_can_be_told(telegram: Telegram, bot: Bot) -> None:
    telegram.privacy = False
    group, channel = telegram.supergroup("Talks"), telegram.channel("News")
    alice = telegram.user(1001, "Alice")
    telegram.anonymous_admin(group).say("/x", in_=group)
    telegram.linked_channel(channel).say("/x", in_=group)
    telegram.as_channel(channel).say("/x", in_=group)
    forwarded = alice.forward(alice.say("/x"), in_=group)
    telegram.post(channel, "/x")
    alice.edit(forwarded, "/y")
    first, linked, other, _, origin, post, edited = await bot.get_updates()
    assert [x.effective_user and x.effective_user.id for x in (first, linked, other)] == [
        1087968824,
        777000,
        136817688,
    ]
    for update, chat in ((first, group), (linked, channel), (other, channel), (post, channel)):
        message = update.effective_message
        assert message is not None
        assert message.sender_chat is not None
        assert message.sender_chat.id == chat.id
    assert origin.message is not None
    assert origin.message.forward_origin is not None
    assert edited.edited_message is not None
