"""People's words for a time zone: an IANA name, a city, an abbreviation, an offset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from zoneinfo import available_timezones

from babel.core import get_global, parse_locale

from commands.grammar import excerpt, nearest, plain
from commands.messages import line
from commands.offsets import Misunderstood

_AREAS = (
    *("africa/", "america/", "antarctica/", "arctic/", "asia/"),
    *("atlantic/", "australia/", "europe/", "indian/", "pacific/"),
)
_LARGEST_OFFSET = timedelta(hours=14)
_UTC = {"utc", "gmt", "z", "zulu"}

# Hours from UTC where the letters fix them, and where they are used. Several places: not clear.
_LETTERS: Mapping[str, tuple[int | None, tuple[str, ...]]] = {
    "WET": (0, ("Europe/Lisbon",)),
    "WEST": (1, ("Europe/Lisbon",)),
    "CET": (1, ("Europe/Berlin",)),
    "CEST": (2, ("Europe/Berlin",)),
    "WAT": (1, ("Africa/Lagos",)),
    "EET": (2, ("Europe/Helsinki",)),
    "EEST": (3, ("Europe/Helsinki",)),
    "MSK": (3, ("Europe/Moscow",)),
    "ET": (None, ("America/New_York",)),
    "EST": (-5, ("America/New_York",)),
    "EDT": (-4, ("America/New_York",)),
    "CT": (None, ("America/Chicago",)),
    "CDT": (-5, ("America/Chicago",)),
    "MT": (None, ("America/Denver",)),
    "MDT": (-6, ("America/Denver",)),
    "PT": (None, ("America/Los_Angeles",)),
    "PST": (-8, ("America/Los_Angeles",)),
    "PDT": (-7, ("America/Los_Angeles",)),
    "JST": (9, ("Asia/Tokyo",)),
    "AEST": (10, ("Australia/Sydney",)),
    "AEDT": (11, ("Australia/Sydney",)),
    "NZST": (12, ("Pacific/Auckland",)),
    "NZDT": (13, ("Pacific/Auckland",)),
    "IST": (None, ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem")),
    "CST": (None, ("America/Chicago", "Asia/Shanghai", "America/Havana")),
    "BST": (None, ("Europe/London", "Asia/Dhaka")),
    "MST": (None, ("America/Denver", "America/Phoenix")),
    "AST": (None, ("America/Halifax", "Asia/Riyadh")),
    "SST": (None, ("Asia/Singapore", "Pacific/Pago_Pago")),
}
_OFFSET = re.compile(r"(?:utc|gmt)?([+\u2212-])(\d{1,2})(?::?([0-5]\d))?")
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
    set where the words fix it; `letters` are then those of an abbreviation.
    """

    name: str | None
    offset: timedelta | None = None
    letters: str = ""


def find(text: str) -> str | Misunderstood:
    """Return the IANA name of a zone: in any case, or by its city (`stockholm`)."""
    key = _key(text)
    found = "UTC" if key in _UTC else _names().get(key) or _cities().get(key)
    if found is not None:
        return found
    if key.upper() in _LETTERS:
        return _unclear(key)
    known = {**_cities(), **_names()}
    alike = tuple(dict.fromkeys(known[name] for name in nearest(key, known)))
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
            return found, " ".join(words[:index] + words[index + 1 :])
    return None, text


def city(words: str) -> str | None:
    """Return the zone of the city that these words are, if they are one."""
    return _cities().get(_key(words))


def of_language(tag: str | None) -> str | None:
    """Return the only zone of the country where whoever reads a language most likely lives.

    `tag` is an RFC 5646 tag; without a territory in it, CLDR's likely subtags tell one. None
    where nothing is known, or the country has several zones.
    """
    try:
        language, territory, *_ = parse_locale(tag or "", sep="-")
        likely = get_global("likely_subtags").get(language, language)
        country = territory or parse_locale(likely)[1]
    except ValueError:
        return None
    places = get_global("territory_zones").get(country or "", ())
    return places[0] if len(places) == 1 else None


def _of_word(word: str) -> Zone | Misunderstood | None:
    if word in _UTC:
        return Zone("UTC")
    if word.upper() in _LETTERS:
        return _of_letters(word)
    if word.startswith(("utc", "gmt")) and _OFFSET.fullmatch(word):
        return _offset(word)
    if "/" in word and word[0].isalpha():
        found = find(word)
        return found if isinstance(found, Misunderstood) else Zone(found)
    return None


def _of_letters(word: str) -> Zone | Misunderstood:
    hours, places = _LETTERS[word.upper()]
    if len(places) > 1:
        return _unclear(word)
    if hours is None:
        return Zone(places[0])
    return Zone(places[0], timedelta(hours=hours), word.upper())


def _unclear(letters: str) -> Misunderstood:
    places = _LETTERS[letters.upper()][1]
    return Misunderstood(line("zone.unclear", given=letters.upper(), candidates=places))


def _offset(word: str) -> Zone | Misunderstood:
    match = _OFFSET.fullmatch(word)
    size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0)) if match else None
    if match is None or size is None or size > _LARGEST_OFFSET:
        return Misunderstood(line("zone.no_offset", given=excerpt(word)))
    return Zone(None, size if match[1] == "+" else -size)


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
        if key.startswith(_AREAS):
            found.setdefault(key.rsplit("/", 1)[1], []).append(name)
    return {city: names[0] for city, names in found.items() if len(names) == 1 and len(city) > 3}
