"""The words of a message or caption: parsed, measured, and refused when they do not fit.

The API counts characters "after entities parsing". They are counted here as UTF-16 code units,
the stricter of the two readings that are about.
"""

from tests.peers.telegram_server.entities import found_in, utf16_length
from tests.peers.telegram_server.errors import bad_request
from tests.peers.telegram_server.html import parse_html
from tests.peers.telegram_server.messages import Content
from tests.peers.telegram_server.parameters import Arguments

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
_MOST_BYTES = 1 << 15


def message_text(call: Arguments) -> Content:
    """Take `text` with its `parse_mode`. Raises ApiError as the API answers."""
    content = _formatted(call.get("text", ""), call.get("parse_mode", ""))
    if not content.text.strip():
        raise bad_request("message text is empty")
    if utf16_length(content.text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return content


def caption(call: Arguments) -> Content:
    """Take `caption` with its `parse_mode`. Raises ApiError as the API answers."""
    content = _formatted(call.get("caption", ""), call.get("parse_mode", ""))
    if utf16_length(content.text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return content


def _formatted(source: str, mode: str) -> Content:
    if len(source.encode()) > _MOST_BYTES:
        raise bad_request("text is too long")
    if not mode:
        return Content(source.strip(), found_in(source.strip()))
    if mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    formatted = parse_html(source.strip())
    return Content(formatted.text, formatted.entities, source)
