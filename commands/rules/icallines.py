"""Lines of an iCalendar stream (RFC 5545, 3.1): folded, and with values that fit their place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from urllib.parse import quote

_LONGEST = 75
"""In octets, without the line break."""
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# As `icalendar.vText` does it, at a tenth of the time: a long feed has a hundred thousand texts.
_ESCAPED = (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"))
_QUOTED = re.compile('["\x00-\x1f\x7f]')
# What RFC 3986 lets stand in an address, "%" included: what is encoded already stays so.
_ADDRESS = ":/?#[]@!$&'()*+,;=-._~%"


def content_line(name: str, value: str, parameters: Mapping[str, str] | None = None) -> bytes:
    """Return one property, folded and ended. `value` is in the form of its type already."""
    if parameters:
        name += "".join(f";{key}={_parameter(each)}" for key, each in parameters.items())
    return _folded(f"{name}:{value}".encode()) + b"\r\n"


def text(value: str) -> str:
    """Return words as TEXT (3.3.11), without the control characters that it cannot hold."""
    escaped = words(value)
    for letter, shown in _ESCAPED:
        escaped = escaped.replace(letter, shown)
    return escaped


def texts(values: Iterable[str]) -> str:
    """Return several words as a list of TEXT."""
    return ",".join(map(text, values))


def words(value: str) -> str:
    """Return what is left of words in an iCalendar: any line break is one of the usual kind."""
    if value.isprintable():
        return value
    return _NO_TEXT.sub("", _BREAKS.sub("\n", value))


def uri(value: str) -> str:
    """Return an address as URI (3.3.13): whatever may not stand in one is encoded."""
    return quote(unicodedata.normalize("NFC", words(value)).strip(), safe=_ADDRESS)


def _parameter(value: str) -> str:
    shown = _QUOTED.sub("", value)
    return f'"{shown}"' if re.search("[,;:]", shown) else shown


def _folded(line: bytes) -> bytes:
    if len(line) <= _LONGEST:
        return line
    parts, at, room = [], 0, _LONGEST
    while len(line) - at > room:
        end = at + room
        # No letter is torn apart: its further octets begin with the bits 10.
        while line[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(line[at:end])
        at, room = end, _LONGEST - 1
    return b"\r\n ".join((*parts, line[at:]))
