"""Instants as the speakers of a language write them: in UTC, and in a reader's zone too.

The digits are 0 to 9 in every language, so that a time can be typed back as it is read.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_datetime

from commands.messages import Moment

_PATTERN = "EEE d MMM y HH:mm"
_PRECISE = "EEE d MMM y HH:mm:ss"


def instant(when: datetime, locale: Locale) -> str:
    """Return an instant in UTC, with its seconds where there are any."""
    pattern = _PRECISE if when.second else _PATTERN
    return f"{format_datetime(when.astimezone(UTC), pattern, locale=locale)} UTC"


def moment(when: Moment, locale: Locale) -> str:
    """Return an instant in UTC and, behind it in brackets, on the clock of its zone."""
    shown = instant(when.instant, locale)
    if when.zone in {None, "UTC", "Etc/UTC"}:
        return shown
    local = when.instant.astimezone(ZoneInfo(str(when.zone)))
    same_day = local.date() == when.instant.astimezone(UTC).date()
    pattern = "HH:mm" if same_day else "EEE d MMM HH:mm"
    return f"{shown} ({format_datetime(local, pattern, locale=locale)} {when.zone})"
