"""A message on trial: to which pages it goes before it is proposed, and how it is told apart."""

from __future__ import annotations

import re

from commands.rules.translatable import codes

MOST_PAGES = 5

_LINK = re.compile(r"\[\[([^\[\]|]+)(?:\|[^\[\]]*)?\]\]")
_ELSEWHERE = re.compile(r"(.*)@([^@\s:/]+)")
_MARK = re.compile(r"(?:^|\s)(t\d{1,9}-\d{1,3})\s*$", re.ASCII)


def trial(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the language that `sv [[User:Alice]] [[User talk:Bob@svwiki]]` begins with, if any.

    And the pages, those of another wiki as `svwiki:User talk:Bob`. None where other words stand
    between them.
    """
    pages = tuple(_page(link[1].strip()) for link in _LINK.finditer(text))
    rest = _LINK.sub(" ", text).replace(",", " ").lower().split()
    if len(rest) > 1 or (rest and not codes(rest)):
        return "", ()
    return (rest[0] if rest else ""), tuple(dict.fromkeys(pages))


def trial_mark(errand: int, number: int) -> str:
    """Return the mark of one page's test: by it a test that was saved is found again."""
    return f"t{errand}-{number}"


def find_trial_mark(edit_summary: str) -> str | None:
    """Return the mark of a test at the end of an edit summary, None where there is none."""
    found = _MARK.search(edit_summary)
    return found[1] if found else None


def _page(name: str) -> str:
    found = _ELSEWHERE.fullmatch(name)
    return f"{found[2]}:{found[1].strip()}" if found else name
