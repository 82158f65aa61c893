"""A message as people write it, on a wiki page or in one line of chat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from commands.messages import Line, line
from commands.rules.wikitext import blanked, headings

_ONLY = re.compile(r"<(/?)onlyinclude>", re.IGNORECASE)
_NOT_INCLUDED = re.compile(r"<noinclude>.*?(?:</noinclude>|\Z)", re.DOTALL | re.IGNORECASE)
_INCLUDED = re.compile(r"</?includeonly>", re.IGNORECASE)
_SUBJECT_LINE = re.compile(r"subject[ \t]*:(.*)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->")
_LINE_BREAK = re.compile(r"[ \t]+//[ \t]+(?=([*#:;]?))")
_BRACKETED = re.compile(r"\[\[.*?\]\]|\{\{.*?\}\}|\|")


@dataclass(frozen=True, slots=True)
class Draft:
    """A message: the heading of its section and the wikitext below."""

    subject: str
    body: str


def from_page(text: str) -> Draft | Line:
    """Return the message that stands on a wiki page, or what is wrong with the page.

    The first line is `Subject: …`, or the page begins with a heading (`== … ==` or `= … =`);
    all that follows is the body. Only what a transclusion of the page would show counts:
    `<noinclude>` is left out, and where there is `<onlyinclude>` all outside it.
    """
    shown = _transcluded(text).strip()
    first, _, rest = shown.partition("\n")
    if named := _SUBJECT_LINE.fullmatch(first.strip()):
        return Draft(named[1].strip(), rest.strip())
    heading = next((spot for level, spot in headings(shown) if level <= 2), None)
    if heading is None:
        return line("message.no_subject")
    lines = shown.split("\n")
    if blanked("\n".join(lines[: heading.line - 1])).strip():
        return line("message.text_before_subject", number=heading.line)
    subject = _COMMENT.sub("", lines[heading.line - 1]).strip().strip("=").strip()
    return Draft(subject, "\n".join(lines[heading.line :]).strip())


def from_chat(text: str) -> Draft | Line:
    r"""Return the message that somebody wrote in one line: `SUBJECT | BODY`.

    The first `|` outside of links and templates divides. ` // ` with spaces around begins a new
    paragraph, or a new list item before `*`, `#`, `:` or `;`: a wiki joins lines otherwise.
    """
    divider = next((m for m in _BRACKETED.finditer(text) if m[0] == "|"), None)
    if divider is None:
        return line("message.no_body")
    body = _LINE_BREAK.sub(lambda found: "\n" if found[1] else "\n\n", text[divider.end() :])
    return Draft(text[: divider.start()].strip(), body.strip())


def _transcluded(text: str) -> str:
    if parts := list(_only(text)):
        text = "".join(parts)
    return _INCLUDED.sub("", _NOT_INCLUDED.sub("", text))


def _only(text: str) -> Iterator[str]:
    """Yield what stands in `<onlyinclude>`; one that nobody ends holds nothing."""
    begun: int | None = None
    for tag in _ONLY.finditer(text):
        if begun is None:
            begun = None if tag[1] else tag.end()
        elif tag[1]:
            yield text[begun : tag.start()]
            begun = None
