"""One wiki behind an awaitable face: a session in a thread of its own, made at first use."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from chatbot.wiki import account, pages, people, reading, rendering, writing
from chatbot.wiki.answers import NoAnswer, Refused
from chatbot.wiki.library import Library
from chatbot.wiki.outcomes import SESSION_LOST_CODES
from chatbot.wiki.settings import WikiSettings
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
    WikiTrouble,
)

if TYPE_CHECKING:
    from chatbot.wiki.session import Session

T = TypeVar("T")

_LASTING = frozenset({"missingtitle", "missingcontent", "invalidtitle", "login-failed"})


class PywikibotWiki:
    """A real wiki (see `commands.wikis.Wiki`). Its requests leave one after the other."""

    dry = False

    def __init__(self, *, settings: WikiSettings, library: Library) -> None:
        self._settings = settings
        self._library = library
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"wiki-{settings.name}")
        self._opened: Session | None = None
        self._facts: SiteFacts | None = None

    @property
    def name(self) -> str:
        """The configured name."""
        return self._settings.name

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
                session.ask, self._known_site(session), names, batch=_batch(session)
            )
        )

    async def pages(self, titles: Sequence[str]) -> Mapping[str, PageFacts]:
        """Return the state of pages now, by the title asked."""
        return await self._reading(
            lambda session: pages.pages(
                session.ask, self._known_site(session), titles, batch=_batch(session)
            )
        )

    async def revisions(self, titles: Sequence[str]) -> Mapping[str, int]:
        """Return the last revision id of each page that exists."""
        return await self._reading(
            lambda session: reading.revisions(session.ask, titles, batch=_batch(session))
        )

    async def expand(self, title: str, text: str) -> str:
        """Return `text` with its templates substituted."""
        return await self._reading(lambda session: rendering.expand(session.ask, title, text))

    async def render(self, title: str, subject: str, body: str) -> Rendered:
        """Return what a new section would be."""
        return await self._reading(
            lambda session: rendering.render(
                session.ask, self._known_site(session), title, subject, body, batch=_batch(session)
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

    async def close(self) -> None:
        """Let go of the thread and the connection, after what is under way."""
        if self._opened is not None:
            await self._in_thread(self._opened.close)
        self._thread.shutdown(wait=False)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _reading(self, work: Callable[[Session], T]) -> T:
        try:
            return await self._in_thread(lambda: self._read_again_if_lost(work))
        except Refused as refusal:
            lasting = refusal.code in _LASTING
            raise WikiTrouble(
                self.name, refusal.info, code=refusal.code, lasting=lasting
            ) from refusal
        except NoAnswer as silence:
            raise WikiTrouble(self.name, silence.reason) from silence
        except (AttributeError, LookupError, TypeError, ValueError) as odd:
            raise WikiTrouble(self.name, "an answer that makes no sense") from odd

    def _read_again_if_lost(self, work: Callable[[Session], T]) -> T:
        session = self._session()
        try:
            return work(session)
        except Refused as refusal:
            if refusal.code not in SESSION_LOST_CODES:
                raise
        return work(session)

    def _session(self) -> Session:
        if self._opened is None:
            self._opened = self._library.open(self._settings)
        return self._opened

    def _known_site(self, session: Session) -> SiteFacts:
        if self._facts is None:
            more = self._settings.optout_categories
            self._facts = reading.site_facts(session.ask, self.name, more)
        return self._facts


def _batch(session: Session) -> int:
    """Return how many values one parameter may hold."""
    session.log_in()
    return 500 if "apihighlimits" in session.rights else 50
