"""getMe, getChat, getChatMember, getChatAdministrators and leaveChat."""

from tests.peers.telegram_server.access import Access, reach
from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.entities import Json
from tests.peers.telegram_server.errors import bad_request
from tests.peers.telegram_server.membership import Membership
from tests.peers.telegram_server.parameters import Arguments, Kind, Method, chat_id, integer
from tests.peers.telegram_server.people import KICKED, LEFT, MEMBER, Standing
from tests.peers.telegram_server.world import World

_CHAT: dict[str, Kind] = {"chat_id": chat_id}


class Asking:
    """Says what the bot may know."""

    def __init__(self, *, world: World, membership: Membership) -> None:
        self._world = world
        self._membership = membership

    def methods(self) -> dict[str, Method]:
        """Return the methods by name."""
        user: dict[str, Kind] = {"user_id": integer}
        return {
            "getMe": Method({}, self._get_me),
            "getChat": Method(_CHAT, self._get_chat),
            "getChatMember": Method(_CHAT | user, self._get_chat_member),
            "getChatAdministrators": Method(_CHAT, self._get_chat_administrators),
            "leaveChat": Method(_CHAT, self._leave_chat),
        }

    def _get_me(self, _: Arguments) -> Json:
        return self._world.bot.json() | {
            "can_join_groups": True,
            "can_read_all_group_messages": not self._world.privacy,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def _get_chat(self, call: Arguments) -> Json:
        return reach(self._world, call.get("chat_id"), Access.READ).full_json()

    def _get_chat_member(self, call: Arguments) -> Json:
        user_id = call.get("user_id", 0)
        if user_id <= 0:
            raise bad_request("invalid user_id specified")
        myself = user_id == self._world.bot.id
        chat = reach(self._world, call.get("chat_id"), Access.READ if myself else Access.MEMBERS)
        user = self._world.users.get(user_id)
        if user is None:
            raise bad_request("member not found")
        return self._standing(chat, user_id).json(user)

    def _standing(self, chat: Chat, user_id: int) -> Standing:
        if user_id == self._world.bot.id:
            return KICKED if chat.blocked else chat.bot
        if chat.private:
            return MEMBER if user_id == chat.id else LEFT
        return chat.members.get(user_id, LEFT)

    def _get_chat_administrators(self, call: Arguments) -> list[Json]:
        chat = reach(self._world, call.get("chat_id"), Access.MEMBERS)
        if chat.private:
            raise bad_request("there are no administrators in the private chat")
        found = [
            standing.json(chat.users[user_id])
            for user_id, standing in chat.members.items()
            if standing.status in {"creator", "administrator"} and not chat.users[user_id].is_bot
        ]
        mine = [chat.bot.json(self._world.bot)] if chat.bot.status == "administrator" else []
        return found + mine

    def _leave_chat(self, call: Arguments) -> bool:
        chat = reach(self._world, call.get("chat_id"), Access.READ)
        if chat.private:
            raise bad_request("chat not found")
        if chat.bot.inside:
            self._membership.leave(chat)
        return True
