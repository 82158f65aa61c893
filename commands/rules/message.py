"""Is a message fit to stand on somebody's talk page: errors refuse it, warnings must be read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from commands.messages import Line, line
from commands.rules import wikitext
from commands.rules.drafts import Draft
from commands.wikis import Rendered

LONGEST_SUBJECT = 240
"""Bytes of UTF-8."""
_MOST = 50
"""Nobody reads more, and who writes a page can make any number of mistakes."""
_TILDES = re.compile(r"~{3,}")
_SUBST = re.compile(r"\{\{\s*(?:safe)?subst:", re.IGNORECASE)
_HARMLESS = frozenset({"[[", "]]"})


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong with a message (`errors`) and what its sender should know (`warnings`)."""

    errors: tuple[Line, ...]
    warnings: tuple[Line, ...]


def check(
    draft: Draft, rendered: Rendered | None = None, *, spared: Collection[str] = ()
) -> Findings:
    """Return what is to be said about a message before anybody confirms it.

    `draft` is what will be saved, footer included and templates substituted. `rendered` is what
    the wiki makes of it, where it was asked. `spared` are the users who may be linked: the
    recipient of the rendered page, the sender and the bot itself.
    """
    subject, body = draft.subject, draft.body
    errors = [*_subject_errors(subject), *_body_errors(body)]
    warnings = [_unbalanced(spot) for spot in wikitext.unbalanced(body) if spot.what in _HARMLESS]
    if rendered:
        errors += [line("message.missing_page", page=page) for page in rendered.missing]
        warnings += _rendered_warnings(rendered, spared)
    return Findings(tuple(errors[:_MOST]), tuple(warnings[:_MOST]))


def _subject_errors(subject: str) -> Iterator[Line]:
    size = len(subject.encode(errors="replace"))
    if not subject.strip():
        yield line("message.subject_empty")
    if size > LONGEST_SUBJECT:
        yield line("message.subject_too_long", size=size, limit=LONGEST_SUBJECT)
    if len(subject.splitlines()) > 1:
        yield line("message.subject_line_break")
    yield from _markup_errors(subject, line("message.in_subject"))


def _body_errors(body: str) -> Iterator[Line]:
    if not body.strip():
        yield line("message.body_empty")
    yield from _markup_errors(body, None)
    for level, heading in wikitext.headings(body):
        if level <= 2:
            yield line("message.heading", heading=heading.what, where=_where(heading))


def _markup_errors(text: str, where: Line | None) -> Iterator[Line]:
    """Yield what would reach beyond the section, or be changed by the save."""
    if comment := wikitext.unclosed_comment(text):
        yield line("message.unclosed_comment", where=where or _where(comment))
    for tag in wikitext.unpaired_tags(text):
        key = "message.stray_tag" if tag.what.startswith("</") else "message.unclosed_tag"
        yield line(key, tag=tag.what, where=where or _where(tag))
    for spot in wikitext.unbalanced(text):
        if spot.what not in _HARMLESS:
            yield _unbalanced(spot, where)
    for spot in wikitext.find(_TILDES, text):
        yield line("message.tildes", where=where or _where(spot))
    for spot in wikitext.find(_SUBST, text):
        yield line("message.subst", where=where or _where(spot))


def _unbalanced(spot: wikitext.Spot, where: Line | None = None) -> Line:
    return line("message.unbalanced", bracket=spot.what, where=where or _where(spot))


def _rendered_warnings(rendered: Rendered, spared: Collection[str]) -> Iterator[Line]:
    pinged = tuple(user for user in rendered.users if user not in spared)
    if pinged:
        yield line("message.pings", count=len(pinged), users=pinged)
    for category in rendered.categories:
        yield line("message.category", category=category)
    for link in rendered.language_links:
        yield line("message.language_link", link=link)
    for warning in rendered.warnings:
        yield line("message.wiki_warning", warning=warning)


def _where(spot: wikitext.Spot) -> Line:
    return line("message.in_line", number=spot.line)
