"""A message as everybody in its chat sees it, and all that it once was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.peers.telegram_server.entities import Json
from tests.peers.telegram_server.people import User
from tests.peers.telegram_server.photos import Photo

if TYPE_CHECKING:
    from tests.peers.telegram_server.chats import Chat


@dataclass(frozen=True, slots=True)
class Button:
    """One button of an inline keyboard: what a press sends to the bot, or where it leads."""

    text: str
    data: str | None = None
    url: str | None = None

    def json(self) -> Json:
        """Return the API's InlineKeyboardButton."""
        button: Json = {"text": self.text}
        return button | ({"url": self.url} if self.data is None else {"callback_data": self.data})


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file. `content` are its bytes as they were uploaded."""

    file_id: str
    name: str
    mime_type: str
    content: bytes

    def json(self) -> Json:
        """Return the API's Document."""
        return {
            "file_id": self.file_id,
            "file_unique_id": f"u{self.file_id}",
            "file_name": self.name,
            "mime_type": self.mime_type,
            "file_size": len(self.content),
        }


@dataclass(frozen=True, slots=True)
class Content:
    """What a message shows. `html` is the text as the bot formatted it, None if it did not."""

    text: str = ""
    entities: tuple[Json, ...] = ()
    html: str | None = None
    buttons: Keyboard = ()
    document: Document | None = None
    photo: Photo | None = None

    def json(self) -> Json:
        """Return these fields of the API's Message."""
        content: Json = {}
        if self.document is not None:
            content["document"] = self.document.json()
        if self.photo is not None:
            content["photo"] = self.photo.json()
        has_file = self.document is not None or self.photo is not None
        if self.text:
            content["caption" if has_file else "text"] = self.text
        if self.entities:
            content["caption_entities" if has_file else "entities"] = list(self.entities)
        if self.buttons:
            rows = [[button.json() for button in row] for row in self.buttons]
            content["reply_markup"] = {"inline_keyboard": rows}
        return content


@dataclass(eq=False, slots=True)
class Message:
    """A message. `versions` begin with what was sent; each edit adds one.

    `read` counts the versions that a test has waited for already. `extras` are further fields
    of the API's Message, `update` is the last update by which the bot was told of it.
    """

    chat: Chat
    id: int
    date: datetime
    sender: User | None
    versions: list[Content]
    sender_chat: Chat | None = None
    by_bot: bool = False
    thread_id: int | None = None
    reply_to: Message | None = None
    silent: bool = False
    preview: bool = True
    deleted: bool = False
    edited_at: datetime | None = None
    read: int = 0
    extras: Json = field(default_factory=dict)
    update: Json | None = None

    @property
    def content(self) -> Content:
        """What it shows now."""
        return self.versions[-1]

    @property
    def text(self) -> str:
        """Its text or caption, without tags."""
        return self.content.text

    @property
    def html(self) -> str | None:
        """Its text as the bot formatted it."""
        return self.content.html

    @property
    def entities(self) -> tuple[Json, ...]:
        """Its entities, as the API gives them."""
        return self.content.entities

    @property
    def buttons(self) -> Keyboard:
        """Its inline keyboard, row by row."""
        return self.content.buttons

    @property
    def document(self) -> Document | None:
        """The file that it carries."""
        return self.content.document

    @property
    def photo(self) -> Photo | None:
        """The picture that it shows."""
        return self.content.photo

    @property
    def edits(self) -> int:
        """How often it was edited."""
        return len(self.versions) - 1

    def all_buttons(self) -> Iterator[Button]:
        """Give its buttons one after another."""
        return (button for row in self.buttons for button in row)

    def json(self, *, with_reply: bool = True) -> Json:
        """Return the API's Message."""
        message: Json = {"message_id": self.id, "chat": self.chat.json()}
        message["date"] = int(self.date.timestamp())
        if self.sender is not None:
            message["from"] = self.sender.json()
        if self.sender_chat is not None:
            message["sender_chat"] = self.sender_chat.json()
        if self.thread_id is not None:
            message |= {"message_thread_id": self.thread_id, "is_topic_message": True}
        if self.edited_at is not None:
            message["edit_date"] = int(self.edited_at.timestamp())
        if self.reply_to is not None and with_reply and not self.reply_to.deleted:
            message["reply_to_message"] = self.reply_to.json(with_reply=False)
        return message | self.content.json() | self.extras


def utc_now() -> datetime:
    """Return the instant that a message is dated with."""
    return datetime.now(UTC)
