"""A session in a thread of its own, made at first use, and what went wrong there by name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from chatbot.wiki import reading
from chatbot.wiki.answers import NoAnswer, Refused
from chatbot.wiki.codes import SESSION_LOST_CODES
from chatbot.wiki.library import Library
from chatbot.wiki.settings import WikiSettings
from commands.wikis import SiteFacts, WikiTrouble

if TYPE_CHECKING:
    from chatbot.wiki.session import Session

T = TypeVar("T")

_LASTING = frozenset(
    {"missingtitle", "missingcontent", "invalidtitle", "login-failed", "unknowngroup"}
)


class Threaded:
    """One wiki, whose requests leave one after the other. Its faces are subclasses."""

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


def batch_of(session: Session) -> int:
    """Return how many values one parameter may hold."""
    session.log_in()
    return 500 if "apihighlimits" in session.rights else 50
