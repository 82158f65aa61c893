"""What becomes of the bot in a chat: added, removed, muted, promoted, migrated.

Each change tells the bot as the real API does: a `my_chat_member` update, and the service
message where people would see one.
"""

from dataclasses import replace

from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.entities import Json
from tests.peers.telegram_server.messages import Content, Message, utc_now
from tests.peers.telegram_server.people import (
    ADMINISTRATOR,
    KICKED,
    LEFT,
    MEMBER,
    SENDING_RIGHTS,
    Standing,
    User,
)
from tests.peers.telegram_server.world import World

ANONYMOUS_ADMIN = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)


class Membership:
    """Changes how the bot stands in chats."""

    def __init__(self, *, world: World) -> None:
        self._world = world

    def change(self, chat: Chat, standing: Standing, by: User) -> None:
        """Let the bot stand so in a chat from now on, and tell it."""
        before, chat.bot = chat.bot, standing
        self._world.updates.add(
            "my_chat_member",
            {
                "chat": chat.json(),
                "from": by.json(),
                "date": int(utc_now().timestamp()),
                "old_chat_member": before.json(self._world.bot),
                "new_chat_member": standing.json(self._world.bot),
            },
        )
        self._world.bell.ring()

    def add(self, chat: Chat, by: User) -> None:
        """Put the bot into a chat."""
        self.change(chat, ADMINISTRATOR if chat.type == "channel" else MEMBER, by)
        if chat.type != "channel":
            bot = self._world.bot.json()
            added = {"new_chat_members": [bot], "new_chat_member": bot}
            self._service(chat, by, added)

    def remove(self, chat: Chat, by: User) -> None:
        """Throw the bot out; in a basic group that is a service message too."""
        if chat.type == "group":
            self._service(chat, by, {"left_chat_member": self._world.bot.json()})
        self.change(chat, KICKED, by)

    def leave(self, chat: Chat) -> None:
        """Let the bot go by itself."""
        self.change(chat, LEFT, self._world.bot)

    def mute(self, chat: Chat, rights: frozenset[str], by: User) -> None:
        """Take rights from the bot; a basic group can only take them from everybody."""
        if chat.type == "group":
            chat.lacks = rights
        else:
            self.change(chat, Standing("restricted", rights), by)

    def unmute(self, chat: Chat, by: User) -> None:
        """Give the rights back."""
        if chat.type == "group":
            chat.lacks = frozenset()
        else:
            self.change(chat, MEMBER, by)

    def migrate(self, group: Chat, new_id: int, by: User) -> Chat:
        """Make a basic group a supergroup: a service message in both, the old one is closed."""
        assert group.type == "group", "only a basic group becomes a supergroup"
        new = replace(group, id=new_id, type="supergroup", history=[])
        self._world.add_chat(new)
        self._service(group, by, {"migrate_to_chat_id": new.id})
        group.migrated_to = new
        self._service(new, ANONYMOUS_ADMIN, {"migrate_from_chat_id": group.id}, as_chat=new)
        return new

    def _service(
        self, chat: Chat, by: User, fields: Json, *, as_chat: Chat | None = None
    ) -> Message:
        message = self._world.write(
            chat, Content(), sender=by, sender_chat=as_chat, extras=dict(fields)
        )
        self._world.tell(message)
        return message


ALL_SENDING = frozenset(x for x in SENDING_RIGHTS if x.startswith("can_send"))
