"""May the bot see this chat, and write in it? Answered in the API's words.

After `check_chat_access` of tdlib/telegram-bot-api (Client.cpp).
"""

from enum import IntEnum

from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.errors import ApiError, bad_request, forbidden
from tests.peers.telegram_server.world import World


class Access(IntEnum):
    """What a call wants of a chat; each includes those before."""

    READ = 0
    MEMBERS = 1
    EDIT = 2
    WRITE = 3


def reach(world: World, chat_id: int | str | None, access: Access) -> Chat:
    """Return the chat of a call. Raises ApiError when the bot may not do that there."""
    chat = _find(world, chat_id)
    if chat.private:
        _check_private(chat, access)
    elif chat.migrated_to is not None:
        _check_migrated(chat, access)
    elif chat.type == "group":
        _check_group(chat, access)
    elif not chat.bot.inside:
        raise _outside(chat)
    return chat


def check_right(chat: Chat, right: str, what: str) -> None:
    """Refuse when the bot lacks a right in a group or channel."""
    if chat.private or chat.bot.status == "administrator":
        return
    if chat.type == "channel":
        raise bad_request("need administrator rights in the channel chat")
    if right in chat.lacks | chat.bot.lacks:
        raise bad_request(f"not enough rights to send {what} to the chat")


def _find(world: World, chat_id: int | str | None) -> Chat:
    if chat_id is None:
        raise bad_request("chat_id is empty")
    if isinstance(chat_id, str):
        name = chat_id.removeprefix("@").lower()
        named = (x for x in world.chats.values() if not x.private and x.username)
        chat = next((x for x in named if (x.username or "").lower() == name), None)
    else:
        chat = world.chats.get(chat_id)
    if chat is None or not chat.met:
        raise bad_request("chat not found")
    return chat


def _check_private(chat: Chat, access: Access) -> None:
    if access < Access.EDIT:
        return
    if chat.deactivated:
        raise forbidden("user is deactivated")
    if chat.user is not None and chat.user.is_bot:
        raise forbidden("bot can't send messages to bots")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if not chat.started:
        raise forbidden("bot can't initiate conversation with a user")


def _check_migrated(chat: Chat, access: Access) -> None:
    assert chat.migrated_to is not None
    if access in {Access.MEMBERS, Access.WRITE}:
        raise ApiError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            migrate_to_chat_id=chat.migrated_to.id,
        )


def _check_group(chat: Chat, access: Access) -> None:
    if access is not Access.READ and not chat.bot.inside:
        raise _outside(chat)


def _outside(chat: Chat) -> ApiError:
    if chat.bot.status == "kicked":
        return forbidden(f"bot was kicked from the {chat.type} chat")
    return forbidden(f"bot is not a member of the {chat.type} chat")
