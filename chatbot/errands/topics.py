"""A topic's articles in all languages, and who wrote them: by the wikis, or by history dumps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from chatbot.errands.gathering import Gathering
from chatbot.errands.survey import Survey
from chatbot.errands.together import together
from commands.census import Articles, Census, Contribution, History, Window
from commands.messages import line
from commands.rules.articles import discussed, everywhere, linked
from commands.rules.contributions import contributions
from commands.rules.recipe import Engine, Recipe, Source, TopicBy
from commands.wikis import SiteFacts, Wiki

_ARTICLES_A_PART = 25
"""So many are read again at most when the errand was cut off."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What people added to a topic; of the wikis `missing`, nobody can tell."""

    contributions: Sequence[Contribution]
    missing: Sequence[str] = ()


class Topics:
    """Reads topics. All methods raise WikiTrouble and HistoryTrouble."""

    def __init__(
        self,
        *,
        wikis: Mapping[str, Wiki],
        census: Mapping[str, Census],
        survey: Survey,
        history: History,
    ) -> None:
        self._wikis = wikis
        self._census = census
        self._survey = survey
        self._history = history

    async def topic(
        self, source: Source, recipe: Recipe, window: Window, gathering: Gathering, name: str
    ) -> Topic:
        """Return who contributed what to the articles of a topic, part by part."""
        articles = await gathering.part(f"{name}/articles", Articles, lambda: self._find(source))
        if recipe.engine is Engine.LIVE:
            return Topic(await _Reading(self._census, articles, window, gathering, name).all())
        found = await self._history.contributions(articles, window, recipe.significance)
        return Topic(found, self._history.missing(articles.by_wiki))

    async def _find(self, source: Source) -> Articles:
        sites = await self._survey.sites()
        known = await self._on_one_wiki(source, sites)
        links = await together(self._sitelinks(wiki, titles) for wiki, titles in known.items())
        names = {
            name.lower(): wiki
            for wiki, site in sites.items()
            for name in (*site.server_names, wiki)
        }
        elsewhere = [
            {names[wiki.lower()]: title for wiki, title in each.items() if wiki.lower() in names}
            for one in links
            for each in one.values()
        ]
        return Articles(everywhere(known, elsewhere))

    async def _sitelinks(self, wiki: str, titles: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        return await self._census[wiki].sitelinks(titles)

    async def _on_one_wiki(
        self, source: Source, sites: Mapping[str, SiteFacts]
    ) -> Mapping[str, Sequence[str]]:
        wiki = source.wiki
        if source.topic is TopicBy.BANNER:
            return {wiki: discussed(await self._census[wiki].embedding(source.name), sites[wiki])}
        if source.topic is TopicBy.CATEGORY:
            return {wiki: await self._census[wiki].articles_in(source.name, depth=source.depth)}
        page = await self._wikis[wiki].read(source.name)
        return linked(page.text, home=wiki, sites=sites)


class _Reading:
    """Reads the histories of a topic's articles, all wikis at once, each page after the other."""

    def __init__(
        self,
        census: Mapping[str, Census],
        articles: Articles,
        window: Window,
        gathering: Gathering,
        name: str,
    ) -> None:
        self._census = census
        self._articles = articles.by_wiki
        self._window = window
        self._gathering = gathering
        self._name = name
        self._read = 0

    async def all(self) -> Sequence[Contribution]:
        """Return who contributed what to which article."""
        lanes = await together(self._on(wiki) for wiki in self._articles)
        return [each for found in lanes for each in found]

    async def _on(self, wiki: str) -> list[Contribution]:
        titles = self._articles[wiki]
        found: list[Contribution] = []
        for first in range(0, len(titles), _ARTICLES_A_PART):
            some = titles[first : first + _ARTICLES_A_PART]
            found += await self._gathering.part(
                f"{self._name}/{wiki}/{first}",
                tuple[Contribution, ...],
                partial(self._contributions, wiki, some),
            )
            self._read += len(some)
            await self._gathering.say(
                line("gathering.articles", count=self._count, read=self._read)
            )
        return found

    async def _contributions(self, wiki: str, titles: Sequence[str]) -> tuple[Contribution, ...]:
        found: list[Contribution] = []
        for title in titles:
            revisions = await self._census[wiki].history(title)
            found += contributions(wiki, title, revisions, self._window)
        return tuple(found)

    @property
    def _count(self) -> int:
        return sum(len(titles) for titles in self._articles.values())
