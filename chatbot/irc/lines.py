"""Text made fit for a line of IRC: nothing that is protocol, nothing that gets cut on the way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LINE_BYTES = 512
"""The limit of a line with its CR and LF (RFC 1459 section 2.3)."""

_FORMATTING = re.compile(
    "\x03(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?"
    "|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?"
    "|[\x02\x0f\x11\x16\x1d\x1e\x1f]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_JOINERS = frozenset("\u200c\u200d\ufe0e\ufe0f")
_SKIN_TONES = ("\U0001f3fb", "\U0001f3ff")
_MARKS = frozenset({"Mn", "Mc", "Me"})


def clean(text: str) -> str:
    """Return `text` as one line without colours, control characters and half characters.

    CR, LF and NUL never pass, nor does 0x01, which would make it a CTCP message.
    """
    plain = _CONTROL.sub(" ", _FORMATTING.sub("", text))
    return _SURROGATE.sub("\ufffd", plain).strip()


def room(mask: str, target: str) -> int:
    """Return how many bytes of text a receiver sees of a PRIVMSG to `target`.

    The server puts `mask` (nick!user@host of the sender) before the line and cuts the end.
    """
    return LINE_BYTES - len(f":{mask} PRIVMSG {target} :\r\n".encode())


def wrap(text: str, limit: int) -> Iterator[str]:
    """Yield `text` in pieces of at most `limit` bytes of UTF-8.

    Breaks at spaces where there are any, else between characters, and not between a letter
    and its accents unless one of those alone is longer than the limit.
    """
    rest = text.strip()
    while len(rest.encode()) > limit:
        cut = _cut(rest, limit)
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
    if rest:
        yield rest


def _cut(text: str, limit: int) -> int:
    fits = len(text.encode()[:limit].decode(errors="ignore"))
    space = text.rfind(" ", 1, fits + 1)
    return space if space > 0 else _between_clusters(text, fits)


def _between_clusters(text: str, fits: int) -> int:
    cut = fits
    while cut > 0 and _belongs_to_previous(text, cut):
        cut -= 1
    return cut or max(fits, 1)


def _belongs_to_previous(text: str, at: int) -> bool:
    character = text[at]
    return (
        text[at - 1] == "\u200d"
        or character in _JOINERS
        or _SKIN_TONES[0] <= character <= _SKIN_TONES[1]
        or unicodedata.category(character) in _MARKS
    )
