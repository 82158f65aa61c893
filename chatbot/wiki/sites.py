"""One wiki behind an awaitable face, as `commands.wikis.Wiki` and more have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chatbot.wiki import account, pages, people, reading, rendering, watching
from chatbot.wiki.census import CensusWiki
from chatbot.wiki.languages import Languages
from chatbot.wiki.library import Library
from chatbot.wiki.listener import ListeningWiki
from chatbot.wiki.settings import WikiSettings
from chatbot.wiki.writer import WritingWiki
from commands.wikis import (
    AccountFacts,
    LanguageFacts,
    PageFacts,
    PageText,
    Rendered,
    Signs,
    SiteFacts,
    UserFacts,
)


class PywikibotWiki(WritingWiki, CensusWiki, ListeningWiki):
    """A real wiki (see `commands.wikis.Wiki`). Its requests leave one after the other."""

    dry = False
    _central = True
    """Whether the wiki is thought to know of global accounts."""

    def __init__(self, *, settings: WikiSettings, library: Library) -> None:
        super().__init__(settings=settings, library=library)
        self._languages = Languages()

    async def site(self) -> SiteFacts:
        """Return the wiki's facts, asked once and kept."""
        with self._trouble_named():
            return await self._known_site()

    async def account(self) -> AccountFacts:
        """Log in where needed and return what the account may do."""
        with self._trouble_named():
            return await account.account(self._ask)

    async def signs(self, pages: Sequence[str]) -> Signs:
        """Return what may tell the bot to stop."""
        username = self._settings.username
        with self._trouble_named():
            signs = await watching.signs(
                self._ask_at_once, self._ask_unknown, username, pages, central=self._central
            )
        self._central = signs.locked is not None
        return signs

    async def read(self, title: str) -> PageText:
        """Return a page, redirects followed."""
        with self._trouble_named():
            return await reading.read(self._ask, title)

    async def languages(self, codes: Sequence[str]) -> Mapping[str, LanguageFacts]:
        """Return what the wiki knows of languages, each asked once and kept."""
        with self._trouble_named():
            return await self._languages.facts(self._ask, codes, batch=await self._batch())

    async def members(self, category: str) -> Sequence[str]:
        """Return the titles of a category's members."""
        with self._trouble_named():
            return await reading.members(self._ask, await self._known_site(), category)

    async def subpages(self, title: str) -> Sequence[str]:
        """Return the titles of a page's subpages."""
        with self._trouble_named():
            return await reading.subpages(self._ask, await self._known_site(), title)

    async def users(self, names: Sequence[str]) -> Mapping[str, UserFacts]:
        """Return what is known of accounts, by the name asked."""
        with self._trouble_named():
            return await people.users(
                self._ask, await self._known_site(), names, batch=await self._batch()
            )

    async def pages(self, titles: Sequence[str]) -> Mapping[str, PageFacts]:
        """Return the state of pages now, by the title asked."""
        bot = self._settings.username
        with self._trouble_named():
            return await pages.pages(
                self._ask, await self._known_site(), titles, bot=bot, batch=await self._batch()
            )

    async def revisions(self, titles: Sequence[str]) -> Mapping[str, int]:
        """Return the last revision id of each page that exists."""
        with self._trouble_named():
            return await reading.revisions(self._ask, titles, batch=await self._batch())

    async def expand(self, title: str, text: str) -> str:
        """Return `text` with its templates substituted."""
        with self._trouble_named():
            return await rendering.expand(self._ask, title, text)

    async def render(self, title: str, subject: str, body: str) -> Rendered:
        """Return what a new section would be."""
        with self._trouble_named():
            return await rendering.render(
                self._ask,
                await self._known_site(),
                title,
                subject,
                body,
                batch=await self._batch(),
            )
