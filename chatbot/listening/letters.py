"""A mail's bytes to what is of use in them, whatever is wrong with them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from hashlib import sha256
from html import unescape

from commands.grammar import straight
from commands.rules.mails import Letter

_STYLE = re.compile(r"<(style|script|head)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_LONGEST = 20_000
_ODD = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MessageError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What email's parser raises over mails that no standard allows."""


def letter_of(raw: bytes, now: datetime) -> Letter:
    """Return a mail (RFC 5322, RFC 2045). Its date counts only where it lies in the past."""
    message = message_from_bytes(raw, policy=policy.default)
    if not isinstance(message, EmailMessage):
        raise TypeError("the default policy makes EmailMessages")
    identifier = _header(message, "Message-ID")
    return Letter(
        key=sha256(identifier.encode(errors="replace") if identifier else raw).hexdigest()[:32],
        name=straight(_name(message)).strip(),
        subject=straight(_header(message, "Subject")),
        text="\n".join(map(straight, _text(message)[:_LONGEST].splitlines())),
        at=_date(message, now),
        automatic=_header(message, "Auto-Submitted").lower() not in {"", "no"},
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except _ODD:
        return ""


def _name(message: EmailMessage) -> str:
    """Return the sender's display name; nothing where there is none, or it holds an address."""
    try:
        addresses = message["From"].addresses
        name = addresses[0].display_name if addresses else ""
    except _ODD:
        return ""
    return "" if "@" in name else " ".join(name.split())


def _text(message: EmailMessage) -> str:
    try:
        part = message.get_body(("plain", "html"))
        content = "" if part is None else str(part.get_content())
        html = part is not None and part.get_content_subtype() == "html"
    except _ODD:
        return ""
    if not html:
        return content
    return unescape(_TAG.sub(" ", _BREAK.sub("\n", _STYLE.sub(" ", content[:_LONGEST]))))


def _date(message: EmailMessage, now: datetime) -> datetime:
    try:
        at = parsedate_to_datetime(_header(message, "Date"))
        return min(at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC), now)
    except _ODD:
        return now
