"""People's words for a time zone: an IANA name, a city, an abbreviation, an offset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from zoneinfo import available_timezones

from commands.grammar import excerpt, nearest, plain
from commands.messages import Line, line
from commands.offsets import Misunderstood

_AREAS = frozenset(
    ("africa", "america", "antarctica", "arctic", "asia", "atlantic", "australia", "europe")
    + ("indian", "pacific")
)
_LONGEST_OFFSET = re.compile(r"(?:utc|gmt)?([+\u2212-])(\d{1,2})(?::?([0-5]\d))?")
# A minus right after a clock is an offset only in ISO 8601: `9:00-10:00` says from when to when.
_OFFSET_SAID = re.compile(
    r"(?:(?:(?<=:\d\d)|(?<=[ap]m))(?:\+\d{1,2}(?::?[0-5]\d)?|z)"
    r"|(?<=\S )[+\u2212-]\d{1,2}(?::?[0-5]\d)?"
    r"|(?:(?<=t\d\d:\d\d)|(?<=t\d\d:\d\d:\d\d))[\u2212-]\d\d(?::?[0-5]\d)?)(?!\S)"
)


@dataclass(frozen=True, slots=True)
class Zone:
    """What somebody said about the zone.

    `name` is an IANA name, None for a bare offset, which is the zone of no place. `offset` is
    set where the words fix it, whatever the zone's clocks show at that time of the year.
    """

    name: str | None
    offset: timedelta | None = None
    said: str = ""


def find(text: str) -> str | Misunderstood:
    """Return the IANA name of a zone: in any case, or by its city (`stockholm`)."""
    word = _key(text)
    if word in _UTC:
        return "UTC"
    found = _names().get(word) or _cities().get(word) or _AMERICAN.get(word.upper())
    if found is not None:
        return found
    if candidates := _UNCLEAR.get(word.upper()):
        return Misunderstood(_unclear_line(word, candidates))
    if word.upper() in _ABBREVIATIONS:
        return Misunderstood(_unclear_line(word, (_ABBREVIATIONS[word.upper()][1],)))
    known = {**_cities(), **_names()}
    alike = tuple(known[name] for name in nearest(word, known))
    return Misunderstood(line("zone.unknown", given=excerpt(text), nearest=alike or ("UTC",)))


def take(text: str) -> tuple[Zone | Misunderstood | None, str]:
    """Take a zone out of a time in plain words; return it and the rest of the words."""
    if match := _OFFSET_SAID.search(text):
        rest = f"{text[: match.start()]} {text[match.end() :]}".strip()
        return (Zone("UTC") if match[0] == "z" else _offset(match[0])), rest
    words = text.split()
    for index, word in enumerate(words):
        found = _of_word(word)
        if found is not None:
            left = words[:index] + words[index + 1 :]
            return found, " ".join(word for word in left if word != "time")
    return None, text


def city(words: str) -> str | None:
    """Return the zone of the city that these words are, if they are one."""
    return _cities().get(_key(words.removesuffix(" time")))


def _of_word(word: str) -> Zone | Misunderstood | None:
    if word in _UTC:
        return Zone("UTC")
    if word.upper() in _AMERICAN:
        return Zone(_AMERICAN[word.upper()])
    if word.upper() in _ABBREVIATIONS:
        hours, name = _ABBREVIATIONS[word.upper()]
        return Zone(name, timedelta(hours=hours), word.upper())
    if candidates := _UNCLEAR.get(word.upper()):
        return Misunderstood(_unclear_line(word, candidates))
    if _OFFSET.fullmatch(word) and word.startswith(("utc", "gmt")):
        return _offset(word)
    if "/" in word and word[0].isalpha():
        found = find(word)
        return found if isinstance(found, Misunderstood) else Zone(found)
    return None


def _offset(word: str) -> Zone | Misunderstood:
    match = _OFFSET.fullmatch(word)
    span = timedelta(hours=int(match[2]), minutes=int(match[3] or 0)) if match else None
    if match is None or span is None or span > _LONGEST_OFFSET:
        return Misunderstood(line("zone.no_offset", given=excerpt(word)))
    return Zone(None, span if match[1] == "+" else -span, word)


def _unclear_line(word: str, candidates: tuple[str, ...]) -> Line:
    return line("zone.unclear", given=word.upper(), candidates=candidates)


def _key(words: str) -> str:
    return "_".join(plain(words).split())


@cache
def _names() -> Mapping[str, str]:
    """Return the names with an area, by their lower case; reading them takes 20 ms."""
    return {name.casefold(): name for name in available_timezones() if "/" in name}


@cache
def _cities() -> Mapping[str, str]:
    """Return the cities that only one area knows."""
    found: dict[str, list[str]] = {}
    for key, name in _names().items():
        if key.split("/")[0] in _AREAS:
            found.setdefault(key.rsplit("/", 1)[1], []).append(name)
    return {city: names[0] for city, names in found.items() if len(names) == 1 and len(city) > 3}
