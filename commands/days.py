"""People's words for a day: the dates that they may mean, with a doubt where there is one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from commands.grammar import excerpt
from commands.messages import Line, line
from commands.offsets import Misunderstood, span

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = r"(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b"
_ANY_WEEKDAY = re.compile(rf"\b{_WEEKDAY}")
_NUMBER = r"(\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (\d{4})(?![\d:.h]))?"
_NO_CLOCK = r"(?![\d:.h]| ?[ap]\.?m)"
_FALLBACK_LANGUAGES = ("en", "de", "es", "fr", "it", "nl", "pl", "pt", "sv")


@dataclass(frozen=True, slots=True)
class Choice:
    """A date that may be meant, and what is doubtful about it."""

    date: date
    doubts: tuple[Line, ...] = ()


Choices = tuple[Choice, ...]
"""In order: the first that is not past is meant. One choice may turn out to be past."""


def take(text: str, today: date) -> tuple[Choices | Misunderstood | None, str]:
    """Take a day out of plain words; return what it may mean and the rest of the words."""
    for pattern, read in _FORMS.items():
        if match := pattern.search(text):
            rest = " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())
            return _agreeing(read(match, today), rest)
    return None, text


def no_day(today: date) -> Choices:
    """Return what a time of day alone may mean: its next coming."""
    tomorrow = today + _DAY
    doubt = line("when.rolled_to_tomorrow", day=tomorrow.isoformat())
    return Choice(today), Choice(tomorrow, (doubt,))


def guess(words: str, today: date) -> Choices | None:
    """Return what dateparser makes of words that no form here reads, with a doubt saying so."""
    # It takes 100 ms to load and is seldom needed.
    import dateparser

    noon = datetime.combine(today, time(12))
    settings = {"RELATIVE_BASE": noon, "PREFER_DATES_FROM": "future"}
    found = dateparser.parse(words, languages=list(_FALLBACK_LANGUAGES), settings=settings)
    if found is None:
        return None
    day = found.date()
    doubt = line("when.guessed", given=excerpt(words), day=day.isoformat())
    return (Choice(day, (doubt,)),)


def _agreeing(found: Choices | Misunderstood, rest: str) -> tuple[Choices | Misunderstood, str]:
    """Take a weekday that stands beside a date, and hold it against the date."""
    beside = _ANY_WEEKDAY.search(rest)
    if beside is None or isinstance(found, Misunderstood):
        return found, rest
    day = found[0].date
    if _WEEKDAYS[day.weekday()] != beside[1][:3]:
        return Misunderstood(line("when.other_weekday", given=beside[0], day=day.isoformat())), rest
    return found, f"{rest[: beside.start()]} {rest[beside.end() :]}".strip(" ,")


def _iso(match: re.Match[str], _: date) -> Choices | Misunderstood:
    return _dated(match, int(match[1]), int(match[2]), int(match[3]))


def _dotted(match: re.Match[str], _: date) -> Choices | Misunderstood:
    return _dated(match, int(match[3]), int(match[2]), int(match[1]))


def _slashed(match: re.Match[str], today: date) -> Choices | Misunderstood:
    first, second = int(match[1]), int(match[2])
    if first <= 12 and second <= 12 and first != second:
        year = int(match[3] or today.year)
        readings = (f"{year}-{first:02}-{second:02}", f"{year}-{second:02}-{first:02}")
        return Misunderstood(line("when.day_or_month", given=match[0].strip(), readings=readings))
    month, day = (second, first) if first > 12 else (first, second)
    return _with_year(match, match[3], month, day, today)


def _day_month(match: re.Match[str], today: date) -> Choices | Misunderstood:
    return _with_year(match, match[3], _month(match[2]), int(match[1]), today)


def _month_day(match: re.Match[str], today: date) -> Choices | Misunderstood:
    return _with_year(match, match[3], _month(match[1]), int(match[2]), today)


def _with_year(
    match: re.Match[str], year: str | None, month: int, day: int, today: date
) -> Choices | Misunderstood:
    if year is not None:
        return _dated(match, int(year), month, day)
    choices: list[Choice] = []
    for candidate in range(today.year, today.year + 9):
        found = _date(candidate, month, day)
        if found is not None and found >= today:
            doubt = line("when.rolled_to_year", day=found.isoformat())
            choices.append(Choice(found, (doubt,) if candidate > today.year else ()))
    return tuple(choices[:2]) or _no_such_day(match)


def _dated(match: re.Match[str], year: int, month: int, day: int) -> Choices | Misunderstood:
    found = _date(year, month, day)
    return (Choice(found),) if found else _no_such_day(match)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1900 <= year < 3000 else None
    except ValueError:
        return None


def _no_such_day(match: re.Match[str]) -> Misunderstood:
    return Misunderstood(line("when.no_such_day", given=match[0].strip()))


def _month(word: str) -> int:
    return _MONTHS.index(word[:3]) + 1


def _next_weekday(match: re.Match[str], today: date) -> Choices:
    soonest, monday = _coming(match[1], today + _DAY), today - today.weekday() * _DAY
    next_week = monday + _WEEK + _WEEKDAYS.index(match[1][:3]) * _DAY
    if soonest == next_week:
        return (Choice(next_week),)
    doubt = line("when.next_weekday", day=next_week.isoformat(), other=soonest.isoformat())
    return (Choice(next_week, (doubt,)),)


def _weekday_next_week(match: re.Match[str], today: date) -> Choices:
    monday = today + _WEEK - today.weekday() * _DAY
    return (Choice(monday + _WEEKDAYS.index((match[1] or match[2])[:3]) * _DAY),)


def _weekday(match: re.Match[str], today: date) -> Choices:
    day = _coming(match[1], today)
    if day != today:
        return (Choice(day),)
    later = today + _WEEK
    doubt = line("when.weekday_is_today", day=today.isoformat(), other=later.isoformat())
    rolled = line("when.rolled_to_next_week", day=later.isoformat())
    return Choice(today, (doubt,)), Choice(later, (rolled,))


def _coming(weekday: str, since: date) -> date:
    return since + (_WEEKDAYS.index(weekday[:3]) - since.weekday()) % 7 * _DAY


def _in_days(match: re.Match[str], today: date) -> Choices | Misunderstood:
    ahead = span(match[1])
    if ahead is None or ahead % _DAY or ahead > 4000 * _DAY:
        return _no_such_day(match)
    return (Choice(today + ahead),)


def _ahead(days: int) -> Callable[[re.Match[str], date], Choices]:
    return lambda _, today: (Choice(today + days * _DAY),)


_FORMS: dict[re.Pattern[str], Callable[[re.Match[str], date], Choices | Misunderstood]] = {
    re.compile(r"(?<!\S)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\S)"): _iso,
    re.compile(r"(?<!\S)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\S)"): _dotted,
    re.compile(r"(?<!\S)(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}))?(?!\S)"): _slashed,
    re.compile(rf"(?<!\S){_NUMBER}(?: of)? {_MONTH}{_YEAR}"): _day_month,
    re.compile(rf"(?<!\S){_MONTH} {_NUMBER}{_NO_CLOCK}{_YEAR}"): _month_day,
    re.compile(r"\b(?:the )?day after tomorrow\b"): _ahead(2),
    re.compile(r"\b(?:tomorrow|tmrw|tmr)\b"): _ahead(1),
    re.compile(r"\b(?:today|tonight)\b"): _ahead(0),
    re.compile(r"\bin ((?:\d+|an?|one) (?:days?|weeks?))\b"): _in_days,
    re.compile(rf"\b{_WEEKDAY} next week|next week(?: on)? {_WEEKDAY}"): _weekday_next_week,
    re.compile(rf"\bnext {_WEEKDAY}"): _next_weekday,
    re.compile(rf"\b(?:this )?{_WEEKDAY}"): _weekday,
}
