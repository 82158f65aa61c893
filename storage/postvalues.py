"""Posts to social networks as frozen values, free of SQLAlchemy, so that rules may import them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class PostState(StrEnum):
    """Where a post stands."""

    DRAFT = "draft"
    """Waits for a coordinator's approval."""
    APPROVED = "approved"
    """Goes out at its time."""
    SENDING = "sending"
    POSTED = "posted"
    DROPPED = "dropped"
    """A coordinator does not want it, or its event does not take place so any more."""
    FULL = "full"
    """Its account has as many posts in that week as it may have."""
    LAPSED = "lapsed"
    """Nobody approved it, or it could not be sent, before its event began."""
    FAILED = "failed"
    """The network refused it."""


OPEN = frozenset({PostState.DRAFT, PostState.APPROVED, PostState.FULL, PostState.FAILED})
"""What can still be changed, and follows its event."""

COUNTED = frozenset({PostState.DRAFT, PostState.APPROVED, PostState.SENDING, PostState.POSTED})
"""What takes one of the places that its account has in a week."""


@dataclass(frozen=True, slots=True)
class Post:
    """One post to one account about one occurrence of an event, `offset` before its start.

    `text` is all that is posted, in `language`; `alt` describes the picture that goes with it,
    `link` is what it is about. `facts` is a digest of what it says of its event: when that is
    another now, the text may not be true any more. An `edited` text is a coordinator's. Of an
    `unsure` one it is not known whether it stands on the network already.
    """

    number: int
    event: int
    occurrence: datetime
    offset: timedelta
    account: str
    language: str
    text: str
    alt: str
    link: str | None
    facts: str
    state: PostState
    due_at: datetime
    drafted_at: datetime
    edited: bool = False
    unsure: bool = False
    attempts: int = 0
    approved_by: int | None = None
    posted_at: datetime | None = None
    address: str | None = None
    fault: str | None = None

    @property
    def key(self) -> str:
        """What makes this post one and the same on the network, however often it is sent."""
        return f"bellringer-{self.number}-{round(self.drafted_at.timestamp() * 1_000_000)}"


def once(event: int, occurrence: datetime, offset: timedelta) -> str:
    """Return what makes a post the same however often it is planned for an account."""
    return f"{event} {occurrence.isoformat()} {round(offset.total_seconds())}"
