"""A time zone as iCalendar tells it (RFC 5545, 3.6.5), from the database of time zones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from commands.rules.icallines import content_line, text

_STEP = timedelta(days=1)
_STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class _Observance:
    """What a zone's clock shows from a moment on: by how much it is moved, and from what."""

    name: str
    summer: bool
    before: timedelta
    after: timedelta


@lru_cache(maxsize=256)
def vtimezone(name: str, first: int, last: int) -> bytes:
    """Return the VTIMEZONE of an IANA zone, true from the year `first` to the end of `last`.

    Raises ZoneInfoNotFoundError.
    """
    found: dict[_Observance, list[datetime]] = {}
    for observance, onset in _observances(ZoneInfo(name), first, last):
        found.setdefault(observance, []).append(onset)
    lines = b"".join(_component(*each) for each in found.items())
    return b"BEGIN:VTIMEZONE\r\n%s%sEND:VTIMEZONE\r\n" % (content_line("TZID", text(name)), lines)


def _observances(zone: ZoneInfo, first: int, last: int) -> Iterator[tuple[_Observance, datetime]]:
    """Yield what begins when, by the clock that is left (DTSTART, 3.6.5)."""
    at, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    known = _clock(at, zone)
    yield _observed(known, known), _local(at, known)
    while at < end:
        following = _clock(at + _STEP, zone)
        if following != known:
            change = _change(at, at + _STEP, zone)
            yield _observed(known, following), _local(change, known)
        at, known = at + _STEP, following


_Clock = tuple[timedelta, bool, str]


def _clock(at: datetime, zone: ZoneInfo) -> _Clock:
    local = at.astimezone(zone)
    return local.utcoffset() or timedelta(0), bool(local.dst()), local.tzname() or ""


def _observed(before: _Clock, after: _Clock) -> _Observance:
    return _Observance(after[2], after[1], before[0], after[0])


def _local(at: datetime, clock: _Clock) -> datetime:
    return at.replace(tzinfo=None) + clock[0]


def _change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    before = _clock(low, zone)
    while high - low > timedelta(seconds=1):
        middle = low + ((high - low) / 2) // timedelta(seconds=1) * timedelta(seconds=1)
        if _clock(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high


def _component(observance: _Observance, onsets: list[datetime]) -> bytes:
    from icalendar import vUTCOffset

    kind = "DAYLIGHT" if observance.summer else "STANDARD"
    stamps = [each.strftime(_STAMP) for each in onsets]
    lines = [
        ("BEGIN", kind),
        ("DTSTART", stamps[0]),
        # Each on a line of its own: of a list, some readers know the first only.
        *(("RDATE", each) for each in stamps[1:]),
        ("TZNAME", text(observance.name)),
        ("TZOFFSETFROM", str(vUTCOffset(observance.before).to_ical())),
        ("TZOFFSETTO", str(vUTCOffset(observance.after).to_ical())),
        ("END", kind),
    ]
    return b"".join(content_line(*each) for each in lines)
