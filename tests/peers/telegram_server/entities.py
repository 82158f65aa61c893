"""What Telegram finds in a person's text by itself: commands, mentions and links."""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

_KINDS = {
    "bot_command": re.compile(r"(?<![\w/@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])"),
    "mention": re.compile(r"(?<![\w/])@[A-Za-z0-9_]{4,32}\b"),
    "url": re.compile(r"\bhttps?://[^\s<>\"]+"),
}


def utf16_length(text: str) -> int:
    """Count UTF-16 code units, in which the API measures (MessageEntity)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def found_in(text: str) -> tuple[Json, ...]:
    """Return the entities of a text that nobody formatted, in their order."""
    return tuple(sorted(_found(text), key=lambda entity: entity["offset"]))


def _found(text: str) -> Iterator[Json]:
    for kind, pattern in _KINDS.items():
        for match in pattern.finditer(text):
            yield {
                "type": kind,
                "offset": utf16_length(text[: match.start()]),
                "length": utf16_length(match.group()),
            }
