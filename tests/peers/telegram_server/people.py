"""Accounts of Telegram, and how one of them stands in a chat."""

from dataclasses import dataclass

from tests.peers.telegram_server.entities import Json

SENDING_RIGHTS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
    "can_edit_tag",
    "can_react_to_messages",
)
_ADMINISTRATOR_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
)
_GIVEN_TO_ADMINISTRATORS = {"can_manage_chat", "can_delete_messages", "can_invite_users"}


@dataclass(frozen=True, slots=True)
class User:
    """An account. Its numeric id is the only thing about it that stays."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False

    def json(self) -> Json:
        """Return the API's User."""
        user: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            user["username"] = self.username
        if self.language_code:
            user["language_code"] = self.language_code
        return user


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands in a chat: a ChatMember's status, and the rights it lacks."""

    status: str
    lacks: frozenset[str] = frozenset()

    @property
    def inside(self) -> bool:
        """Whether the account is in the chat."""
        return self.status not in {"left", "kicked"}

    def json(self, user: User) -> Json:
        """Return the API's ChatMember."""
        member: Json = {"user": user.json(), "status": self.status}
        if self.status == "creator":
            return member | {"is_anonymous": False}
        if self.status == "administrator":
            rights = {right: right in _GIVEN_TO_ADMINISTRATORS for right in _ADMINISTRATOR_RIGHTS}
            return member | rights
        if self.status == "restricted":
            rights = {right: right not in self.lacks for right in SENDING_RIGHTS}
            return member | rights | {"is_member": True, "until_date": 0}
        return member | ({"until_date": 0} if self.status == "kicked" else {})


MEMBER = Standing("member")
ADMINISTRATOR = Standing("administrator")
CREATOR = Standing("creator")
LEFT = Standing("left")
KICKED = Standing("kicked")
