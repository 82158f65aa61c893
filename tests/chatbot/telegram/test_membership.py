"""Whether the bot can write in a chat, by how it stands there."""

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import (
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberBanned,
    ChatMemberLeft,
    ChatMemberMember,
    ChatMemberRestricted,
    User,
)

from chatbot.telegram.membership import standing
from chatbot.telegram.trouble import Loss

BOT = User(1, "Bellringer", is_bot=True)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
RIGHTS = (
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
)
PERMISSIONS = (
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_send_messages",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_manage_topics",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_edit_tag",
    "can_react_to_messages",
)


def admin(**more: Any) -> ChatMember:
    rights: dict[str, Any] = dict.fromkeys(RIGHTS, False)
    return ChatMemberAdministrator(BOT, **rights | more)


def restricted(*, member: bool = True, **more: bool) -> ChatMember:
    rights: dict[str, Any] = dict.fromkeys(PERMISSIONS, False) | more
    return ChatMemberRestricted(BOT, is_member=member, until_date=LONG_AGO, **rights)


@pytest.mark.parametrize(
    ("member", "kind", "loss"),
    [
        (ChatMemberMember(BOT), "supergroup", None),
        (ChatMemberLeft(BOT), "supergroup", Loss.REMOVED),
        (ChatMemberBanned(BOT, LONG_AGO), "group", Loss.REMOVED),
        (ChatMemberBanned(BOT, LONG_AGO), "private", Loss.BLOCKED),
        (ChatMemberMember(BOT), "private", None),
        (restricted(), "supergroup", Loss.MUTED),
        (restricted(can_send_messages=True), "supergroup", None),
        (restricted(member=False, can_send_messages=True), "supergroup", Loss.REMOVED),
        (admin(), "supergroup", None),
        (admin(can_post_messages=True), "channel", None),
        (admin(can_post_messages=False), "channel", Loss.MUTED),
        (ChatMemberMember(BOT), "channel", Loss.MUTED),
    ],
)
def test_the_bot_can_write_where_it_is_a_member_with_that_right(
    member: ChatMember, kind: str, loss: Loss | None
) -> None:
    assert standing(member, kind) is loss
