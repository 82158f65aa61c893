"""People's words for a span of time: how long an event lasts, how long before it to remind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from commands.grammar import excerpt, plain
from commands.messages import Line, line

LONGEST_DURATION = timedelta(days=31)
LONGEST_OFFSET = timedelta(days=366)
_MOST_OFFSETS = 12
_LONGEST_TEXT = 120

_UNITS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
_NAMES = r"(?:w|wks?|weeks?|d|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?)(?![^\W\d_])\.?"
_PIECE = re.compile(rf"(\d{{1,6}}(?:[.,]\d{{1,2}})?)\s*({_NAMES})")
_HALF_HOUR = re.compile(r"\bhalf(?:\s+an?)?\s+hour\b")
_ONE = re.compile(rf"\b(?:an?|one)\s+(?={_NAMES})")
_CLOCKLIKE = re.compile(r"(\d{1,3})h([0-5]\d)")
_BETWEEN = re.compile(r"(?:\s|,|;|&|\+|\band\b)*")
_SPACED = re.compile(rf"(?<=\d)\s+(?={_NAMES})")
_BEFORE = re.compile(r"\b(?:before|earlier|ahead)\b")
_START = {"start", "0"}


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """Words that say no time, or not one only: a sentence for whoever wrote them."""

    problem: Line


def span(text: str) -> timedelta | None:
    """Return the span of `1h30m`, `90 min`, `2 days and 1 hour`, `half an hour`, to the second."""
    rest = _in_figures(text).strip()
    if len(rest) > _LONGEST_TEXT:
        return None
    if clocklike := _CLOCKLIKE.fullmatch(rest):
        return timedelta(hours=int(clocklike[1]), minutes=int(clocklike[2]))
    total, position = timedelta(0), 0
    while position < len(rest):
        piece = _PIECE.match(rest, position)
        if piece is None:
            return None
        total += _UNITS[piece[2][0]] * float(piece[1].replace(",", "."))
        gap = _BETWEEN.match(rest, piece.end())
        position = gap.end() if gap else piece.end()
    return timedelta(seconds=round(total.total_seconds())) if rest else None


def duration(text: str) -> timedelta | Misunderstood:
    """Return how long something lasts: more than nothing, at most LONGEST_DURATION."""
    found = span(text)
    if found is None or not timedelta(0) < found <= LONGEST_DURATION:
        return Misunderstood(
            line("offsets.no_duration", given=excerpt(text), longest=LONGEST_DURATION)
        )
    return found


def offsets(text: str) -> tuple[timedelta, ...] | Misunderstood:
    """Return how long before an event each of its reminders goes out, longest first.

    Each number with its unit is one offset (`1 hour 30 min` are two, `1h30m` is one); `start`
    and `0` are the start itself. At most twelve, none longer than LONGEST_OFFSET.
    """
    joined = _SPACED.sub("", _BEFORE.sub("", _in_figures(text[: 2 * _LONGEST_TEXT])))
    words = [word for word in re.split(r"[\s,;]+|\band\b", joined) if word]
    found: set[timedelta] = set()
    for word in words:
        offset = timedelta(0) if word in _START else span(word)
        if offset is None or offset > LONGEST_OFFSET:
            return Misunderstood(line("offsets.no_offset", given=excerpt(word)))
        found.add(offset)
    if not found or len(found) > _MOST_OFFSETS:
        return Misunderstood(line("offsets.how_many", most=_MOST_OFFSETS))
    return tuple(sorted(found, reverse=True))


def _in_figures(text: str) -> str:
    return _ONE.sub("1", _HALF_HOUR.sub("30m", plain(text)))
