"""A calendar sheet: which occurrences stand on which days (UTC) of a month or a week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from commands.rules.showcase import Entry

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """An occurrence on a day; on all days but its first it is a continuation."""

    entry: Entry
    continued: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day (UTC) with what takes place on it, by start."""

    on: date
    slots: tuple[Slot, ...]


def midnight(day: date) -> datetime:
    """Return the instant at which a day begins in UTC."""
    return datetime.combine(day, time(), UTC)


def first_of_month(day: date) -> date:
    """Return the first day of the month that a day is in."""
    return day.replace(day=1)


def month_after(day: date, months: int = 1) -> date:
    """Return the first day of the month so many months later, or earlier."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def week_of(day: date, first_weekday: int) -> date:
    """Return the day on which the week begins that a day is in. Monday is 0."""
    return day - _DAY * ((day.weekday() - first_weekday) % 7)


def whole_weeks(month: date, first_weekday: int) -> tuple[date, date]:
    """Return the first day of a month's sheet, and the first day that stands on it no more."""
    last = month_after(month) - _DAY
    return week_of(first_of_month(month), first_weekday), week_of(last, first_weekday) + 7 * _DAY


def days(entries: Iterable[Entry], first: date, until: date) -> tuple[Day, ...]:
    """Return each day from `first` to before `until`, in order, with its occurrences."""
    found: dict[date, list[Slot]] = {
        first + _DAY * number: [] for number in range((until - first).days)
    }
    for entry in entries:
        begins = entry.starts_at.astimezone(UTC).date()
        ends = max(begins, (entry.ends_at.astimezone(UTC) - timedelta.resolution).date())
        day = max(begins, first)
        while day <= ends and day < until:
            found[day].append(Slot(entry, continued=day != begins))
            day += _DAY
    return tuple(Day(day, tuple(slots)) for day, slots in found.items())
