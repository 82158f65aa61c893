"""People's words for a time to an instant, the zone it was meant in, and what is doubtful.

The usual forms are read strictly, each word of them; what is left for dateparser is a day in
other words, and that it was guessed is then said. A time that could be two is never chosen in
silence: it is refused with both, or taken with a doubt to be repeated in the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from commands import clocks, days, zones
from commands.clocks import Clock
from commands.days import Choices
from commands.grammar import excerpt, plain
from commands.messages import Line, Moment, line
from commands.offsets import Misunderstood, span
from commands.zones import Zone

_LONGEST_TEXT = 120
_FAR = timedelta(days=3 * 366)
_TOO_FAR = timedelta(days=10 * 366)
_FROM_NOW = re.compile(r"in (.+)|(.+) from now")
_NOISE = re.compile(r"(?<!\S)(?:at|on|the|of|o'?clock|local|time|[,.;@-])(?!\S)|,(?!\S)")
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)t(?=\d)")


@dataclass(frozen=True, slots=True)
class Understood:
    """An instant (UTC) in the future, the IANA zone it was meant in, and doubts to be said."""

    instant: datetime
    zone: str
    doubts: tuple[Line, ...] = ()


def understand(text: str, *, now: datetime, zone: str | None) -> Understood | Misunderstood:
    """Return what a time in people's words means when said at `now`.

    `zone` is that of whoever says it, which holds where the words name none; None means that
    it is not known, and UTC is taken with a doubt.
    """
    words = " ".join(plain(text).split()).strip(".!? ")
    if len(words) > _LONGEST_TEXT:
        return _not_understood(text)
    said, rest = zones.take(words)
    rest = " ".join(_NOISE.sub(" ", _ISO.sub(r"\1 ", rest)).split())
    if isinstance(said, Misunderstood):
        return said
    if said is None and (city := _city_at_end(rest)):
        said, rest = city
    found = _relative(rest, now) or _absolute(rest, now, said, zone)
    if isinstance(found, Misunderstood):
        return found
    instant, doubts = found
    return _judged(instant, _home(said, zone), (*doubts, *_assumed(said, zone)), now)


_Found = tuple[datetime, tuple[Line, ...]]


def _relative(words: str, now: datetime) -> _Found | None:
    """Return `in 2 hours` from now; whole days and weeks leave the time of day to be said."""
    match = _FROM_NOW.fullmatch(words)
    ahead = span(match[1] or match[2]) if match else None
    if ahead is None or ahead > _TOO_FAR or re.search(r"\d ?[dw]\w*$", words):
        return None
    return now.replace(microsecond=0) + ahead, ()


def _absolute(
    words: str, now: datetime, said: Zone | None, zone: str | None
) -> _Found | Misunderstood:
    today = _today(now, said, zone)
    choices, rest = days.take(words, today)
    if isinstance(choices, Misunderstood):
        return choices
    clock, rest = clocks.take(rest)
    if isinstance(clock, Misunderstood):
        return clock
    if rest:
        choices = days.guess(rest, today) if choices is None else None
        if choices is None:
            return _not_understood(rest)
    if clock is None:
        return _no_time(words, choices)
    return _first_ahead(choices or days.no_day(today), clock, now, said or Zone(zone or "UTC"), zone)


def _first_ahead(
    choices: Choices, clock: Clock, now: datetime, said: Zone, zone: str | None
) -> _Found | Misunderstood:
    """Return the first choice that is not past; the last one whatever it is."""
    for choice in choices:
        local = datetime.combine(choice.date, clock.time)
        found = _instant(local, said, zone)
        if isinstance(found, Misunderstood) or found > now or choice is choices[-1]:
            break
    return found if isinstance(found, Misunderstood) else (found, choice.doubts + clock.doubts)
