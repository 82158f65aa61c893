"""People's words for how an event repeats, to a recurrence rule and the dates that it skips."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from commands.messages import Line, Moment, line
from commands.rules.recurrence import (
    Recurrence,
    UnsoundRuleError,
    end_of_day,
    in_step,
    instants,
    sound,
)

_LONGEST_TEXT = 500
_LONGEST = timedelta(days=50 * 366)
"""How far into a series dates are looked for that it skips: this many days take 0.1 s."""
_EXCERPT = 60
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]*\.?"
_WEEKDAYS = {"mon": "MO", "tue": "TU", "wed": "WE", "thu": "TH", "fri": "FR", "sat": "SA"}
_WEEKDAYS["sun"] = "SU"
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_ORDINAL = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})"
_FREQUENCIES = {
    "daily": ("DAILY", 1),
    "weekly": ("WEEKLY", 1),
    "fortnightly": ("WEEKLY", 2),
    "monthly": ("MONTHLY", 1),
    "yearly": ("YEARLY", 1),
    "annually": ("YEARLY", 1),
}
_UNITS = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}

_DATE = rf"(?:\d{{4}}-\d\d-\d\d|\d{{1,2}} {_MONTH} \d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}})"
_EXCEPT = re.compile(r"^(.*?)[ ,]*\b(?:except|skip|skipping|but not|without)\b(.*)$")
_UNTIL = re.compile(rf"[ ,]*\b(?:until|till) ({_DATE})")
_COUNT = re.compile(r"[ ,]*(?<![;:])\b(?:count[ =](\d{1,4})|(?:for )?(\d{1,4}) times)\b")
_NOISE = re.compile(r"\b(?:on|the|of|and)\b|,")

_BY_FREQUENCY = re.compile(
    rf"(?:({'|'.join(_FREQUENCIES)})|every (?:(other|\d+) )?(day|week|month|year)s?)(?: (.+))?"
)
_BY_WEEKDAY = re.compile(rf"(?:every (other )?)?({_WEEKDAY}(?: {_WEEKDAY})*)")
_BY_ORDINAL = re.compile(rf"(?:every )?({_ORDINAL}(?: \w+)??) (?:(?:every|each|a) )?month(?:ly)?")
_WORKDAYS = re.compile(r"(?:every )?(?:weekdays?|workdays?|working days?)")
_TOO_OFTEN = re.compile(r"hourly|minutely|every (?:\w+ )?(?:hour|minute|min|second)s?")
_UNCLEAR = re.compile(rf"bi-?weekly|bi-?monthly|every {_ORDINAL} {_WEEKDAY}")
_IN_MONTH = re.compile(
    rf"({_ORDINAL}) ({_WEEKDAY})|(?:day )?(\d{{1,2}})(?:st|nd|rd|th)?|(last) day"
)


@dataclass(frozen=True, slots=True)
class NotRepeatable:
    """Words that make no rule, or none that fits the event: a sentence for whoever wrote them."""

    problem: Line


def understand(text: str, *, starts_at: datetime, zone: str) -> Recurrence | NotRepeatable:
    """Return how an event that first starts at `starts_at` (UTC) repeats.

    Reads `weekly`, `every 2 weeks`, `every tuesday and thursday`, `monthly on the 2nd tuesday`,
    `yearly` or `RRULE:…`, then `until DATE` or `count N`, then `except DATE, DATE`. The start
    must itself be one of the occurrences, and so must every date excepted.
    """
    words = " ".join(unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).casefold().split())
    split = _EXCEPT.match(words)
    words, exceptions = split.groups() if split else (words, "")
    try:
        rule = sound(_rule(words, zone), zone)
        exdates = _dates(exceptions) if split else ()
    except UnsoundRuleError as error:
        return NotRepeatable(line("repeat.unsound", part=error.part[:_EXCERPT]))
    except _UnclearError as error:
        return NotRepeatable(error.problem)
    return _fitting(Recurrence(rule, exdates), starts_at, zone)


class _UnclearError(Exception):
    def __init__(self, key: str, given: str) -> None:
        super().__init__(key)
        self.problem = line(key, given=given[:_EXCERPT])


def _fitting(recurrence: Recurrence, starts_at: datetime, zone: str) -> Recurrence | NotRepeatable:
    rule, start = recurrence.rule, Moment(starts_at, zone)
    if not in_step(starts_at, zone, rule):
        return NotRepeatable(line("repeat.out_of_step", rule=rule, start=start))
    first = next(instants(starts_at, zone, Recurrence(rule)), None)
    if first is None:
        return NotRepeatable(line("repeat.ends_before_start", rule=rule, start=start))
    for day in recurrence.exdates:
        if not _occurs(day, starts_at, zone, rule):
            return NotRepeatable(line("repeat.nothing_to_skip", day=day.isoformat()))
    if next(instants(starts_at, zone, recurrence), None) is None:
        return NotRepeatable(line("repeat.nothing_left"))
    return recurrence


def _occurs(day: date, starts_at: datetime, zone: str, rule: str) -> bool:
    if day > (starts_at + _LONGEST).date():
        return False
    latest = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=2)
    series = instants(starts_at, zone, Recurrence(rule))
    until_then = takewhile(lambda instant: instant < latest, series)
    return any(instant.astimezone(ZoneInfo(zone)).date() == day for instant in until_then)


def _rule(words: str, zone: str) -> str:
    words, until = _cut(_UNTIL, words)
    words, count = _cut(_COUNT, words)
    ends = [f"UNTIL={end_of_day(_date(until), zone)}"] if until else []
    ends += [f"COUNT={count}"] if count else []
    if words.startswith("rrule:"):
        return ";".join([words, *ends])
    return ";".join([_spoken(" ".join(_NOISE.sub(" ", words).split())), *ends])


def _cut(pattern: re.Pattern[str], words: str) -> tuple[str, str]:
    match = pattern.search(words)
    if match is None:
        return words, ""
    found = next(group for group in match.groups() if group)
    return (words[: match.start()] + words[match.end() :]).strip(), found


def _spoken(words: str) -> str:
    if _TOO_OFTEN.fullmatch(words):
        raise _UnclearError("repeat.too_often", words)
    if _UNCLEAR.fullmatch(words):
        raise _UnclearError("repeat.unclear", words)
    forms: dict[re.Pattern[str], Callable[[re.Match[str]], str]] = {
        _WORKDAYS: lambda _: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        _BY_FREQUENCY: _by_frequency,
        _BY_WEEKDAY: lambda m: f"FREQ=WEEKLY;INTERVAL={2 if m[1] else 1};{_by_days(m[2])}",
        _BY_ORDINAL: lambda m: f"FREQ=MONTHLY;{_in_month(m[1])}",
    }
    for pattern, made in forms.items():
        if match := pattern.fullmatch(words):
            return made(match)
    raise _UnclearError("repeat.not_understood", words)


def _by_frequency(match: re.Match[str]) -> str:
    named, number, unit, rest = match.groups()
    if named:
        frequency, interval = _FREQUENCIES[named]
    else:
        frequency, interval = _UNITS[unit], 2 if number == "other" else int((number or "1")[:6])
    return f"FREQ={frequency};INTERVAL={interval}" + (f";{_by(frequency, rest)}" if rest else "")


def _by(frequency: str, rest: str) -> str:
    if frequency == "WEEKLY" and re.fullmatch(rf"{_WEEKDAY}(?: {_WEEKDAY})*", rest):
        return _by_days(rest)
    if frequency == "MONTHLY":
        return _in_month(rest)
    raise _UnclearError("repeat.not_understood", rest)


def _by_days(words: str) -> str:
    return "BYDAY=" + ",".join(dict.fromkeys(_WEEKDAYS[word[:3]] for word in words.split()))


def _in_month(words: str) -> str:
    match = _IN_MONTH.fullmatch(words)
    if match is None:
        raise _UnclearError("repeat.not_understood", words)
    ordinal, weekday, day, last = match.groups()
    if weekday:
        return f"BYDAY={_ordinal(ordinal)}{_WEEKDAYS[weekday[:3]]}"
    return f"BYMONTHDAY={'-1' if last else day}"


def _ordinal(word: str) -> int:
    return _ORDINALS[word] if word in _ORDINALS else int(re.sub(r"\D", "", word))


def _dates(words: str) -> tuple[date, ...]:
    found = re.findall(_DATE, words)
    left = re.sub(rf"{_DATE}|[ ,;]|\band\b|\bon\b", "", words)
    if left or not found:
        raise _UnclearError("repeat.not_a_date", left or words)
    return tuple(sorted({_date(day) for day in found}))


def _date(words: str) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", words):
            return date.fromisoformat(words)
        month = next(word for word in words.split() if word[0].isalpha())
        numbers = [int(number) for number in re.findall(r"\d+", words)]
        return date(numbers[1], _MONTHS.index(month[:3]) + 1, numbers[0])
    except ValueError as error:
        raise _UnclearError("repeat.not_a_date", words) from error
