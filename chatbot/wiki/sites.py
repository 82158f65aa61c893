"""One wiki behind an awaitable face, as `commands.wikis.Wiki` and more have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chatbot.wiki import account, pages, people, reading, rendering, watching
from chatbot.wiki.census import CensusWiki
from chatbot.wiki.languages import Languages
from chatbot.wiki.library import Library
from chatbot.wiki.listener import ListeningWiki
from chatbot.wiki.settings import WikiSettings
from chatbot.wiki.threaded import batch_of
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
        return await self._reading(self._known_site)

    async def account(self) -> AccountFacts:
        """Log in where needed and return what the account may do."""
        return await self._reading(lambda session: account.account(session.ask))

    async def signs(self, pages: Sequence[str]) -> Signs:
        """Return what may tell the bot to stop."""
        username = self._settings.username
        signs = await self._reading(
            lambda session: watching.signs(session, username, pages, central=self._central)
        )
        self._central = signs.locked is not None
        return signs

    async def read(self, title: str) -> PageText:
        """Return a page, redirects followed."""
        return await self._reading(lambda session: reading.read(session.ask, title))

    async def languages(self, codes: Sequence[str]) -> Mapping[str, LanguageFacts]:
        """Return what the wiki knows of languages, each asked once and kept."""
        return await self._reading(
            lambda session: self._languages.facts(session.ask, codes, batch=batch_of(session))
        )

    async def members(self, category: str) -> Sequence[str]:
        """Return the titles of a category's members."""
        return await self._reading(
            lambda session: reading.members(session.ask, self._known_site(session), category)
        )

    async def subpages(self, title: str) -> Sequence[str]:
        """Return the titles of a page's subpages."""
        return await self._reading(
            lambda session: reading.subpages(session.ask, self._known_site(session), title)
        )

    async def users(self, names: Sequence[str]) -> Mapping[str, UserFacts]:
        """Return what is known of accounts, by the name asked."""
        return await self._reading(
            lambda session: people.users(
                session.ask, self._known_site(session), names, batch=batch_of(session)
            )
        )

    async def pages(self, titles: Sequence[str]) -> Mapping[str, PageFacts]:
        """Return the state of pages now, by the title asked."""
        bot = self._settings.username
        return await self._reading(
            lambda session: pages.pages(
                session.ask, self._known_site(session), titles, bot=bot, batch=batch_of(session)
            )
        )

    async def revisions(self, titles: Sequence[str]) -> Mapping[str, int]:
        """Return the last revision id of each page that exists."""
        return await self._reading(
            lambda session: reading.revisions(session.ask, titles, batch=batch_of(session))
        )

    async def expand(self, title: str, text: str) -> str:
        """Return `text` with its templates substituted."""
        return await self._reading(lambda session: rendering.expand(session.ask, title, text))

    async def render(self, title: str, subject: str, body: str) -> Rendered:
        """Return what a new section would be."""
        return await self._reading(
            lambda session: rendering.render(
                session.ask,
                self._known_site(session),
                title,
                subject,
                body,
                batch=batch_of(session),
            )
        )
