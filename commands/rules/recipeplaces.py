"""Where the pages of a recipe are: what the wikis' own names for themselves make of titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from commands.messages import Line, line
from commands.rules.lists import wiki_of
from commands.rules.recipe import Recipe, Source, SourceKind, TopicBy
from commands.rules.recipefaults import Fault, refusal
from commands.rules.recipesources import A_CATEGORY
from commands.rules.sources import Page, place_of
from commands.rules.titles import Title, normalise, prefixed
from commands.wikis import SiteFacts

TEMPLATE, CATEGORY = 10, 14
_ON_A_WIKI = {SourceKind.PAGE, SourceKind.SIGNERS, SourceKind.TOPIC, SourceKind.GROUP}


def placed(recipe: Recipe, *, home: str, sites: Mapping[str, SiteFacts]) -> Recipe | Line:
    """Return the recipe with the wiki of each source, and each title as that wiki writes it.

    A topic's page is a banner or a category by the namespace that it is in there, whatever that
    is called. `home` is the wiki of sources that name none, `sites` are the configured wikis. A
    sentence where a wiki is not among them, or a depth stands beside what is no category.
    """
    sources = [_placed(each, home, sites) for each in recipe.sources]
    without = [_placed(each, home, sites) for each in recipe.without]
    for each in (*sources, *without):
        if isinstance(each, Line):
            return each
    return replace(
        recipe,
        sources=tuple(each for each in sources if isinstance(each, Source)),
        without=tuple(each for each in without if isinstance(each, Source)),
    )


def _placed(one: Source, home: str, sites: Mapping[str, SiteFacts]) -> Source | Line:
    if one.kind not in _ON_A_WIKI:
        return one
    wiki = wiki_of(one.wiki, sites) if one.wiki else home
    if wiki is None:
        return _no_wiki(one.wiki, sites)
    if one.kind is SourceKind.GROUP:
        return replace(one, wiki=wiki)
    place = place_of(Page(one.name), home=wiki, sites=sites)
    return _titled(one, *place, sites) if place else _no_wiki(one.name, sites)


def _titled(one: Source, wiki: str, name: str, sites: Mapping[str, SiteFacts]) -> Source | Line:
    title = normalise(name, sites[wiki])
    if not isinstance(title, Title):
        # The wiki itself says best what is wrong with it.
        return replace(one, wiki=wiki, name=name)
    if one.depth and title.namespace != CATEGORY:
        return refusal(Fault.DEPTH, str(one.depth), A_CATEGORY)
    topic = _topic(title) if one.kind is SourceKind.TOPIC else None
    return replace(one, wiki=wiki, name=prefixed(title, sites[wiki]), topic=topic)


def _topic(title: Title) -> TopicBy:
    by = {TEMPLATE: TopicBy.BANNER, CATEGORY: TopicBy.CATEGORY}
    return by.get(title.namespace, TopicBy.LIST)


def _no_wiki(given: str, sites: Mapping[str, SiteFacts]) -> Line:
    return line("audience.no_wiki", given=given, wikis=tuple(sites))
