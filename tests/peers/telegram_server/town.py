"""Who uses Telegram in a test, and what they do to the bot: its people and its chats."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.entities import Json, found_in
from tests.peers.telegram_server.membership import ALL_SENDING, ANONYMOUS_ADMIN
from tests.peers.telegram_server.menus import Commands
from tests.peers.telegram_server.messages import Content, Message
from tests.peers.telegram_server.people import ADMINISTRATOR, CREATOR, MEMBER, Standing, User
from tests.peers.telegram_server.person import Person
from tests.peers.telegram_server.server import Server

SERVICE_ACCOUNT = User(777000, "Telegram")
CHANNEL_ACCOUNT = User(136817688, "Channel", username="Channel_Bot", is_bot=True)
_OWNER = User(900_000_001, "Owner")


class Town:
    """Makes accounts and chats. `owner` owns every chat, and does what nobody else is named for."""

    def __init__(self, server: Server) -> None:
        self.world = server.world
        self._server = server
        self._ids = itertools.count(1)
        self.owner = self._person(_OWNER)

    def user(
        self,
        user_id: int,
        name: str,
        *,
        username: str | None = None,
        language_code: str | None = None,
        is_bot: bool = False,
    ) -> Person:
        """Make an account: a person, or with `is_bot` another bot."""
        user = User(user_id, name, username, language_code, is_bot)
        self.world.add_user(user)
        return self._person(user)

    def group(self, title: str, *, chat_id: int | None = None, bot: Standing = MEMBER) -> Chat:
        """Make a basic group."""
        return self._chat("group", title, chat_id or -5_000_000 - next(self._ids), bot)

    def supergroup(self, title: str, *, chat_id: int | None = None, bot: Standing = MEMBER) -> Chat:
        """Make a supergroup."""
        return self._chat("supergroup", title, chat_id or self._supergroup_id(), bot)

    def forum(
        self,
        title: str,
        *,
        topics: Mapping[int, str],
        chat_id: int | None = None,
        bot: Standing = MEMBER,
    ) -> Chat:
        """Make a supergroup with topics, by thread id; the General topic has none."""
        forum = self.supergroup(title, chat_id=chat_id, bot=bot)
        forum.topics = dict(topics)
        return forum

    def channel(
        self, title: str, *, chat_id: int | None = None, bot: Standing = ADMINISTRATOR
    ) -> Chat:
        """Make a channel."""
        return self._chat("channel", title, chat_id or self._supergroup_id(), bot)

    def anonymous_admin(self, group: Chat) -> Person:
        """Return an administrator who speaks as the group (GroupAnonymousBot)."""
        return self._person(ANONYMOUS_ADMIN, as_chat=group)

    def linked_channel(self, channel: Chat) -> Person:
        """Return what repeats a channel's posts in its discussion group (account 777000)."""
        return self._person(SERVICE_ACCOUNT, as_chat=channel, extras={"is_automatic_forward": True})

    def as_channel(self, channel: Chat) -> Person:
        """Return somebody who speaks in groups as a channel of his (Channel_Bot)."""
        return self._person(CHANNEL_ACCOUNT, as_chat=channel)

    def post(self, channel: Chat, text: str) -> Message:
        """Post in a channel (a `channel_post`, which has no sender)."""
        with self.world.bell.lock:
            content = Content(text, found_in(text))
            message = self.world.write(channel, content, sender=None, sender_chat=channel)
            self.world.tell(message)
            return message

    def menu(self, person: Person, chat: Chat) -> Commands:
        """Return the commands, with their descriptions, that somebody is offered in a chat."""
        with self.world.bell.lock:
            return self._server.menus.seen_by(person.user, chat)

    @property
    def privacy(self) -> bool:
        """Whether the bot hears in groups only what is meant for it."""
        return self.world.privacy

    @privacy.setter
    def privacy(self, on: bool) -> None:
        self.world.privacy = on

    def add_bot(self, chat: Chat, *, by: Person | None = None) -> None:
        """Put the bot into a chat."""
        with self.world.bell.lock:
            self._server.membership.add(chat, (by or self.owner).user)

    def remove_bot(self, chat: Chat, *, by: Person | None = None) -> None:
        """Throw the bot out of a chat."""
        with self.world.bell.lock:
            self._server.membership.remove(chat, (by or self.owner).user)

    def mute_bot(self, chat: Chat, *, rights: frozenset[str] = ALL_SENDING) -> None:
        """Take rights from the bot, by default all that begin with `can_send`."""
        with self.world.bell.lock:
            self._server.membership.mute(chat, rights, self.owner.user)

    def unmute_bot(self, chat: Chat) -> None:
        """Let the bot speak again."""
        with self.world.bell.lock:
            self._server.membership.unmute(chat, self.owner.user)

    def promote_bot(self, chat: Chat) -> None:
        """Make the bot an administrator."""
        with self.world.bell.lock:
            self._server.membership.change(chat, ADMINISTRATOR, self.owner.user)

    def promote(self, person: Person, chat: Chat) -> None:
        """Make a person an administrator."""
        with self.world.bell.lock:
            chat.set_member(person.user, ADMINISTRATOR)

    def migrate(self, group: Chat, *, new_id: int | None = None) -> Chat:
        """Make a basic group a supergroup with another id; return that."""
        with self.world.bell.lock:
            new_id = new_id or self._supergroup_id()
            return self._server.membership.migrate(group, new_id, self.owner.user)

    def _person(
        self, user: User, *, as_chat: Chat | None = None, extras: Json | None = None
    ) -> Person:
        if user.id not in self.world.chats:
            self.world.add_user(user)
        return Person(
            world=self.world,
            pressing=self._server.pressing,
            user=user,
            as_chat=as_chat,
            extras=extras,
        )

    def _chat(self, kind: str, title: str, chat_id: int, bot: Standing) -> Chat:
        chat = Chat(id=chat_id, type=kind, title=title, bot=bot)
        chat.set_member(self.owner.user, CREATOR)
        return self.world.add_chat(chat)

    def _supergroup_id(self) -> int:
        return -1_001_000_000_000 - next(self._ids)
