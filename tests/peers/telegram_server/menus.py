"""The command menu: setMyCommands, getMyCommands, deleteMyCommands, and what a person sees."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.peers.telegram_server.access import Access, reach
from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.entities import Json
from tests.peers.telegram_server.errors import ApiError, bad_request
from tests.peers.telegram_server.parameters import Arguments, Kind, Method, structure, text
from tests.peers.telegram_server.people import User
from tests.peers.telegram_server.world import World

_MOST_COMMANDS = 100
_WIDE = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
_NARROW = {"chat", "chat_administrators", "chat_member"}


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose menu it is (BotCommandScope)."""

    type: str
    chat: int | None = None
    user: int | None = None


Commands = tuple[tuple[str, str], ...]


class Menus:
    """The bot's commands, with their descriptions, by scope and language ("" for any)."""

    def __init__(self, *, world: World) -> None:
        self.commands: dict[tuple[Scope, str], Commands] = {}
        self._world = world

    def methods(self) -> dict[str, Method]:
        """Return the methods by name."""
        whose: dict[str, Kind] = {
            "scope": structure("BotCommandScope", dict),
            "language_code": text,
        }
        commands: dict[str, Kind] = {"commands": structure("commands", list)}
        return {
            "setMyCommands": Method(commands | whose, self._set),
            "getMyCommands": Method(whose, self._get),
            "deleteMyCommands": Method(whose, self._delete),
        }

    def seen_by(self, user: User, chat: Chat) -> Commands:
        """Return the menu that somebody is shown in a chat, by the documented order of scopes.

        https://core.telegram.org/bots/api#determining-list-of-commands
        """
        for scope in _scopes(user, chat):
            for language in (user.language_code or "", ""):
                if found := self.commands.get((scope, language)):
                    return found
        return ()

    def _set(self, call: Arguments) -> bool:
        commands = tuple(_command(x) for x in call.get("commands", []))
        if len(commands) > _MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self.commands[self._whose(call)] = commands
        return True

    def _get(self, call: Arguments) -> list[Json]:
        found = self.commands.get(self._whose(call), ())
        return [{"command": name, "description": words} for name, words in found]

    def _delete(self, call: Arguments) -> bool:
        self.commands.pop(self._whose(call), None)
        return True

    def _whose(self, call: Arguments) -> tuple[Scope, str]:
        language = call.get("language_code", "")
        if language and not re.fullmatch("[a-z]{2}", language):
            raise bad_request("invalid language code specified")
        return self._scope(call.get("scope", {"type": "default"})), language

    def _scope(self, scope: Json) -> Scope:
        kind = scope.get("type")
        if kind not in _WIDE | _NARROW:
            raise _bad_scope("Unsupported type specified")
        if kind in _WIDE:
            return Scope(kind)
        if "chat_id" not in scope:
            raise _bad_scope("Empty chat_id specified")
        chat = reach(self._world, int(scope["chat_id"]), Access.MEMBERS)
        if chat.private and kind != "chat":
            raise bad_request("can't use specified scope in private chats")
        if kind == "chat_member" and int(scope.get("user_id", 0)) <= 0:
            raise _bad_scope("Invalid user_id specified")
        return Scope(kind, chat.id, scope.get("user_id"))


def _scopes(user: User, chat: Chat) -> Iterator[Scope]:
    if chat.private:
        yield from (Scope("chat", chat.id), Scope("all_private_chats"), Scope("default"))
        return
    standing = chat.members.get(user.id)
    leading = standing is not None and standing.status in {"creator", "administrator"}
    yield Scope("chat_member", chat.id, user.id)
    if leading:
        yield Scope("chat_administrators", chat.id)
    yield Scope("chat", chat.id)
    if leading:
        yield Scope("all_chat_administrators")
    yield from (Scope("all_group_chats"), Scope("default"))


def _command(command: Json) -> tuple[str, str]:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = str(command.get("command", "")).strip().removeprefix("/")
    description = str(command.get("description", "")).strip()
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > 32:
        raise bad_request("command length must not exceed 32")
    if not re.fullmatch("[a-z0-9_]+", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > 256:
        raise bad_request("command description length must not exceed 256")
    return name, description


def _bad_scope(why: str) -> ApiError:
    return bad_request(f"can't parse BotCommandScope: {why}")
