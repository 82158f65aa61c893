"""The calls by which something is said, changed or sent; what goes wrong is told in our terms."""

from __future__ import annotations

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ParseMode

from chatbot.documents import File
from chatbot.telegram.addresses import Spot
from chatbot.telegram.faces import Face, uncalled
from chatbot.telegram.trouble import Refused, translated

LONGEST_CAPTION = 512
"""In letters, of which each takes two UTF-16 units of 1024 at most (Bot API, sendPhoto)."""

_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")


class Outlet:
    """Says things on the API. Everything raises TelegramTrouble."""

    def __init__(self, *, bot: Bot) -> None:
        self._bot = bot

    async def say(self, at: Spot, face: Face, *, reply_to: int | None = None) -> int:
        """Say something and return the id of the message; `reply_to` is that of another."""
        with translated():
            message = await self._bot.send_message(
                at.chat,
                face.html,
                parse_mode=ParseMode.HTML,
                message_thread_id=at.thread,
                link_preview_options=LinkPreviewOptions(is_disabled=not face.preview),
                reply_markup=_keyboard(face),
                reply_parameters=(
                    ReplyParameters(reply_to, allow_sending_without_reply=True)
                    if reply_to is not None
                    else None
                ),
            )
        return message.message_id

    async def edit(self, chat: int, message: int, face: Face) -> bool:
        """Have a message show something else. Return False when it cannot be edited any more."""
        try:
            with translated():
                await self._bot.edit_message_text(
                    face.html,
                    chat,
                    message,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=LinkPreviewOptions(is_disabled=not face.preview),
                    reply_markup=_keyboard(face),
                )
        except Refused as refused:
            said = refused.reason.casefold()
            if "is not modified" in said:
                return True
            if any(words in said for words in _GONE):
                return False
            raise
        return True

    async def send(self, at: Spot, file: File) -> None:
        """Send a file: what is a picture as one, all else as a document."""
        sent = InputFile(file.content, file.name)
        with translated():
            if file.name.endswith(".png"):
                await self._bot.send_photo(
                    at.chat, sent, caption=_caption(file), message_thread_id=at.thread
                )
            else:
                await self._bot.send_document(at.chat, sent, message_thread_id=at.thread)

    async def answer(self, press: str, words: str) -> bool:
        """Answer a press. Return False when it is too old for that, or was answered before."""
        try:
            with translated():
                await self._bot.answer_callback_query(press, words or None)
        except Refused as refused:
            if "query is too old" in refused.reason.casefold():
                return False
            raise
        return True


def _caption(file: File) -> str | None:
    # Telegram has no place for what a picture shows but the words below it.
    return uncalled(file.caption)[:LONGEST_CAPTION] or None


def _keyboard(face: Face) -> InlineKeyboardMarkup | None:
    if not face.rows:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(key.text, callback_data=key.command) for key in row]
            for row in face.rows
        ]
    )
