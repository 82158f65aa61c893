"""Asks Telegram, once, all that an operator wants to know of a bot; nothing is changed by it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from telegram import (
    Bot,
    ChatFullInfo,
    ChatMember,
    ChatMemberRestricted,
    ChatPermissions,
    WebhookInfo,
)
from telegram.constants import ChatAction, ChatMemberStatus
from telegram.error import Conflict, TelegramError

from chatbot.telegram.addresses import Spot, spot
from chatbot.telegram.connecting import made_bot
from chatbot.telegram.membership import standing
from chatbot.telegram.settings import TelegramBot
from chatbot.telegram.state import ChatState, TelegramState
from chatbot.telegram.trouble import Loss, Moved, Shut, TelegramTrouble, reason, translated

_POLLS = 3
_POLL_SECONDS = 1
"""A rival whose poll was ended begins another within a second or so, and that ends ours."""

_LEADS = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR})


async def inquire(settings: TelegramBot, *, running: bool) -> TelegramState:
    """Return how things stand with a bot and its configured chats.

    `running` says that a process of ours serves it now: no rival is looked for then, because
    that would end the polls of our own.
    """
    try:
        async with made_bot(settings) as bot:
            webhook = await bot.get_webhook_info()
            polled = not (running or settings.webhook or webhook.url)
            return TelegramState(
                trouble=_failing(webhook, settings),
                name=bot.username,
                reads_all=bool(bot.bot.can_read_all_group_messages),
                webhook=webhook.url or None,
                rival=polled and await _rivalled(bot),
                chats={each: await _chat(bot, spot(each)) for each in settings.chats},
            )
    except TelegramError as error:
        return TelegramState(trouble=reason(error))


def _failing(webhook: WebhookInfo, settings: TelegramBot) -> str | None:
    """Return why calls to our webhook fail, None when they do not."""
    ours = settings.webhook is not None and settings.webhook.url == webhook.url
    return webhook.last_error_message if ours and webhook.pending_update_count else None


async def _rivalled(bot: Bot) -> bool:
    """Return whether another program polls; what is waiting stays unconfirmed."""
    for _ in range(_POLLS):
        try:
            if await bot.get_updates(limit=1, timeout=_POLL_SECONDS):
                await asyncio.sleep(_POLL_SECONDS)
        except Conflict:
            return True
    return False


async def _chat(bot: Bot, at: Spot) -> ChatState:
    try:
        # People see for a moment that somebody writes. There is no other way to ask for a topic.
        topic_there = await _can_begin(bot, at)
        with translated():
            chat = await bot.get_chat(at.chat)
            member = await bot.get_chat_member(at.chat, bot.id)
    except Moved as moved:
        return await _chat(bot, replace(at, chat=moved.to))
    except Shut as shut:
        return ChatState(loss=shut.loss)
    except TelegramTrouble as trouble:
        return ChatState(trouble=trouble.reason)
    limits = _limits(member, chat)
    muted = limits is not None and limits.can_send_messages is False
    return ChatState(
        title=chat.title or "",
        loss=standing(member, chat.type) or (Loss.MUTED if muted else None),
        may_send_documents=limits is None or limits.can_send_documents is not False,
        topic_there=topic_there and (at.thread is None or chat.is_forum is True),
    )


async def _can_begin(bot: Bot, at: Spot) -> bool:
    """Return whether there is the topic, if it is one. Raises TelegramTrouble for the chat."""
    try:
        with translated():
            await bot.send_chat_action(at.chat, ChatAction.TYPING, message_thread_id=at.thread)
    except Shut as shut:
        if shut.loss is not Loss.TOPIC:
            raise
        return False
    return True


def _limits(
    member: ChatMember, chat: ChatFullInfo
) -> ChatMemberRestricted | ChatPermissions | None:
    """Return what says what the bot may not do in a chat, None where nothing does."""
    if isinstance(member, ChatMemberRestricted):
        return member
    return None if member.status in _LEADS else chat.permissions
