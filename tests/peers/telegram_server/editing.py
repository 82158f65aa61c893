"""editMessageText, editMessageReplyMarkup and deleteMessage."""

from dataclasses import replace
from datetime import timedelta

from tests.peers.telegram_server.access import Access, reach
from tests.peers.telegram_server.entities import Json
from tests.peers.telegram_server.errors import bad_request
from tests.peers.telegram_server.formatting import message_text
from tests.peers.telegram_server.keyboards import keyboard
from tests.peers.telegram_server.messages import Content, Message, utc_now
from tests.peers.telegram_server.parameters import (
    Arguments,
    Kind,
    Method,
    chat_id,
    fields,
    integer,
    structure,
    text,
)
from tests.peers.telegram_server.sending import PREVIEW_FIELDS
from tests.peers.telegram_server.world import World

_DELETABLE_FOR = timedelta(hours=48)
_ONE: dict[str, Kind] = {"chat_id": chat_id, "message_id": integer}
_MARKUP: dict[str, Kind] = {"reply_markup": structure("reply markup", dict)}


class Editing:
    """Changes and deletes what was said."""

    def __init__(self, *, world: World) -> None:
        self._world = world

    def methods(self) -> dict[str, Method]:
        """Return the methods by name."""
        words: dict[str, Kind] = {
            "text": text,
            "parse_mode": text,
            "link_preview_options": structure("link preview options", dict),
        }
        return {
            "editMessageText": Method(_ONE | _MARKUP | words, self._edit_text),
            "editMessageReplyMarkup": Method(_ONE | _MARKUP, self._edit_markup),
            "deleteMessage": Method(_ONE, self._delete),
        }

    def _edit_text(self, call: Arguments) -> Json:
        content = message_text(call)
        buttons = keyboard(call.get("reply_markup"))
        fields("link preview options", call.get("link_preview_options", {}), PREVIEW_FIELDS)
        message = self._message(call)
        if message.document is not None or message.photo is not None:
            raise bad_request("there is no text in the message to edit")
        return self._change(message, replace(content, buttons=buttons))

    def _edit_markup(self, call: Arguments) -> Json:
        buttons = keyboard(call.get("reply_markup"))
        message = self._message(call)
        return self._change(message, replace(message.content, buttons=buttons))

    def _change(self, message: Message, content: Content) -> Json:
        if replace(content, html=None) == replace(message.content, html=None):
            raise bad_request(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        message.versions.append(content)
        message.edited_at = utc_now()
        self._world.bell.ring()
        return message.json()

    def _message(self, call: Arguments) -> Message:
        if not call.get("message_id"):
            raise bad_request("message identifier is not specified")
        chat = reach(self._world, call.get("chat_id"), Access.EDIT)
        message = chat.message(call["message_id"])
        if message is None:
            raise bad_request("message to edit not found")
        if not message.by_bot or chat.migrated_to is not None:
            raise bad_request("message can't be edited")
        return message

    def _delete(self, call: Arguments) -> bool:
        if not call.get("message_id"):
            raise bad_request("message identifier is not specified")
        chat = reach(self._world, call.get("chat_id"), Access.WRITE)
        message = chat.message(call["message_id"])
        if message is None:
            raise bad_request("message to delete not found")
        others = not message.by_bot and not chat.private and chat.bot.status != "administrator"
        if others or utc_now() - message.date > _DELETABLE_FOR:
            raise bad_request("message can't be deleted")
        message.deleted = True
        self._world.bell.ring()
        return True
