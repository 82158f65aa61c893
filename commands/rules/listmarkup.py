"""What the wikitext of a delivery list names, before it is known which pages are meant.

The only module here that needs the wikitext parser: import it where a list is read, not before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import mwparserfromhell
from mwparserfromhell.nodes import Heading, HTMLEntity, Node, Tag, Template, Text, Wikilink
from mwparserfromhell.wikicode import Wikicode

from commands.rules.wikitext import blanked

_TARGETS = frozenset({"target", "mailing list member"})
_SWITCHES = ("notarget", "inactive", "Userblocked")
_OFF = frozenset({"", "no", "n", "0", "false"})
_ENTRY = re.compile(r"\[\[|\{\{\s*(?:#|template:)?\s*(?:target|mailing)", re.IGNORECASE)
_UNCLOSED = re.compile(r"\{\{\s*#?target\b", re.IGNORECASE)
_STRUCK_OUT = frozenset({"s", "del", "strike"})
_INLINE = frozenset(
    {"abbr", "b", "bdi", "big", "em", "font", "i", "ins", "small", "span", "strong", "u"}
)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Target:
    """An entry that names its page, or its user, and perhaps its wiki."""

    line: int
    text: str
    title: str
    site: str
    is_user: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A link. `leading` where the line stands for it, `item` where the line is one of a list."""

    line: int
    text: str
    title: str
    leading: bool
    item: bool


@dataclass(frozen=True, slots=True)
class Odd:
    """What looks like an entry and cannot be one, and why: the end of the key `funnel.unread.…`."""

    line: int
    text: str
    reason: str


Mark = Target | Link | Odd


@dataclass(slots=True)
class _Row:
    """One line, or one cell of a table, as text and nodes in turn."""

    line: int
    pieces: list[str | Node] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(str(piece) for piece in self.pieces).strip()[:_LONGEST]

    @property
    def words(self) -> str:
        return "".join(piece for piece in self.pieces if isinstance(piece, str))


def read(text: str) -> tuple[Mark, ...]:
    """Return what a list's wikitext names, in order. Comments and `<nowiki>` name nothing."""
    code = mwparserfromhell.parse(blanked(text), skip_style_tags=True)
    return tuple(mark for row in _rows(code) for mark in _marks(row))


def _rows(code: Wikicode) -> Iterator[_Row]:
    row = _Row(1)
    for line, piece in _pieces(code, 1):
        first, *following = piece.split("\n") if isinstance(piece, str) else [piece]
        row.pieces.append(first)
        for number, more in enumerate(following, start=line + 1):
            yield row
            row = _Row(number, [more])
    yield row


def _pieces(code: Wikicode, line: int) -> Iterator[tuple[int, str | Node]]:
    for node in code.nodes:
        yield from _unfolded(node, line)
        line += str(node).count("\n")


def _unfolded(node: Node, line: int) -> Iterator[tuple[int, str | Node]]:
    """Yield what stands in a node: containers are opened, entries and words stay whole."""
    match node:
        case Tag(self_closing=True):
            yield (line, str(node.wiki_markup)) if node.wiki_markup else (line - 1, "\n")
        case Tag(tag=tag) if str(tag) in _STRUCK_OUT and _ENTRY.search(str(node)):
            yield line, node
        case Tag(contents=contents) if str(node.tag) in _INLINE | _STRUCK_OUT:
            yield from _pieces(contents, line)
        case Tag(contents=contents) if contents:
            yield from _inside(node, contents, line)
        case Template() if not _is_target(node) and _ENTRY.search(str(node.params)):
            for parameter in node.params:
                yield from _inside(node, parameter.value, line)
        case Template() | Wikilink():
            yield line, node
        case Heading():
            yield line, "\n"
        case HTMLEntity():
            yield line, node.normalize()
        case Text() | _:
            yield line, str(node)


def _inside(node: Node, contents: Wikicode, line: int) -> Iterator[tuple[int, str | Node]]:
    """Yield what stands in a container, which begins and ends a row of its own."""
    line += str(node).partition(str(contents))[0].count("\n")
    yield line - 1, "\n"
    yield from _pieces(contents, line)
    yield line + str(contents).count("\n") - 1, "\n"


def _marks(row: _Row) -> Iterator[Mark]:
    targets = [piece for piece in row.pieces if isinstance(piece, Template) and _is_target(piece)]
    links = [piece for piece in row.pieces if isinstance(piece, Wikilink)]
    struck = [piece for piece in row.pieces if isinstance(piece, Tag)]
    item = row.text[:1] in tuple("*#:;")
    yield from (Odd(row.line, str(tag)[:_LONGEST], "struck-out") for tag in struck)
    if targets:
        yield from (_target(template, row.line) for template in targets)
    elif links:
        yield from _links(row, item=item)
    elif _UNCLOSED.search(row.words):
        yield Odd(row.line, row.text, "unclosed")
    elif item and not struck and row.text.strip("*#:; "):
        has_template = any(isinstance(piece, Template) for piece in row.pieces)
        yield Odd(row.line, row.text, "unknown-template" if has_template else "no-link")


def _links(row: _Row, *, item: bool) -> Iterator[Link]:
    """Yield a row's links. The first words after a link end what the row stands for.

    A line that is no list item must hold nothing but links, or it is a sentence.
    """
    wordless = [not _has_words(piece) for piece in row.pieces]
    leading = item or all(wordless)
    for piece, silent in zip(row.pieces, wordless, strict=True):
        leading = leading and silent
        if isinstance(piece, Wikilink):
            yield Link(row.line, str(piece), str(piece.title).strip(), leading, item)


def _has_words(piece: str | Node) -> bool:
    return not isinstance(piece, Wikilink) and any(letter.isalpha() for letter in str(piece))


def _name(template: Template) -> str:
    name = str(template.name).strip().replace("_", " ").lower()
    return name.removeprefix("template:").strip()


def _is_target(template: Template) -> bool:
    return _name(template) in _TARGETS or _name(template).startswith("#target:")


def _target(template: Template, line: int) -> Target | Odd:
    text = str(template)[:_LONGEST]
    if _name(template).startswith("#target:"):
        title = str(template.name).partition(":")[2].strip()
        return Target(line, text, title, _parameter(template, "1"), is_user=False)
    if any(_parameter(template, switch).lower() not in _OFF for switch in _SWITCHES):
        return Odd(line, text, "switched-off")
    site = _parameter(template, "site")
    user, page = _parameter(template, "user"), _parameter(template, "page")
    if not (user or page):
        return Odd(line, text, "names-nobody")
    return Target(line, text, user or page, site, is_user=bool(user))


def _parameter(template: Template, name: str) -> str:
    return str(template.get(name).value).strip() if template.has(name) else ""
