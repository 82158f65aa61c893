"""How sentences and their values are put into wikitext: nothing that people wrote is markup."""

from __future__ import annotations

import re

from chatbot.text import Dress
from commands.rules.wikitext import escaped

_URL = re.compile(r"https?://(?:(?!__|~~~|'')[^\s<>\"\[\]{}|])+")
_TYPED = frozenset({"code", "digest"})


def literal_words(text: str) -> str:
    """Return words that are only words, with their spaces."""
    return re.sub(r"\S+", lambda word: escaped(word[0]), text)


def _value(name: str, text: str) -> str:
    if _URL.fullmatch(text):
        return text
    shown = literal_words(text)
    if name in _TYPED:
        return f"<code>{shown}</code>"
    # As on a page of its own: only what could turn around the words beside it stands apart.
    return shown if text.isalnum() and text.isascii() else f"<bdi>{shown}</bdi>"


WIKITEXT = Dress(plain=literal_words, value=_value)
