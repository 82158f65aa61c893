"""Which articles a topic has: what a list links to, and what a banner stands on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from commands.rules.lists import follow
from commands.rules.titles import MAIN, TALK, Title, normalise
from commands.rules.wikitext import blanked
from commands.wikis import SiteFacts

_LINK = re.compile(r"\[\[([^\[\]|{}]+)(?:\|[^\[\]]*)?\]\]")


def linked(text: str, *, home: str, sites: Mapping[str, SiteFacts]) -> dict[str, tuple[str, ...]]:
    """Return the articles that a page links to, by configured wiki, each once.

    Links into other namespaces, and to wikis that are not configured, are none.
    """
    found: dict[str, dict[str, None]] = {}
    for link in _LINK.findall(blanked(text)):
        place = follow(link, home, sites)
        title = normalise(place[1], sites[place[0]]) if place else None
        if place and isinstance(title, Title) and title.namespace == MAIN:
            found.setdefault(place[0], {})[title.text] = None
    return {wiki: tuple(titles) for wiki, titles in found.items()}


def discussed(talk_pages: Iterable[str], site: SiteFacts) -> tuple[str, ...]:
    """Return the articles whose talk pages these are; those of other pages are left out."""
    titles = (normalise(page, site) for page in talk_pages)
    articles = (
        title.text for title in titles if isinstance(title, Title) and title.namespace == TALK
    )
    return tuple(dict.fromkeys(articles))


def everywhere(
    known: Mapping[str, Iterable[str]], sitelinks: Iterable[Mapping[str, str]]
) -> dict[str, tuple[str, ...]]:
    """Return articles by wiki, with what they are called on other wikis added, each once."""
    found = {wiki: dict.fromkeys(titles) for wiki, titles in known.items()}
    for links in sitelinks:
        for wiki, title in links.items():
            found.setdefault(wiki, {})[title] = None
    return {wiki: tuple(titles) for wiki, titles in sorted(found.items())}
