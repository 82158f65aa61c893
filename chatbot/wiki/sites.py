"""One wiki behind an awaitable face, as `commands.wikis.Wiki` and more have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from chatbot.wiki import account, pages, people, reading, rendering, writing
from chatbot.wiki.threaded import Threaded, batch_of
from commands.wikis import (
    AccountFacts,
    OwnEdit,
    PageFacts,
    PageText,
    Rendered,
    SaveResult,
    Section,
    SiteFacts,
    UserFacts,
)


class PywikibotWiki(Threaded):
    """A real wiki (see `commands.wikis.Wiki`). Its requests leave one after the other."""

    dry = False

    async def site(self) -> SiteFacts:
        """Return the wiki's facts, asked once and kept."""
        return await self._reading(self._known_site)

    async def account(self) -> AccountFacts:
        """Log in where needed and return what the account may do."""
        return await self._reading(lambda session: account.account(session.ask))

    async def read(self, title: str) -> PageText:
        """Return a page, redirects followed."""
        return await self._reading(lambda session: reading.read(session.ask, title))

    async def members(self, category: str) -> Sequence[str]:
        """Return the titles of a category's members."""
        return await self._reading(
            lambda session: reading.members(session.ask, self._known_site(session), category)
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
        return await self._reading(
            lambda session: pages.pages(
                session.ask, self._known_site(session), titles, batch=batch_of(session)
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

    async def own_edits(self, since: datetime) -> Sequence[OwnEdit]:
        """Return all edits of the account since then, oldest first."""
        username = self._settings.username
        return await self._reading(lambda session: reading.own_edits(session.ask, username, since))

    async def add_section(self, section: Section) -> SaveResult:
        """Save a new section: one request on the wire at most."""
        maxlag = self._settings.maxlag
        return await self._in_thread(
            lambda: writing.add_section(self._session(), section, maxlag=maxlag)
        )
