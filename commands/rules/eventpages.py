"""What an event's own page on a wiki is called."""

from __future__ import annotations

import re

from commands.grammar import printable, visible
from commands.rules.titles import Title, normalise, prefixed
from commands.wikis import SiteFacts

_LONGEST = 100
"""In bytes of UTF-8; a title has 255, of which the prefix takes some."""
_UNFIT = re.compile(r"[#<>\[\]{}|/\\%&_:~\u200e\u200f]+")
_DOTS = re.compile(r"^[.\s]+|[.\s]+$")


def event_page(prefix: str, number: int, title: str, site: SiteFacts) -> str | None:
    """Return the title of an event's page below a prefix, None where the prefix is unfit.

    The number makes it this event's for ever, whatever the event is called later.
    """
    words = _DOTS.sub("", " ".join(_UNFIT.sub(" ", visible(printable(title))).split()))
    for name in (f"{number} {_cut(words)}".rstrip(), str(number)):
        meant = normalise(f"{prefix}{name}", site)
        if isinstance(meant, Title):
            return prefixed(meant, site)
    return None


def _cut(words: str) -> str:
    """Return the first words of a title that are short enough."""
    encoded = words.encode()
    if len(encoded) <= _LONGEST:
        return words
    short = encoded[:_LONGEST].decode(errors="ignore")
    return _DOTS.sub("", short.rpartition(" ")[0] or short)
