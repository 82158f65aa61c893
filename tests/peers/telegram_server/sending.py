"""sendMessage, sendDocument, sendPhoto and sendChatAction."""

from tests.peers.telegram_server.access import Access, check_right, reach
from tests.peers.telegram_server.chats import Chat
from tests.peers.telegram_server.entities import Json
from tests.peers.telegram_server.errors import bad_request
from tests.peers.telegram_server.formatting import caption, message_text
from tests.peers.telegram_server.keyboards import keyboard
from tests.peers.telegram_server.messages import Content, Document, Message
from tests.peers.telegram_server.parameters import (
    Arguments,
    Kind,
    Method,
    Upload,
    boolean,
    chat_id,
    fields,
    integer,
    structure,
    text,
)
from tests.peers.telegram_server.photos import photo
from tests.peers.telegram_server.world import World

PREVIEW_FIELDS: dict[str, type] = {
    "is_disabled": bool,
    "url": str,
    "prefer_small_media": bool,
    "prefer_large_media": bool,
    "show_above_text": bool,
}
_REPLY_FIELDS: dict[str, type] = {
    "message_id": int,
    "chat_id": int,
    "allow_sending_without_reply": bool,
}
_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
_ANYWHERE: dict[str, Kind] = {
    "chat_id": chat_id,
    "message_thread_id": integer,
    "parse_mode": text,
    "disable_notification": boolean,
    "protect_content": boolean,
    "reply_parameters": structure("reply parameters", dict),
    "reply_markup": structure("reply markup", dict),
}


class Sending:
    """Says in chats what the bot says."""

    def __init__(self, *, world: World) -> None:
        self._world = world

    def methods(self) -> dict[str, Method]:
        """Return the methods by name."""
        message: dict[str, Kind] = {
            "text": text,
            "link_preview_options": structure("link preview options", dict),
        }
        document: dict[str, Kind] = {
            "document": text,
            "caption": text,
            "disable_content_type_detection": boolean,
        }
        picture: dict[str, Kind] = {
            "photo": text,
            "caption": text,
            "show_caption_above_media": boolean,
            "has_spoiler": boolean,
        }
        action: dict[str, Kind] = {
            "chat_id": chat_id,
            "message_thread_id": integer,
            "action": text,
        }
        return {
            "sendMessage": Method(_ANYWHERE | message, self._send_message),
            "sendDocument": Method(_ANYWHERE | document, self._send_document),
            "sendPhoto": Method(_ANYWHERE | picture, self._send_photo),
            "sendChatAction": Method(action, self._send_chat_action),
        }

    def _send_message(self, call: Arguments) -> Json:
        content = message_text(call)
        buttons = keyboard(call.get("reply_markup"))
        preview = fields(
            "link preview options", call.get("link_preview_options", {}), PREVIEW_FIELDS
        )
        chat = reach(self._world, call.get("chat_id"), Access.WRITE)
        check_right(chat, "can_send_messages", "text messages")
        content = Content(content.text, content.entities, content.html, buttons)
        message = self._say(chat, content, call)
        message.preview = not preview.get("is_disabled", False)
        return message.json()

    def _send_document(self, call: Arguments) -> Json:
        upload = call.get("document")
        if not isinstance(upload, Upload) or not upload.content:
            raise bad_request("there is no document in the request")
        words = caption(call)
        buttons = keyboard(call.get("reply_markup"))
        chat = reach(self._world, call.get("chat_id"), Access.WRITE)
        check_right(chat, "can_send_documents", "documents")
        file_id = f"document{self._world.number()}"
        document = Document(file_id, upload.name, upload.mime_type, upload.content)
        content = Content(words.text, words.entities, words.html, buttons, document)
        return self._say(chat, content, call).json()

    def _send_photo(self, call: Arguments) -> Json:
        upload = call.get("photo")
        if not isinstance(upload, Upload) or not upload.content:
            raise bad_request("there is no photo in the request")
        words = caption(call)
        buttons = keyboard(call.get("reply_markup"))
        chat = reach(self._world, call.get("chat_id"), Access.WRITE)
        check_right(chat, "can_send_photos", "photos")
        taken = photo(f"photo{self._world.number()}", upload.content)
        content = Content(words.text, words.entities, words.html, buttons, photo=taken)
        return self._say(chat, content, call).json()

    def _say(self, chat: Chat, content: Content, call: Arguments) -> Message:
        thread = self._thread(chat, call.get("message_thread_id"))
        message = self._world.write(
            chat,
            content,
            sender=None if chat.type == "channel" else self._world.bot,
            sender_chat=chat if chat.type == "channel" else None,
            thread_id=thread,
            reply_to=self._replied(chat, call.get("reply_parameters")),
        )
        message.by_bot = True
        message.silent = call.get("disable_notification", False)
        return message

    def _thread(self, chat: Chat, thread: int | None) -> int | None:
        if not thread or chat.topics is None:
            return None
        if thread not in chat.topics:
            raise bad_request("message thread not found")
        return thread

    def _replied(self, chat: Chat, reply: Json | None) -> Message | None:
        if not reply:
            return None
        fields("reply parameters", reply, _REPLY_FIELDS)
        where = self._world.chats.get(reply.get("chat_id", chat.id), chat)
        message = where.message(reply.get("message_id", 0))
        if message is None and not reply.get("allow_sending_without_reply", False):
            raise bad_request("message to be replied not found")
        return message

    def _send_chat_action(self, call: Arguments) -> bool:
        if call.get("action") not in _ACTIONS:
            raise bad_request("wrong parameter action in request")
        chat = reach(self._world, call.get("chat_id"), Access.WRITE)
        self._thread(chat, call.get("message_thread_id"))
        return True
