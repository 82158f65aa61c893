"""What belongs to a topic or a kind of people on a wiki: transclusions, and category trees.

See https://www.mediawiki.org/wiki/API:Embeddedin and API:Categorymembers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from chatbot.wiki.answers import Ask, Refused
from chatbot.wiki.asking import query, query_once, several
from chatbot.wiki.people import is_anonymous
from commands.rules.titles import MAIN, TALK, USER, USER_TALK, Title, normalise, prefixed
from commands.wikis import SiteFacts

_TEMPLATE, _CATEGORY = 10, 14


async def embedding(ask: Ask, site: SiteFacts, template: str) -> Sequence[str]:
    """Return the titles of the pages that transclude a template, also by its redirects."""
    title = _full(template, site, _TEMPLATE)
    first = await query_once(ask, titles=several([title]), redirects=True)
    asked = query(ask, list="embeddedin", eititle=first["pages"][0]["title"], eilimit="max")
    return [entry["title"] async for part in asked for entry in part["embeddedin"]]


async def articles_in(ask: Ask, site: SiteFacts, category: str, *, depth: int) -> Sequence[str]:
    """Return the articles in a category tree, each once, also those whose talk page is in it."""
    articles = [
        entry["title"].partition(":")[2] if entry["ns"] == TALK else entry["title"]
        async for entry in _tree(ask, _full(category, site, _CATEGORY), depth)
        if entry["ns"] in (MAIN, TALK)
    ]
    return list(dict.fromkeys(articles))


async def users_in(ask: Ask, site: SiteFacts, category: str, *, depth: int) -> Sequence[str]:
    """Return the users whose page or talk page, and no subpage, is in a category tree."""
    names = [
        entry["title"].partition(":")[2]
        async for entry in _tree(ask, _full(category, site, _CATEGORY), depth)
        if entry["ns"] in (USER, USER_TALK)
    ]
    return [name for name in dict.fromkeys(names) if "/" not in name and not is_anonymous(name)]


async def _tree(ask: Ask, root: str, depth: int) -> AsyncIterator[Mapping[str, Any]]:
    """Yield the pages of a category and its subcategories, each category read once."""
    level, seen = [root], {root}
    for left in range(depth, -1, -1):
        below: list[str] = []
        for category in level:
            async for entry in _members(ask, category, "page|subcat" if left else "page"):
                if entry["type"] == "page":
                    yield entry
                elif entry["title"] not in seen:
                    seen.add(entry["title"])
                    below.append(entry["title"])
        level = below


async def _members(ask: Ask, category: str, cmtype: str) -> AsyncIterator[Mapping[str, Any]]:
    asked = query(
        ask,
        list="categorymembers",
        cmtitle=category,
        cmtype=cmtype,
        cmprop="title|type",
        cmlimit="max",
    )
    async for part in asked:
        for entry in part["categorymembers"]:
            yield entry


def _full(name: str, site: SiteFacts, namespace: int) -> str:
    """Return a title whose namespace may have been left out."""
    title = normalise(name, site, default_namespace=namespace)
    if not isinstance(title, Title) or namespace == _CATEGORY != title.namespace:
        raise Refused("invalidtitle", "not a title")
    return prefixed(title, site)
