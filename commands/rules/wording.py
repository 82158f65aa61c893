"""What follows a message in a command: in which language it is, and which languages are meant."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_LAST = re.compile(
    r"(?P<before>.*?)(?:^|\|)\s*(?P<name>language|languages|without)\s*[:：]\s*"
    r"(?P<codes>[a-z]{2,}(?:-[a-z0-9]+)*(?:[\s,]+[a-z]{2,}(?:-[a-z0-9]+)*)*)\s*",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Wording:
    """A message's text as it was typed, and MediaWiki's codes of languages behind it.

    `language` is what the text is in, `only` the translations that are to be taken from a page
    (none: all), `without` those that are to be taken out of the run.
    """

    text: str
    language: str = ""
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


def wording(text: str) -> Wording:
    """Take `| language: sv`, `| languages: sv, nb` and `| without: sv` off the end of a text."""
    found = _LAST.fullmatch(text)
    if found is None:
        return Wording(text.strip())
    codes = tuple(dict.fromkeys(found["codes"].lower().replace(",", " ").split()))
    rest = wording(found["before"])
    match found["name"].lower():
        case "without":
            return replace(rest, without=codes)
        case "language" if len(codes) == 1:
            return replace(rest, language=codes[0])
    return replace(rest, only=codes)
