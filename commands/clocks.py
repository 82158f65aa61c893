"""People's words for a time of day."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

from commands.messages import Line, line
from commands.offsets import Misunderstood

_HALF = r" ?([ap])\.? ?m\b\.?"


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day on somebody's wall, and what is doubtful about it."""

    time: time
    doubts: tuple[Line, ...] = ()


def take(text: str) -> tuple[Clock | Misunderstood | None, str]:
    """Take a time of day out of plain words; return it and the rest of the words."""
    for pattern, read in _FORMS.items():
        if match := pattern.search(text):
            rest = f"{text[: match.start()]} {text[match.end() :]}"
            return read(match), " ".join(rest.split())
    return None, text


def _in_figures(match: re.Match[str]) -> Clock | Misunderstood:
    hour, minute, second, half = match.groups()
    return _clock(match, int(hour), int(minute), int(second or 0), half)


def _hour(match: re.Match[str]) -> Clock | Misunderstood:
    return _clock(match, int(match[1]), 0, 0, match[2])


def _bare_hour(match: re.Match[str]) -> Clock | Misunderstood:
    hour = int(match[1])
    if 1 <= hour <= 12:
        readings = (f"{hour:02}:00", f"{(hour + 12) % 24:02}:00")
        return Misunderstood(line("when.morning_or_evening", given=match[1], readings=readings))
    return _clock(match, hour, 0, 0, None)


def _clock(
    match: re.Match[str], hour: int, minute: int, second: int, half: str | None
) -> Clock | Misunderstood:
    if half is not None and not 1 <= hour <= 12:
        return _no_such_time(match)
    if half is not None:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return Clock(time(hour, minute, second))
    except ValueError:
        return _no_such_time(match)


def _no_such_time(match: re.Match[str]) -> Misunderstood:
    return Misunderstood(line("when.no_such_time", given=match[0].strip()))


_FORMS: dict[re.Pattern[str], Callable[[re.Match[str]], Clock | Misunderstood]] = {
    re.compile(rf"(?<!\S)(\d{{1,2}})[:.h](\d\d)(?::(\d\d))?(?:{_HALF})?(?!\S)"): _in_figures,
    re.compile(rf"(?<!\S)(\d{{1,2}}){_HALF}(?!\S)()"): _hour,
    re.compile(r"(?<!\S)(\d{1,2}) ?h(?!\S)()"): lambda m: _clock(m, int(m[1]), 0, 0, None),
    re.compile(r"\b(?:12 )?(?:noon|midday)\b"): lambda _: Clock(time(12)),
    re.compile(r"\b(?:12 )?midnight\b"): lambda _: Clock(time(0), (line("when.midnight"),)),
    re.compile(r"^(\d{1,2})$"): _bare_hour,
}
