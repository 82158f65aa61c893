"""User names as people type them in a chat, where no wiki's own rules are at hand."""

from __future__ import annotations

import re
from unicodedata import normalize

from commands.rules.addresses import ip_address

_LINK = re.compile(r"\[\[:?(?:[^\[\]|]*:)?([^\[\]|:]+)(?:\|[^\[\]]*)?\]\]")
_PREFIX = re.compile(r"user(?: talk)?\s*:\s*", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[\x00-\x1f#<>\[\]|{}/@:=\x7f]|~{3,}")
_LONGEST = 235
"""In bytes ($wgMaxNameChars and what a title holds)."""


def user_name(typed: str) -> str | None:
    """Return the user name that is meant, as Wikimedia's wikis write it; None where it is none.

    `User:Ada`, `[[User:Ada|me]]`, `@Ada` and `ada_lovelace` are understood.
    See https://www.mediawiki.org/wiki/Manual:$wgInvalidUsernameCharacters.
    """
    text = normalize("NFC", typed.strip().lstrip("@"))
    link = _LINK.fullmatch(text)
    bare = link[1] if link else _PREFIX.sub("", text, count=1)
    name = " ".join(bare.replace("_", " ").split())
    if not name or _FORBIDDEN.search(name) or len(name.encode()) > _LONGEST or ip_address(name):
        return None
    return name[0].upper() + name[1:]
