"""What articles are called on other wikis, by Wikidata or by interlanguage links."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from chatbot.wiki.answers import Ask
from chatbot.wiki.asking import batches, is_askable, query, query_once, several
from chatbot.wiki.targets import Targets

Links = Mapping[str, Mapping[str, str]]
"""Titles elsewhere, by the title here and the wiki there."""

_ITEM = re.compile(r"Q[1-9][0-9]*")
_ITEMS = 50
"""As many entities as Wikidata gives at once to somebody without an account there."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A wiki's Wikibase repository: its api.php, perhaps without the scheme, as in `//host/…`.

    `here` is what the wiki is called there.
    """

    api: str
    here: str


async def sitelinks(
    ask: Ask,
    repository_at: Callable[[str], AbstractContextManager[Ask]],
    titles: Sequence[str],
    *,
    batch: int,
) -> Links:
    """Return what each article is called on other wikis, by title; redirects are followed.

    Wikis go by their database names, or by their hosts where interlanguage links are all there
    is. `repository_at` gives access to a Wikibase by the address of its api.php.
    """
    repository = await _repository(ask)
    if repository is None:
        return await _language_links(ask, titles, batch)
    items = await _items(ask, titles, batch)
    with repository_at(repository.api) as ask_repository:
        asked = _linked(ask_repository, sorted(set(items.values())), repository.here)
        links = {item: there async for item, there in asked}
    return {title: links[item] for title, item in items.items() if item in links}


async def _repository(ask: Ask) -> Repository | None:
    """See https://www.mediawiki.org/wiki/Wikibase/API#wbclientinfo; others know no `wikibase`."""
    answer = await query_once(ask, meta="wikibase", wbprop="url|siteid")
    info = answer.get("wikibase")
    if info is None:
        return None
    url = info["repo"]["url"]
    return Repository(f"{url['base']}{url['scriptpath']}/api.php", info["siteid"])


async def _items(ask: Ask, titles: Sequence[str], batch: int) -> dict[str, str]:
    """Return the articles' items (https://www.mediawiki.org/wiki/API:Pageprops)."""
    told = _pages(ask, titles, batch, prop="pageprops", ppprop="wikibase_item")
    items = {
        title: page.get("pageprops", {}).get("wikibase_item", "") async for title, page in told
    }
    return {title: item for title, item in items.items() if _ITEM.fullmatch(item)}


async def _linked(
    ask: Ask, items: Sequence[str], here: str
) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """Yield the items' links (https://www.wikidata.org/w/api.php?action=help&modules=wbgetentities)."""
    for some in batches(items, _ITEMS):
        answer = await ask(
            action="wbgetentities", ids="|".join(some), props="sitelinks", formatversion=2
        )
        for item, entity in answer["entities"].items():
            links = entity.get("sitelinks", {})
            yield item, {wiki: link["title"] for wiki, link in links.items() if wiki != here}


async def _language_links(ask: Ask, titles: Sequence[str], batch: int) -> Links:
    """Return links by the hosts that they lead to (https://www.mediawiki.org/wiki/API:Langlinks)."""
    told = _pages(ask, titles, batch, prop="langlinks", llprop="url", lllimit="max")
    return {
        title: {urlsplit(link["url"]).netloc: link["title"] for link in page["langlinks"]}
        async for title, page in told
        if "langlinks" in page
    }


async def _pages(
    ask: Ask, titles: Sequence[str], batch: int, **parameters: str
) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
    """Yield what is told of the pages that these titles lead to, by the title asked."""
    askable = list(dict.fromkeys(filter(is_askable, titles)))
    for some in batches(askable, batch):
        targets = Targets()
        async for part in query(ask, titles=several(some), redirects=True, **parameters):
            targets.add(part)
        for title in some:
            yield title, targets.page(title)
