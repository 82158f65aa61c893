"""People's words for a time to an instant, the zone it was meant in, and what is doubtful.

The usual forms are read strictly, each word of them; what is left for dateparser is a day in
other words, and that it was guessed is then said. A time that could be two is never chosen in
silence: it is refused with both, or taken with a doubt to be repeated in the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from commands import clocks, days, zones
from commands.clocks import Clock
from commands.days import Choice, Choices
from commands.grammar import excerpt, plain
from commands.messages import Line, Moment, line
from commands.offsets import Misunderstood, span
from commands.zones import Zone

_LONGEST_TEXT = 120
_FAR = timedelta(days=3 * 366)
_TOO_FAR = timedelta(days=10 * 366)
_FROM_NOW = re.compile(r"in (.+)|(.+) from now")
_ENDS_IN_DAYS = re.compile(r"\d ?[dw][a-z]*$|\b(?:day|week)$")
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
        return _not_understood(words)
    said, rest = zones.take(words)
    if isinstance(said, Misunderstood):
        return said
    rest = " ".join(_NOISE.sub(" ", _ISO.sub(r"\1 ", rest)).split())
    if said is None:
        said, rest = _city_at_end(rest)
    home = _Home(said or Zone(zone or "UTC"), zone or "UTC", said is None and zone is None)
    found = _relative(rest, now, home) or _absolute(rest, now, home)
    return found if isinstance(found, Misunderstood) else _judged(found, now)


@dataclass(frozen=True, slots=True)
class _Home:
    """Whose wall clock is meant: what was said or else holds, and the speaker's own zone."""

    meant: Zone
    own: str
    assumed: bool


def _city_at_end(words: str) -> tuple[Zone | None, str]:
    listed = words.split()
    for count in (3, 2, 1):
        name = zones.city(" ".join(listed[-count:]))
        if name is not None:
            return Zone(name), " ".join(listed[:-count])
    return None, words


def _relative(words: str, now: datetime, home: _Home) -> Understood | None:
    """Read `in 2 hours`. Whole days and weeks are left: they want a time of day."""
    match = _FROM_NOW.fullmatch(words)
    ahead = span(match[1] or match[2]) if match else None
    if ahead is None or ahead > _TOO_FAR or _ENDS_IN_DAYS.search(words):
        return None
    return Understood(now.replace(microsecond=0) + ahead, home.meant.name or home.own)


def _absolute(words: str, now: datetime, home: _Home) -> Understood | Misunderstood:
    today = _local(now, home.meant).date()
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
    return _first_ahead(choices or days.no_day(today), clock, now, home)


def _first_ahead(
    choices: Choices, clock: Clock, now: datetime, home: _Home
) -> Understood | Misunderstood:
    """Return the first choice that is not past, or the last one."""
    for choice in choices[:-1]:
        found = _chosen(choice, clock, home)
        if isinstance(found, Misunderstood) or found.instant > now:
            return found
    return _chosen(choices[-1], clock, home)


def _chosen(choice: Choice, clock: Clock, home: _Home) -> Understood | Misunderstood:
    found = _placed(datetime.combine(choice.date, clock.time), home)
    if isinstance(found, Misunderstood):
        return found
    return replace(found, doubts=(*choice.doubts, *clock.doubts, *found.doubts))


def _placed(local: datetime, home: _Home) -> Understood | Misunderstood:
    """Return the instant at which the wall clock that is meant shows `local`."""
    meant = home.meant
    if meant.offset is not None:
        return _at_offset(local, meant, meant.offset, home)
    name = meant.name or home.own
    early, late = (_instant(local, name, fold) for fold in (0, 1))
    if early == late:
        assumed = (line("when.assumed_utc"),) if home.assumed else ()
        return Understood(early, name, assumed)
    if early > late:
        values = {"earlier": _written(late, name), "later": _written(early, name)}
        return Misunderstood(line("when.gap", given=_shown(local), zone=name, **values))
    first, second = (f"{_shown(_naive(at, 'UTC'))} UTC" for at in (early, late))
    given = _shown(local)
    return Misunderstood(line("when.twice", given=given, zone=name, first=first, second=second))


def _at_offset(
    local: datetime, meant: Zone, offset: timedelta, home: _Home
) -> Understood | Misunderstood:
    """Return the instant at an offset, where the zone's clocks do keep it at that time."""
    instant = local.replace(tzinfo=timezone(offset)).astimezone(UTC)
    if meant.name is None:
        return Understood(instant, home.own)
    names = (home.own, meant.name)
    for name in names:
        if instant.astimezone(ZoneInfo(name)).tzname() == meant.letters:
            return Understood(instant, name)
    readings = (f"{_shown(_naive(instant, 'UTC'))} UTC", f"{_shown(local)} {meant.name}")
    return Misunderstood(line("when.other_season", given=meant.letters, readings=readings))


def _judged(found: Understood, now: datetime) -> Understood | Misunderstood:
    start, ahead = Moment(found.instant, found.zone), found.instant - now
    if ahead <= timedelta(0):
        return Misunderstood(line("when.past", start=start, ago=-ahead))
    if ahead > _TOO_FAR:
        return Misunderstood(line("when.too_far", start=start))
    if ahead > _FAR:
        return replace(found, doubts=(*found.doubts, line("when.far", wait=ahead)))
    return found


def _no_time(words: str, choices: Choices | None) -> Misunderstood:
    if choices is None:
        return _not_understood(words)
    day = choices[0].date.isoformat()
    return Misunderstood(line("when.no_time", given=excerpt(words), day=day))


def _not_understood(words: str) -> Misunderstood:
    return Misunderstood(line("when.not_understood", given=excerpt(words)))


def _local(instant: datetime, zone: Zone) -> datetime:
    at_offset = None if zone.offset is None else timezone(zone.offset)
    return instant.astimezone(at_offset or ZoneInfo(zone.name or "UTC"))


def _instant(local: datetime, zone: str, fold: int) -> datetime:
    return local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def _naive(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _written(instant: datetime, zone: str) -> str:
    return f"{_shown(_naive(instant, zone))} {zone}"


def _shown(local: datetime) -> str:
    """Return a local time in the form that is understood without doubt."""
    return local.strftime("%Y-%m-%d %H:%M")
