"""A recurrence rule (RFC 5545, 3.3.10): is it sound, and which instants does it mean.

A series keeps its wall clock: the rule is followed in local time, and each local time becomes an
instant in its zone. Every rule here is bounded in work: frequencies and parts that dateutil could
search for thousands of years are refused, and a start that its own rule leaves out is the only
occurrence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

LARGEST_INTERVAL = 100
LARGEST_COUNT = 1000

_BY_DAY = re.compile(r"(?:[+-]?\d{1,2})?(?:MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?")
_NUMBER = re.compile(r"[+-]?\d{1,3}")
# Where 3.3.10 gives a part a meaning for a frequency, and a search for it soon ends.
_PARTS = {
    "DAILY": {"BYDAY", "BYMONTH"},
    "WEEKLY": {"BYDAY", "BYMONTH"},
    "MONTHLY": {"BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": {"BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "BYWEEKNO", "BYYEARDAY"},
}
_ALWAYS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
# Past the year 9999 in one step, so that dateutil looks at the first period only.
_ONCE = {"DAILY": 3_660_000, "WEEKLY": 523_000, "MONTHLY": 120_000, "YEARLY": 10_000}


class UnsoundRuleError(ValueError):
    """A rule that is refused; `part` is the part of it to blame."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule in the form that `sound` returns, and the local dates that it skips (EXDATE)."""

    rule: str
    exdates: tuple[date, ...] = ()


def sound(rule: str, zone: str) -> str:
    """Return a rule in normal form: parts in upper case, UNTIL as an instant in UTC.

    A date as UNTIL means the end of that day in `zone`. Raises UnsoundRuleError for what is not
    well-formed, happens more than once a day, or has no end to the search for it.
    """
    parts: dict[str, str] = {}
    for part in rule.strip().upper().removeprefix("RRULE:").split(";"):
        name, _, value = part.strip().partition("=")
        if not value or name in parts:
            raise UnsoundRuleError(part)
        parts[name] = value.replace(" ", "")
    _check(parts)
    if "UNTIL" in parts:
        parts["UNTIL"] = _end(parts["UNTIL"], zone)
    if parts.get("INTERVAL") == "1":
        del parts["INTERVAL"]
    ordered = sorted(parts, key=lambda name: (name not in _ALWAYS, name != "FREQ", name))
    return ";".join(f"{name}={parts[name]}" for name in ordered)


def end_of_day(day: date, zone: str) -> str:
    """Return a local day's last second as UNTIL wants it."""
    return _stamp(in_zone(datetime.combine(day, time(23, 59, 59)), zone))


def in_step(starts_at: datetime, zone: str, rule: str) -> bool:
    """Return whether a sound rule includes the start itself (3.8.5.3 leaves else undefined)."""
    parts = {**_parts(rule), "INTERVAL": str(_ONCE[_parts(rule)["FREQ"]])}
    first = _local(starts_at, zone)
    return next(_followed(parts, first), None) == first


def instants(starts_at: datetime, zone: str, recurrence: Recurrence) -> Iterator[datetime]:
    """Yield all occurrences in UTC, in order; without end where the rule has none."""
    parts, first = _parts(recurrence.rule), _local(starts_at, zone)
    if not in_step(starts_at, zone, recurrence.rule):
        yield starts_at
        return
    until = parts.get("UNTIL")
    series = (
        starts_at if local == first else in_zone(local, zone)
        for local in _followed(parts, first)
        if local.date() not in recurrence.exdates
    )
    yield from takewhile(lambda instant: until is None or _stamp(instant) <= until, series)


def in_zone(local: datetime, zone: str) -> datetime:
    """Return the instant of a naive local time (3.3.5).

    One that occurs twice is the first; one that does not occur counts with the offset before
    the gap, which puts it after the gap.
    """
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def _local(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def _parts(rule: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in rule.split(";"))


def _followed(parts: Mapping[str, str], first: datetime) -> Iterator[datetime]:
    # UNTIL is an instant and is compared as one, not in the naive local time followed here.
    text = ";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL")
    yield from rrulestr(text, dtstart=first)


def _check(parts: Mapping[str, str]) -> None:
    frequency = parts.get("FREQ", "")
    if frequency not in _PARTS:
        raise UnsoundRuleError(f"FREQ={frequency}")
    for name, value in parts.items():
        if name not in _PARTS[frequency] | _ALWAYS or not _is_sound(name, value, frequency):
            raise UnsoundRuleError(f"{name}={value}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise UnsoundRuleError("COUNT")


def _is_sound(name: str, value: str, frequency: str) -> bool:
    if name in {"FREQ", "UNTIL"}:
        return True
    if name in {"INTERVAL", "COUNT"}:
        largest = LARGEST_INTERVAL if name == "INTERVAL" else LARGEST_COUNT
        return value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= largest
    if name == "WKST":
        return value.isalpha() and _BY_DAY.fullmatch(value) is not None
    if name == "BYDAY":
        numbered = frequency in {"MONTHLY", "YEARLY"}
        days = value.split(",")
        return all(_BY_DAY.fullmatch(day) and (numbered or day.isalpha()) for day in days)
    return all(_NUMBER.fullmatch(number) and int(number) for number in value.split(","))


def _end(until: str, zone: str) -> str:
    match = _UNTIL.fullmatch(until)
    if match is None:
        raise UnsoundRuleError(f"UNTIL={until}")
    year, month, day, hour, minute, second = (int(number) for number in match.groups("0")[:6])
    try:
        if match[4] is None:
            return end_of_day(date(year, month, day), zone)
        local = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - its zone is said apart
        return until if match[7] else _stamp(in_zone(local, zone))
    except (ValueError, OverflowError) as error:
        raise UnsoundRuleError(f"UNTIL={until}") from error


def _stamp(instant: datetime) -> str:
    return instant.strftime("%Y%m%dT%H%M%SZ")
