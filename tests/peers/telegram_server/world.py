"""All that Telegram knows in a test: accounts, chats, and what the bot is to be told."""

import itertools
import re
from datetime import datetime

from tests.peers.telegram_server.bell import Bell
from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.entities import Json
from tests.peers.telegram_server.messages import Content, Message, utc_now
from tests.peers.telegram_server.people import User
from tests.peers.telegram_server.updates import Updates


class World:
    """What all parts of the server share. Whoever touches it holds `bell.lock`.

    With `privacy` the bot hears in groups only what is meant for it
    (https://core.telegram.org/bots/features#privacy-mode).
    """

    def __init__(self, *, bot: User) -> None:
        self.bot = bot
        self.bell = Bell()
        self.updates = Updates(bell=self.bell)
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.privacy = True
        self._numbers = itertools.count(1)

    def number(self) -> int:
        """Return a number that was not given out before."""
        return next(self._numbers)

    def add_user(self, user: User) -> Chat:
        """Make an account known, with the chat between it and the bot; return that chat."""
        self.users[user.id] = user
        return self.add_chat(
            Chat(
                id=user.id,
                type="private",
                title=user.first_name,
                username=user.username,
                user=user,
                met=False,
                started=False,
            )
        )

    def add_chat(self, chat: Chat) -> Chat:
        """Make a chat known."""
        self.chats[chat.id] = chat
        return chat

    def private(self, user: User) -> Chat:
        """Return the chat between a user and the bot."""
        return self.chats[user.id]

    def write(
        self,
        chat: Chat,
        content: Content,
        *,
        sender: User | None,
        date: datetime | None = None,
        sender_chat: Chat | None = None,
        thread_id: int | None = None,
        reply_to: Message | None = None,
        extras: Json | None = None,
    ) -> Message:
        """Put a message in a chat. Ids count in each chat by themselves."""
        message = Message(
            chat=chat,
            id=len(chat.history) + 1,
            date=date or utc_now(),
            sender=sender,
            versions=[content],
            sender_chat=sender_chat,
            by_bot=sender is self.bot,
            thread_id=thread_id,
            reply_to=reply_to,
            extras=extras or {},
        )
        chat.history.append(message)
        self.bell.ring()
        return message

    def tell(self, message: Message, *, edited: bool = False) -> None:
        """Queue the update about a message, if the bot is to hear of it."""
        kind = "channel_post" if message.chat.type == "channel" else "message"
        if self._hears(message):
            message.update = self.updates.add(f"edited_{kind}" if edited else kind, message.json())

    def _hears(self, message: Message) -> bool:
        chat = message.chat
        if chat.private or chat.type == "channel":
            return chat.bot.inside and not chat.blocked
        if not chat.bot.inside:
            return False
        if not self.privacy or chat.bot.status == "administrator" or not message.text:
            return True
        return self._meant_for_bot(message)

    def _meant_for_bot(self, message: Message) -> bool:
        """Commands, replies to the bot and mentions of it; not what names another bot."""
        name = (self.bot.username or "").lower()
        text = message.text.lower()
        if message.reply_to is not None and message.reply_to.by_bot:
            return True
        command = re.match(r"/\w+(?:@(\w+))?", text)
        if command is not None:
            return command[1] in {None, name}
        return re.search(rf"@{re.escape(name)}\b", text) is not None
