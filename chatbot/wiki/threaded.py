"""A session in a thread of its own, made at first use, and what went wrong there by name.

One request at a time leaves for a wiki, as https://www.mediawiki.org/wiki/API:Etiquette asks, and
what takes thousands of them shall not keep a message or a look at stop signs waiting until it
ends. So each request waits for its own turn. Those in a hurry go to the thread at once. All others
first pass a gate, one by one and in the order in which they came: whatever is in a hurry finds one
of them before it, and a query that nobody awaits any more asks nothing further.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from chatbot.wiki import reading
from chatbot.wiki.answers import Answer, Ask, AskNow, NoAnswer, Refused
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
        self._gate = asyncio.Lock()
        self._closed = False
        self._opened: Session | None = None
        self._learning = asyncio.Lock()
        self._facts: SiteFacts | None = None
        self._ask = self._in_turn(self._ask_again_if_lost)
        self._ask_at_once = self._at_once(self._ask_again_if_lost)
        self._ask_unknown = self._at_once(lambda **asked: self._session().ask_unknown(**asked))

    @property
    def name(self) -> str:
        """The configured name."""
        return self._settings.name

    async def close(self) -> None:
        """Let go of the thread and the connection, after the request that is under way."""
        self._closed = True
        if self._opened is not None:
            await self._in_thread(self._opened.close)
        self._thread.shutdown(wait=False)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Do what is in a hurry."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _in_turn(self, ask: AskNow) -> Ask:
        """Return what asks through the gate."""
        at_once = self._at_once(ask)

        async def asked(**parameters: str | int | bool | None) -> Answer:
            async with self._gate:
                return await at_once(**parameters)

        return asked

    def _at_once(self, ask: AskNow) -> Ask:
        """Return what asks without waiting at the gate."""

        async def asked(**parameters: str | int | bool | None) -> Answer:
            if self._closed:
                raise NoAnswer("the bot has let go of it", sent=False)
            return await self._in_thread(lambda: ask(**parameters))

        return asked

    def _ask_again_if_lost(self, **parameters: str | int | bool | None) -> Answer:
        session = self._session()
        try:
            return session.ask(**parameters)
        except Refused as refusal:
            if refusal.code not in SESSION_LOST_CODES:
                raise
        return session.ask(**parameters)

    def _session(self) -> Session:
        if self._opened is None:
            self._opened = self._library.open(self._settings)
        return self._opened

    @contextmanager
    def _trouble_named(self) -> Iterator[None]:
        """Raise as WikiTrouble what goes wrong while the wiki is read."""
        try:
            yield
        except Refused as refusal:
            lasting = refusal.code in _LASTING
            raise WikiTrouble(
                self.name, refusal.info, code=refusal.code, lasting=lasting
            ) from refusal
        except NoAnswer as silence:
            raise WikiTrouble(self.name, silence.reason) from silence
        except (AttributeError, LookupError, TypeError, ValueError) as odd:
            raise WikiTrouble(self.name, "an answer that makes no sense") from odd

    async def _known_site(self) -> SiteFacts:
        async with self._learning:
            if self._facts is None:
                more = self._settings.optout_categories
                self._facts = await reading.site_facts(self._ask, self.name, more)
        return self._facts

    async def _batch(self) -> int:
        """Return how many values one parameter may hold."""
        if self._opened is None:
            return (await self._in_thread(self._entered)).batch
        return self._opened.batch

    def _entered(self) -> Session:
        session = self._session()
        session.log_in()
        return session
