"""A reply as Telegram shows it: messages in HTML, and buttons under the last."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from html import escape

from chatbot.telegram.splitting import joined
from chatbot.text import Dress, Texts
from commands.messages import LONGEST_COMMAND, Line, Reply
from storage.values import CardKind

PREFIX = "/"
LONGEST_TEXT = 4096
"""In characters, of which we count those of the tags too (Bot API, sendMessage, text)."""
LONGEST_TOAST = 200
"""In characters (Bot API, answerCallbackQuery, text)."""

_IN_A_ROW = 3
_URL = re.compile(r"https?://[^\s<>\"]+")
_BOLD = frozenset({"title"})
_CALLED = frozenset({"speakers", "host"})
"""Whose @names are left to call people: a title that has one calls nobody."""
_MENTION = re.compile(r"(?<![\w/])@(?=\w)")
_JOINER = "\u2060"
_TYPED = frozenset({"cells", "code", "command", "digest", "example", "form"})


@dataclass(frozen=True, slots=True)
class Key:
    """A button: what stands on it, and the command that is given by pressing it."""

    text: str
    command: str


@dataclass(frozen=True, slots=True)
class Face:
    """One message: `html`, rows of buttons, and whether the first link in it is shown as a box."""

    html: str
    rows: tuple[tuple[Key, ...], ...] = ()
    preview: bool = False

    @property
    def digest(self) -> str:
        """What the message shows, in a few characters, to be compared."""
        shown = [self.html, [[(key.text, key.command) for key in row] for row in self.rows]]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def uncalled(text: str) -> str:
    """Return a text in which no @name calls anybody."""
    return _MENTION.sub(f"@{_JOINER}", text)


def _value(name: str, text: str) -> str:
    shown = escape(text, quote=False)
    if _URL.fullmatch(text):
        return f'<a href="{escape(text)}">{shown}</a>'
    if name not in _CALLED | _TYPED:
        shown = uncalled(shown)
    if name in _BOLD:
        return f"<b>{shown}</b>"
    return f"<code>{shown}</code>" if name in _TYPED else shown


HTML = Dress(plain=lambda text: escape(text, quote=False), value=_value)
"""Only what Telegram knows as HTML (https://core.telegram.org/bots/api#html-style)."""


class Faces:
    """Makes messages of replies."""

    def __init__(self, *, texts: Texts) -> None:
        self._texts = texts

    def of(self, reply: Reply) -> list[Face]:
        """Return the messages of a reply in order, at least one where there is anything to say."""
        lines = self._texts.lines(reply, prefix=PREFIX, dress=HTML)
        at = len(lines) - reply.apart if reply.apart else 0
        blocks = [joined(part, LONGEST_TEXT) for part in (lines[:at], lines[at:])]
        preview = reply.card is not None and reply.card.kind is CardKind.EVENT
        faces = [Face(html, preview=preview) for block in blocks for html in block]
        if faces:
            faces[-1] = replace(faces[-1], rows=self._rows(reply))
        return faces

    def toast(self, reply: Reply) -> str | None:
        """Return a reply as what is shown for a moment over the chat; None when it does not fit."""
        if reply.buttons or reply.card or reply.document:
            return None
        text = "\n".join(self._texts.lines(reply, prefix=PREFIX))
        return text if len(text.encode("utf-16-le")) // 2 <= LONGEST_TOAST else None

    def _rows(self, reply: Reply) -> tuple[tuple[Key, ...], ...]:
        keys = [
            Key(self._label(button.label, reply.language), button.command)
            for button in reply.buttons
            if len(button.command.encode()) <= LONGEST_COMMAND
        ]
        return tuple(tuple(keys[at : at + _IN_A_ROW]) for at in range(0, len(keys), _IN_A_ROW))

    def _label(self, label: Line, language: str | None) -> str:
        return self._texts.words(label, language=language, prefix=PREFIX)
