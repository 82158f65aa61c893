"""The part of a real wiki that is asked about people (see `commands.census.Census`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar
from urllib.parse import urljoin

from chatbot.wiki import accounts, activity, central, history, reading, renames, topics
from chatbot.wiki import sitelinks as links
from chatbot.wiki.answers import Ask
from chatbot.wiki.asking import gently
from chatbot.wiki.strangers import stranger
from chatbot.wiki.threaded import Threaded
from commands.census import Account, GlobalAccount, Revision
from commands.wikis import PageText, SiteFacts

T = TypeVar("T")


class CensusWiki(Threaded):
    """Reads that may be heavy: each request says how much database lag is too much for it."""

    async def accounts(self, names: Sequence[str]) -> Mapping[str, Account]:
        """Return what is known of accounts, by the name asked."""
        return await self._surveying(
            lambda ask, site, batch: accounts.accounts(ask, site, names, batch=batch)
        )

    async def last_edits(self, names: Sequence[str]) -> Mapping[str, datetime]:
        """Return when each of these accounts last edited."""
        return await self._surveying(
            lambda ask, site, batch: activity.last_edits(ask, site, names, batch=batch)
        )

    async def global_account(self, name: str) -> GlobalAccount | None:
        """Return a global account; None where there is none, or no CentralAuth."""
        return await self._surveying(lambda ask, _site, _batch: central.global_account(ask, name))

    async def renamed(self, names: Sequence[str]) -> Mapping[str, str]:
        """Return what these accounts are called by now, by old name."""
        return await self._surveying(lambda ask, site, _batch: renames.renamed(ask, site, names))

    async def in_group(self, group: str) -> Sequence[str]:
        """Return the names of a user group's members."""
        return await self._surveying(lambda ask, _site, _batch: accounts.in_group(ask, group))

    async def texts(self, titles: Sequence[str]) -> Mapping[str, PageText]:
        """Return the texts of these pages as they stand, by the title asked."""
        return await self._surveying(lambda ask, _site, _batch: reading.texts(ask, titles))

    async def embedding(self, template: str) -> Sequence[str]:
        """Return the titles of the pages that transclude a template."""
        return await self._surveying(
            lambda ask, site, _batch: topics.embedding(ask, site, template)
        )

    async def articles_in(self, category: str, *, depth: int) -> Sequence[str]:
        """Return the articles of a category and of its subcategories."""
        return await self._surveying(
            lambda ask, site, _batch: topics.articles_in(ask, site, category, depth=depth)
        )

    async def users_in(self, category: str, *, depth: int) -> Sequence[str]:
        """Return the users whose user or user talk page is in a category."""
        return await self._surveying(
            lambda ask, site, _batch: topics.users_in(ask, site, category, depth=depth)
        )

    async def sitelinks(self, titles: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Return what each article is called on other wikis."""
        return await self._surveying(
            lambda ask, _site, batch: links.sitelinks(ask, self._elsewhere, titles, batch=batch)
        )

    async def history(self, title: str) -> Sequence[Revision]:
        """Return all revisions of a page, oldest first."""
        return await self._surveying(lambda ask, _site, _batch: history.history(ask, title))

    async def _surveying(self, work: Callable[[Ask, SiteFacts, int], Awaitable[T]]) -> T:
        ask = gently(self._ask, self._settings.maxlag)
        with self._trouble_named():
            return await work(ask, await self._known_site(), await self._batch())

    @contextmanager
    def _elsewhere(self, api: str) -> Iterator[Ask]:
        with stranger(self._settings, urljoin(self._settings.api, api)) as ask:
            yield self._in_turn(ask)
