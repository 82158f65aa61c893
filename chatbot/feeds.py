"""What a feed is to whoever makes it and to whoever hands it out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """How a feed is written; also the end of its name."""

    CALENDAR = "ics"
    ATOM = "atom"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as bytes of its media type."""

    content: bytes
    media_type: str


class Revoked(Exception):  # noqa: N818 - a state of the world, which the reader is told
    """The address of this feed was given up by whoever had it."""
