"""Long spans of time as people say them: months and years, which the clocks of events lack.

Free of the calendar: a month is 30 days and a year 365, so that a recipe means the same whenever
it is read.
"""

from __future__ import annotations

import re
from datetime import timedelta

from commands.grammar import plain
from commands.messages import Line, line
from commands.offsets import span

SHORTEST = timedelta(days=1)
LONGEST = timedelta(days=36500)
MONTH = timedelta(days=30)
YEAR = timedelta(days=365)

_NAMES = r"(?:months?|mos?|years?|yrs?|y)(?![^\W\d_])\.?"
_PIECE = re.compile(rf"(\d{{1,6}}(?:[.,]\d{{1,2}})?)\s*({_NAMES})")
_ONE = re.compile(rf"\b(?:an?|one)\s+(?={_NAMES})")
_HALF_YEAR = re.compile(r"\bhalf(?:\s+an?)?\s+year\b")
_LONGEST_TEXT = 60


def long_span(text: str) -> timedelta | None:
    """Return the span of `6 months`, `2 years`, `30d`, `1 year and 2 weeks`, to the second.

    None for anything else, and for less than SHORTEST or more than LONGEST.
    """
    given = plain(text).strip()
    if len(given) > _LONGEST_TEXT:
        return None
    found = span(_PIECE.sub(_in_days, _ONE.sub("1 ", _HALF_YEAR.sub("6 months", given))))
    return found if found is not None and SHORTEST <= found <= LONGEST else None


def typed_span(found: timedelta) -> str:
    """Return a span as it is typed; `long_span` reads the same."""
    for unit, name in ((YEAR, "year"), (MONTH, "month")):
        if not found % unit:
            return f"{found // unit} {name}s" if found > unit else f"1 {name}"
    days = f"{found.days} days" if found.days > 1 else "1 day"
    return f"{days} {found.seconds} seconds" if found.seconds else days


def spoken_span(found: timedelta) -> Line | timedelta:
    """Return a span as it is said: `2 years` rather than `730 days`."""
    if not found % YEAR:
        return line("recipe.years", count=found // YEAR)
    if not found % MONTH:
        return line("recipe.months", count=found // MONTH)
    return found


def _in_days(piece: re.Match[str]) -> str:
    unit = YEAR if piece[2].startswith("y") else MONTH
    return f"{float(piece[1].replace(',', '.')) * unit.days:.2f}d"
