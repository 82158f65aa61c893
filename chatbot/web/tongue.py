"""Which language a page speaks, and how its speakers write dates and begin their weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError, get_global
from babel.dates import format_date, format_skeleton

from commands.tongues import chosen

_WORLD = {"en": "en_001"}
"""Where a language by itself would mean one country's way of writing dates."""

# CLDR has no pattern for a day of this year with the whole name of its weekday in some languages.
_DAY = {"ar": "EEEE، d MMMM", "es": "EEEE, d 'de' MMMM"}


@dataclass(frozen=True, slots=True)
class Tongue:
    """How a page speaks: one of our languages, and the first day of the week (Monday is 0).

    `negotiated` says that another reader can get another language at the same address.
    """

    language: str
    first_weekday: int
    negotiated: bool

    @property
    def locale(self) -> Locale:
        """By which dates are written."""
        return _locale(_WORLD.get(self.language, self.language.replace("-", "_")))

    def month(self, day: date) -> str:
        """Return `December 2026`."""
        return format_skeleton("yMMMM", _noon(day), locale=self.locale)

    def day(self, day: date) -> str:
        """Return `Tuesday 1 December`."""
        return format_date(day, _DAY.get(self.language, "EEEE d MMMM"), locale=self.locale)

    def full_day(self, day: date) -> str:
        """Return `Tuesday 1 December 2026`."""
        return format_date(day, "full", locale=self.locale)

    def short_day(self, day: date) -> str:
        """Return `1 Dec`."""
        return format_skeleton("MMMd", _noon(day), locale=self.locale)

    def weekdays(self) -> tuple[tuple[str, str], ...]:
        """Return the short and the whole name of each weekday, from the week's first on."""
        names = self.locale.days["stand-alone"]
        order = [(self.first_weekday + number) % 7 for number in range(7)]
        return tuple((names["abbreviated"][each], names["wide"][each]) for each in order)


@lru_cache(maxsize=512)
def tongue(asked: str | None, accepted: str, spoken: tuple[str, ...]) -> Tongue:
    """Return how to speak to a reader who names a language, or whose browser accepts some.

    `accepted` is the header Accept-Language (RFC 9110, 12.5.4); `spoken` are our languages, the
    usual one first.
    """
    wishes = _wishes(accepted)
    named = chosen(asked, spoken)
    fit = {each: found for each in wishes if (found := chosen(each, spoken))}
    wish = next((each for each, found in fit.items() if named in {None, found}), None)
    language = named or fit.get(wish or "") or spoken[0]
    return Tongue(language, _first_weekday(wish or language), negotiated=named is None)


def _wishes(accepted: str) -> Sequence[str]:
    """Return the tags of the header, what is wanted most first."""
    found = []
    for each in accepted[:500].casefold().split(","):
        tag, _, weight = each.partition(";")
        try:
            value = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if value > 0:
            found.append((value, tag.strip()))
    return [tag for _, tag in sorted(found, key=lambda pair: -pair[0])]


def _first_weekday(tag: str) -> int:
    base, *rest = tag.split("-")
    region = next((each for each in rest if len(each) == 2), "")
    likely = _WORLD.get(base) or get_global("likely_subtags").get(base, base)
    name = f"{base}_{region.upper()}" if region else likely
    try:
        return _locale(name).first_week_day
    except (UnknownLocaleError, ValueError):
        return 0


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    return Locale.parse(name)


def _noon(day: date) -> datetime:
    """Return an instant that is on this day: babel would take a bare one for midnight anywhere."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
