"""Where an audience or a message is read from, as people name it in a command."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from commands.rules.lists import follow, wiki_of
from commands.rules.titles import namespace_number
from commands.wikis import SiteFacts

_LINK = re.compile(r"\[\[([^\[\]|]+)(?:\|[^\[\]]*)?\]\]")
_FILE = re.compile(r"file:\s*(.*)", re.IGNORECASE | re.DOTALL)
_FILE_NAME = re.compile(r"[^\W_][\w. -]{0,99}")

_LONGEST_NAME = 300
"""A title of 255 bytes, and the wiki before it."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a wiki, as it was named: it may begin with a wiki's name or interwiki prefix."""

    name: str


@dataclass(frozen=True, slots=True)
class File:
    """A file of the import folder: a bare name, without any folder."""

    name: str


def source(text: str) -> Page | File | None:
    """Return what `[[Page]]`, `[[:sv:Page]]`, `Page` or `file:NAME` names; None for none of it."""
    named_file = _FILE.fullmatch(text.strip())
    if named_file:
        name = named_file[1].strip()
        return File(name) if _FILE_NAME.fullmatch(name) else None
    link = _LINK.fullmatch(text.strip())
    name = (link[1] if link else text).strip()
    fits = len(name) <= _LONGEST_NAME and not re.search(r"[\[\]{}|<>\n]", name)
    return Page(name) if name and fits else None


def place_of(page: Page, *, home: str, sites: Mapping[str, SiteFacts]) -> tuple[str, str] | None:
    """Return the wiki and title that are meant; None where the wiki is not configured.

    A page that names no wiki is one of `home`.
    """
    prefix, colon, rest = page.name.lstrip(":").partition(":")
    named = wiki_of(prefix, sites)
    if colon and named is not None and namespace_number(prefix, sites[home]) is None:
        return named, rest.strip()
    return follow(page.name, home, sites)
