"""The digest's nouns as frozen values, free of SQLAlchemy, so that rules may import them.

An issue is one number of the digest, as of a newspaper. Its copies are what of it goes to mailing
lists and wiki pages; what channels are told of it are notices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.values import Event


class IssueState(StrEnum):
    """Where an issue stands. All but the first two are final."""

    PLANNED = "planned"
    HELD = "held"
    SENT = "sent"
    """Its copies were handed out: each has a state of its own."""
    EMPTY = "empty"
    DROPPED = "dropped"
    """It never went out; the next one has what it would have told."""


class HeldWhy(StrEnum):
    """Why an issue waits for a coordinator's word."""

    ASKED = "asked"
    LATE = "late"
    """Its time passed while the bot was away: nobody here knows whether it was sent."""
    FOUND = "found"
    """It stands on a wiki page, though nothing here says that it was sent: a restored backup."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue of the digest, the same by its `due_at`.

    `told` are the links that it told of, so that later ones do not tell of them again.
    """

    number: int
    due_at: datetime
    state: IssueState = IssueState.PLANNED
    notes: tuple[str, ...] = ()
    nudged_at: datetime | None = None
    previewed_at: datetime | None = None
    held_why: HeldWhy | None = None
    held_by: int | None = None
    released_at: datetime | None = None
    """When a coordinator said that it goes out, however late it is."""
    sent_at: datetime | None = None
    told: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """What it is known by outside, whatever its number is after a restored backup."""
        return f"{self.due_at:%Y%m%dT%H%MZ}"


class CopyKind(StrEnum):
    """What a copy becomes."""

    MAIL = "mail"
    PAGE = "page"


class CopyState(StrEnum):
    """Where a copy stands. The last three are final."""

    PENDING = "pending"
    CLAIMED = "claimed"
    ON_WIRE = "on-wire"
    """The mail is being handed over: if we die now, nobody knows whether it was taken."""
    SENT = "sent"
    FAILED = "failed"
    """It was certainly not sent."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Copy:
    """One issue for one mailing list (its address) or one wiki page (`wiki/title`)."""

    key: int
    issue: int
    kind: CopyKind
    address: str
    state: CopyState
    attempts: int = 0
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Organised:
    """An event, and the person who registered it."""

    person: int
    event: Event
