"""A line of text to a command's name, its head, and the parts between `|` bars."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

_EXCERPT = 40
_NOT_TEXT = {"Cc", "Cs", "Zl", "Zp"}
"""Categories of what is no text: control characters, half characters, ends of lines."""
_ALIKE = 60
"""From this similarity on (rapidfuzz, 0 to 100) a word is taken for a slip of another."""
# Overrides, embeddings and isolates of the bidirectional algorithm (Unicode annex 9, section 2).
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])

_BAR = re.compile(r"\\\||\||\[\[|\]\]|\{\{|\}\}")
_CLOSES = {"]]": "[[", "}}": "{{"}
_FIRST = re.compile(r"\s*(\S+)(?:\s+(\S+))?")
# A closing quote stands before a space or the end, so an inner quote or an apostrophe is a letter.
_WORD = re.compile(
    r"""\s*(?:"(?P<a>.+?)"|“(?P<b>.+?)[”“"]|„(?P<c>.+?)[“”"]|«(?P<d>.+?)»"""
    r"""|'(?P<e>\S+?)'|‘(?P<f>\S+?)’|(?P<g>\S+))(?!\S)""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A command's name as it is known, and what follows, not yet read.

    `head` is the text before the first bar, `parts` are the texts after each.
    """

    name: str
    head: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """No such command: what was said, in short, and the names most like it, best first."""

    word: str
    nearest: tuple[str, ...]


def split(text: str, names: Collection[str]) -> Parsed | Unknown:
    """Find which of `names` (one or two words, aliases too) a line begins with.

    Case, runs of spaces of any sort, full-width letters and invisible characters make no
    difference to the name. Bars inside `[[…]]` and `{{…}}` and after a backslash are letters.
    """
    # Whatever transport it came by: no desk and no database meets what is not text.
    head, *parts = _sections(printable(text))
    match = _FIRST.match(head)
    if match is None:
        return Unknown("", ())
    first, second = plain(match[1]), plain(match[2] or "")
    both = f"{first} {second}"
    if second and both in names:
        return Parsed(both, head[match.end(2) :].strip(), tuple(parts))
    if first in names and not _is_slip(first, second, names):
        return Parsed(first, head[match.end(1) :].strip(), tuple(parts))
    belongs = any(name.startswith(f"{first} ") for name in names)
    nearest = _nearest_names(first, both, names)
    return Unknown(excerpt(both.strip() if belongs else first), nearest)


def next_word(text: str) -> tuple[str, str]:
    """Return the first word of `text`, out of its quotes, and the rest; both may be empty."""
    match = _WORD.match(text)
    if match is None:
        return "", ""
    return visible(match[match.lastgroup or 0]), text[match.end() :].strip()


def unquoted(text: str) -> str:
    """Return `text` without the quotes that stand around the whole of it."""
    whole = text.strip()
    match = _WORD.match(whole)
    return match[match.lastgroup or 0] if match and match.end() == len(whole) else whole


def printable(text: str) -> str:
    """Return `text` with a space for each control character, lone surrogate and end of line."""
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(c) in _NOT_TEXT else c for c in text)


def straight(text: str) -> str:
    """Return `text` printable and without what turns around the words that stand beside it."""
    # What turns words around is not printable.
    return text if text.isprintable() else printable(text).translate(_TURNING)


def visible(text: str) -> str:
    """Return `text` without zero-width and bidirectional controls (Unicode category Cf)."""
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def plain(text: str) -> str:
    """Return `text` for comparison: visible, in compatibility form (NFKC), case-folded."""
    return unicodedata.normalize("NFKC", visible(text)).casefold()


def excerpt(text: str, most: int = _EXCERPT) -> str:
    """Return the beginning of what somebody wrote, short enough to be repeated to him."""
    return text if len(text) <= most else text[: most - 1] + "…"


def nearest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return at most three of `known` that `word` may be a slip of, best first."""
    # Most lines are right: what only slips need is not loaded at start.
    from rapidfuzz import fuzz, process

    given = plain(word)[:_EXCERPT]
    found = process.extract(given, list(known), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return tuple(name for name, _, _ in found[:3])


def _sections(text: str) -> list[str]:
    marks = list(_BAR.finditer(text))
    bars = _bars_outside(marks)
    edges = [-1, *bars, len(text)]
    cut = (text[start + 1 : end] for start, end in pairwise(edges))
    return [section.replace("\\|", "|").strip() for section in cut]


def _bars_outside(marks: list[re.Match[str]]) -> list[int]:
    """Return where the bars are that separate: a bracket that is never closed hides none."""
    bars: list[int] = []
    opened: list[tuple[str, int]] = []
    for mark in marks:
        if mark[0] == "|":
            bars.append(mark.start())
        elif mark[0] in _CLOSES.values():
            opened.append((mark[0], len(bars)))
        elif opened and opened[-1][0] == _CLOSES.get(mark[0]):
            del bars[opened.pop()[1] :]
    return bars


def _is_slip(first: str, second: str, names: Collection[str]) -> bool:
    """Return whether `first second` is a misspelt longer name, as in `event ad`."""
    seconds = [name.split()[1] for name in names if name.startswith(f"{first} ")]
    return bool(seconds) and second.isalpha() and bool(nearest(second, seconds))


def _nearest_names(first: str, both: str, names: Collection[str]) -> tuple[str, ...]:
    one = nearest(first, [name for name in names if " " not in name])
    two = nearest(both, [name for name in names if " " in name])
    return (two + one if both.strip() != first else one + two)[:3]
