"""A chat: who is in it, how the bot stands there, and what was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.peers.telegram_server.entities import Json
from tests.peers.telegram_server.messages import Message
from tests.peers.telegram_server.people import MEMBER, SENDING_RIGHTS, Standing, User


@dataclass(eq=False, slots=True)
class Chat:
    """A chat of any `type` of the API. `history` is all that was said in it.

    `bot` is how the bot stands in it. `met` and `started` are of private chats: whether the bot
    has ever seen the user, and whether the user has ever written to it. `lacks` are the rights
    that nobody has in it. `topics` are those of a forum by thread id, None if it is none.
    """

    id: int
    type: str
    title: str
    bot: Standing = MEMBER
    username: str | None = None
    user: User | None = None
    topics: Mapping[int, str] | None = None
    members: dict[int, Standing] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)
    history: list[Message] = field(default_factory=list)
    met: bool = True
    started: bool = True
    blocked: bool = False
    deactivated: bool = False
    lacks: frozenset[str] = frozenset()
    migrated_to: Chat | None = None

    @property
    def private(self) -> bool:
        """Whether it is the chat with one user."""
        return self.type == "private"

    @property
    def messages(self) -> list[Message]:
        """What the bot said in it and did not delete, in order."""
        return [x for x in self.history if x.by_bot and not x.deleted]

    def message(self, message_id: int) -> Message | None:
        """Return a message that is not deleted."""
        found = (x for x in self.history if x.id == message_id and not x.deleted)
        return next(found, None)

    def set_member(self, user: User, standing: Standing) -> None:
        """Keep how somebody stands in it."""
        self.members[user.id] = standing
        self.users[user.id] = user

    def json(self) -> Json:
        """Return the API's Chat."""
        chat: Json = {"id": self.id, "type": self.type}
        chat["first_name" if self.private else "title"] = self.title
        if self.username:
            chat["username"] = self.username
        if self.topics is not None:
            chat["is_forum"] = True
        return chat

    def full_json(self) -> Json:
        """Return the API's ChatFullInfo."""
        gifts = (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        )
        full: Json = {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts, False),
        }
        if self.type in {"group", "supergroup"}:
            full["permissions"] = {right: right not in self.lacks for right in SENDING_RIGHTS}
        return self.json() | full
