"""What is kept on wiki pages, as frozen values, free of SQLAlchemy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kept(StrEnum):
    """What is kept on a page."""

    CALENDAR = "calendar"
    UPCOMING = "upcoming"
    EVENT = "event"
    TEMPLATE = "template"
    """The template of events: given to the wiki once, and its people's from then on."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Something kept on one page of a wiki.

    `name` makes it one and the same whatever becomes of the page; `title` is where it stands.
    `digest` is that of what the bot wrote there last, empty where that is to be looked at, and
    `edition` that of the programme which it was made of. `shown_at` is the start that an event's
    page shows, `moved_from` the one that it showed before. `trouble` is what coordinators were
    told last, so that they are not told the same again, and `reason` what the wiki said to it.
    """

    key: int
    wiki: str
    name: str
    kind: Kept
    title: str
    event: int | None
    begun_at: datetime
    digest: str = ""
    edition: int = 0
    revid: int | None = None
    written_at: datetime | None = None
    shown_at: datetime | None = None
    moved_from: datetime | None = None
    setbacks: int = 0
    trouble: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page that shall be kept from now on."""

    name: str
    kind: Kept
    title: str
    event: int | None = None
