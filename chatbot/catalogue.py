"""The words of one language, as its gettext file has them: patterns by key, and their plurals.

The files (`locale/LANGUAGE/LC_MESSAGES/bellringer.po`) are read as they are: compiled ones would
spare some milliseconds before a language is first spoken, and could differ from these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from gettext import c2py
from pathlib import Path
from unicodedata import bidirectional

_FOLDER = Path(__file__).parent / "locale"
_FILE = Path("LC_MESSAGES") / "bellringer.po"
_A_SENTENCE = "help.help"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language. `plural` returns which of a key's forms a number takes."""

    patterns: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]
    right_to_left: bool

    def pattern(self, key: str, count: object) -> str:
        """Return the pattern of a sentence. Raises KeyError for an unknown key."""
        forms = self.patterns[key]
        return forms[self.plural(count) if len(forms) > 1 and isinstance(count, int) else 0]


def languages() -> tuple[str, ...]:
    """Return all languages that there are, by their RFC 5646 tags in lower case."""
    return tuple(sorted(path.parts[-3] for path in _FOLDER.glob(f"*/{_FILE}")))


def read(language: str) -> Catalogue:
    """Return the words of a language. Raises FileNotFoundError when there are none."""
    # Only here: babel's reader takes as long to load as a language does to read.
    from babel.messages.pofile import read_po

    with (_FOLDER / language / _FILE).open("rb") as file:
        found = read_po(file, locale=language.replace("-", "_"))
    patterns = {_forms(each.id)[0]: _forms(each.string) for each in found if each.id}
    # Seen by the words themselves: babel would load 4 MiB of the language to say it.
    to_left = any(bidirectional(letter) in {"R", "AL"} for letter in patterns[_A_SENTENCE][0])
    return Catalogue(patterns, c2py(found.plural_expr), to_left)


def _forms(string: str | Iterable[str] | None) -> tuple[str, ...]:
    return (string or "",) if isinstance(string, str | None) else tuple(string)
