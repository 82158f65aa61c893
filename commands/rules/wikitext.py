"""What stands where in wikitext: comments, tags, brackets and headings, each with its line.

MediaWiki repairs nearly everything when it renders a page, so that only few mistakes matter:
those that reach beyond the section in which they stand. Those are what is looked for here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

_OPENING = re.compile(r"<!--|<(?P<inert>nowiki|pre)(?:\s[^<>]*)?>|<nowiki\s*/>", re.IGNORECASE)
_EMPTY = re.compile(r"<nowiki\s*/>", re.IGNORECASE)
_CLOSING = {tag: re.compile(rf"</{tag}\s*>", re.IGNORECASE) for tag in ("nowiki", "pre")}
# Tags that must be closed. Where MediaWiki closes by itself (li, td, p), nothing leaks.
_SELF_ENDING = (
    r"gallery|includeonly|math|noinclude|nowiki|onlyinclude|poem|pre|ref|score|source|span"
    r"|syntaxhighlight"
)
_PAIRED = (
    r"abbr|b|bdi|bdo|big|blockquote|caption|center|cite|code|data|del|dfn|div|em|font|h[1-6]|i|ins"
    r"|kbd|mark|ol|q|ruby|s|samp|small|strike|strong|sub|sup|table|time|tt|u|ul|var"
)
_TAG = re.compile(
    rf"<(?P<close>/?)(?P<name>{_SELF_ENDING}|{_PAIRED})(?=[\s/>])[^<>]*?(?P<end>/?)>",
    re.IGNORECASE,
)
_ENDED = re.compile(_SELF_ENDING)
_BRACES = re.compile(r"\{\{+|\}\}+")
_LINKS = re.compile(r"\[\[|\]\]")
_TABLES = re.compile(r"^[ \t:*#;]*(\{\||\|\}(?!\}))", re.MULTILINE)
_PLAIN = re.compile(r"(?!.*(?:RFC|PMID|ISBN|__))[\w(][\w ().,-]*")
_ACTIVE = re.compile(r"""[!-'*+/:-@\[-`{-~]|-(?=-)|(?<![^\W_])[RPI](?=FC|MID|SBN)""")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Spot:
    """Something found: what, and on which line, counted from 1."""

    what: str
    line: int


def blanked(text: str) -> str:
    """Return `text` with comments, nowiki and pre made blank; every line stays where it was.

    These are what the pre-save transform and the parser leave alone. An unclosed comment runs
    to the end, an unclosed `<nowiki>` is plain text (`Preprocessor_Hash` in MediaWiki 1.39).
    """
    pieces: list[str] = []
    position = 0
    for start, end in _inert(text):
        pieces += (text[position:start], re.sub(r"[^\n]", " ", text[start:end]))
        position = end
    return "".join((*pieces, text[position:]))


def find(pattern: re.Pattern[str], text: str) -> tuple[Spot, ...]:
    """Return where a pattern occurs outside comments, nowiki and pre."""
    blank = blanked(text)
    line = _lines(blank)
    return tuple(Spot(m[0], line(m.start())) for m in pattern.finditer(blank))


def unclosed_comment(text: str) -> Spot | None:
    """Return where a comment begins that nothing ends: it would swallow the page below."""
    for start, end in _inert(text):
        if text.startswith("<!--", start) and not text.endswith("-->", start, end):
            return Spot("<!--", _lines(text)(start))
    return None


def unpaired_tags(text: str) -> tuple[Spot, ...]:
    """Return the tags that are opened and never closed (`<b>`), or the reverse (`</b>`).

    `<div/>` opens a div, since MediaWiki reads HTML as HTML 5 does (T134423).
    """
    blank = blanked(text)
    line = _lines(blank)
    opened: dict[str, list[int]] = {}
    unpaired: list[tuple[int, str]] = []
    for tag in _TAG.finditer(blank):
        name = tag["name"].lower()
        if tag["end"] and _ENDED.fullmatch(name):
            continue
        if not tag["close"]:
            opened.setdefault(name, []).append(tag.start())
        elif opened.get(name):
            # Those between may close later, as people do.
            opened[name].pop()
        else:
            unpaired.append((tag.start(), f"</{name}>"))
    left = sorted((at, f"<{name}>") for name, places in opened.items() for at in places)
    return tuple(Spot(what, line(at)) for at, what in (*left, *unpaired))


def unbalanced(text: str) -> tuple[Spot, ...]:
    """Return the brackets that lack their other half: `{{`, `[[`, `{|`, or `}}`, `]]`, `|}`."""
    blank = blanked(text)
    braces = _unmatched_braces([(m.start(), m[0]) for m in _BRACES.finditer(blank)])
    links = _unmatched([(m.start(), m[0]) for m in _LINKS.finditer(blank)], "[[")
    tables = _unmatched([(m.start(1), m[1]) for m in _TABLES.finditer(blank)], "{|")
    line = _lines(blank)
    return tuple(Spot(what, line(at)) for at, what in (*braces, *links, *tables))


def headings(text: str) -> tuple[tuple[int, Spot], ...]:
    """Return the headings in order, each with its level from 1 to 6."""
    lines = enumerate(blanked(text).split("\n"), start=1)
    found = ((number, _heading(line.rstrip(" \t"))) for number, line in lines if line[:1] == "=")
    return tuple((each[0], Spot(each[1], number)) for number, each in found if each)


def literal(text: str) -> str:
    """Return wikitext that shows `text` as it is written and does nothing else.

    Line breaks and control characters become spaces. Names of letters, digits and the mildest
    punctuation stay readable in the source; all else is wrapped in `<nowiki>`.
    """
    tidy = " ".join(_CONTROLS.sub(" ", text).split())
    if not tidy or _PLAIN.fullmatch(tidy):
        return tidy
    return f"<nowiki>{escape(tidy, quote=False)}</nowiki>"


def escaped(text: str) -> str:
    """Return the same for where text may stand inside of markup: in a link, a heading, a tag.

    What could do something becomes character references, which MediaWiki reads as plain text
    everywhere, in the titles of links too (`Sanitizer::decodeCharReferences`).
    """
    tidy = " ".join(_CONTROLS.sub(" ", text).split())
    return _ACTIVE.sub(lambda active: f"&#{ord(active[0])};", tidy)


def _inert(text: str) -> Iterator[tuple[int, int]]:
    """Yield from where to where what is left alone stands. Linear, whatever is never closed."""
    position = 0
    unclosed: set[str] = set()
    while opening := _OPENING.search(text, position):
        position = opening.end()
        tag = (opening["inert"] or "").lower()
        end = None if tag in unclosed else _end_of(text, opening, tag)
        if end is None:
            unclosed.add(tag)
            end = position if _EMPTY.fullmatch(opening[0]) else None
        if end is not None:
            yield opening.start(), end
            position = end


def _end_of(text: str, opening: re.Match[str], tag: str) -> int | None:
    """Return where what was opened ends, None where nothing closes it."""
    if opening[0] == "<!--":
        end = text.find("-->", opening.end())
        return len(text) if end < 0 else end + 3
    if not tag:
        return opening.end()
    closing = _CLOSING[tag].search(text, opening.end())
    return closing.end() if closing else None


def _heading(line: str) -> tuple[int, str] | None:
    """Return the level and words of a line that is a heading; the line has no spaces at its end."""
    opened, closed = len(line) - len(line.lstrip("=")), len(line) - len(line.rstrip("="))
    if opened == len(line):
        opened, closed = len(line) - 2, 1
    if opened < 1 or closed < 1:
        return None
    return min(opened, closed, 6), line[opened : len(line) - closed].strip()


def _lines(text: str) -> Callable[[int], int]:
    """Return what tells on which line a place is, counted from 1."""
    breaks = [found.start() for found in re.finditer("\n", text)]
    return lambda position: bisect_left(breaks, position) + 1


def _unmatched(brackets: list[tuple[int, str]], opening: str) -> list[tuple[int, str]]:
    opened: list[tuple[int, str]] = []
    stray: list[tuple[int, str]] = []
    for bracket in brackets:
        if bracket[1] == opening:
            opened.append(bracket)
        elif opened:
            opened.pop()
        else:
            stray.append(bracket)
    return opened + stray


def _unmatched_braces(runs: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Match runs of braces two or three at a time, the innermost first, as MediaWiki does."""
    opened: list[tuple[int, int]] = []
    stray: list[tuple[int, str]] = []
    for position, run in runs:
        if run[0] == "{":
            opened.append((position, len(run)))
        elif _close_braces(opened, len(run)):
            stray.append((position, "}}"))
    return [(position, "{{") for position, _length in opened] + stray


def _close_braces(opened: list[tuple[int, int]], closing: int) -> bool:
    """Match a closing run; return whether two braces or more of it match nothing."""
    while closing >= 2 and opened:
        position, length = opened.pop()
        matched = min(3, length, closing)
        closing -= matched
        if length - matched >= 2:
            opened.append((position, length - matched))
    return closing >= 2
