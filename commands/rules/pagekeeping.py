"""What follows from a try to write a page that is kept up to date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from commands.messages import Line, line
from commands.rules.pageblocks import empty_marks
from commands.writes import Outcome, SaveResult
from storage.publicationvalues import Kept, Publication

_SOON = timedelta(minutes=1)
_LONGEST_SOON = timedelta(hours=1)
_LATER = timedelta(minutes=15)
_LONGEST_LATER = timedelta(hours=6)
_PATIENCE = 3
"""After so many tries in a row what used to pass by itself is told to people."""


class Trouble(StrEnum):
    """Why a page is not up to date, as coordinators are told: the last part of a key."""

    NO_MARKS = "no_marks"
    DAMAGED = "damaged"
    GONE = "gone"
    NO_TITLE = "no_title"
    NOT_WIKITEXT = "not_wikitext"
    PROTECTED = "protected"
    REFUSED = "refused"
    BLOCKED = "blocked"
    READ_ONLY = "read_only"
    CONFLICT = "conflict"
    UNREACHABLE = "unreachable"

    @property
    def wide(self) -> bool:
        """Whether it is the wiki's as a whole, and no page's."""
        return self in {Trouble.BLOCKED, Trouble.READ_ONLY, Trouble.UNREACHABLE}


_PASSING = {
    Outcome.CONFLICT: Trouble.CONFLICT,
    Outcome.UNKNOWN: Trouble.UNREACHABLE,
    Outcome.UNREACHABLE: Trouble.UNREACHABLE,
    Outcome.LAGGED: Trouble.UNREACHABLE,
    Outcome.RATE_LIMITED: Trouble.UNREACHABLE,
    Outcome.BAD_TOKEN: Trouble.UNREACHABLE,
    Outcome.SESSION_LOST: Trouble.UNREACHABLE,
    Outcome.SERVER_ERROR: Trouble.UNREACHABLE,
}
_TOLD_AT_ONCE = {
    Outcome.PROTECTED: Trouble.PROTECTED,
    Outcome.SENDER_BLOCKED: Trouble.BLOCKED,
    Outcome.READ_ONLY: Trouble.READ_ONLY,
}


@dataclass(frozen=True, slots=True)
class Failed:
    """A page could not be written.

    `wait` is how long until the next try; `trouble` what people are told, None while it may pass
    by itself. `wide` where no other page of the wiki would fare better meanwhile.
    """

    wait: timedelta
    trouble: Trouble | None
    reason: str = ""
    wide: bool = False


def block_name(kept: Publication) -> str:
    """Return what the marks around something kept on a page name."""
    return f"event {kept.event}" if kept.kind is Kept.EVENT else str(kept.kind)


def told(kept: Publication, trouble: Trouble, reason: str) -> Line:
    """Return the sentence that a page is not up to date, why, and what can be done."""
    return line(
        f"wikipages.trouble.{trouble}",
        wiki=kept.wiki,
        page=kept.title,
        reason=reason,
        marks=empty_marks(block_name(kept)),
        prefix="!",
    )


def not_saved(result: SaveResult, setbacks: int) -> Failed:
    """Return what follows from a save that failed, after so many setbacks in a row before it."""
    reason = result.detail or result.code or str(result.outcome)
    if (passing := _PASSING.get(result.outcome)) is not None:
        wait = max(_doubled(_SOON, setbacks, _LONGEST_SOON), result.retry_after or timedelta())
        told = passing if setbacks + 1 >= _PATIENCE else None
        return Failed(wait, told, reason, wide=passing.wide)
    trouble = _TOLD_AT_ONCE.get(result.outcome, Trouble.REFUSED)
    longest = _LONGEST_SOON if trouble is Trouble.READ_ONLY else _LONGEST_LATER
    return Failed(_doubled(_LATER, setbacks, longest), trouble, reason, wide=trouble.wide)


def not_read(reason: str, setbacks: int) -> Failed:
    """Return what follows where a page could not even be read."""
    return not_saved(SaveResult(Outcome.UNREACHABLE, detail=reason), setbacks)


def not_ours(trouble: Trouble, setbacks: int) -> Failed:
    """Return what follows where it is people who must put a page in order."""
    return Failed(_doubled(_LATER, setbacks, _LONGEST_LATER), trouble)


def _doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    return min(longest, first * (1 << min(times, 16)))
