"""What all pages are made with: the programme, words and templates in, an answer out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from chatbot.clock import Clock
from chatbot.programme import Edition
from chatbot.text import Texts
from chatbot.web.addresses import Addresses
from chatbot.web.answers import Content, answered
from chatbot.web.asking import Asked, understood
from chatbot.web.face import Templates, Voice
from chatbot.web.index import Index
from chatbot.web.settings import Shown
from chatbot.web.shelf import Shelf
from chatbot.web.statics import Statics
from chatbot.web.tongue import Tongue, tongue
from commands.tongues import own_name

_FRESH = timedelta(minutes=1)
_NOTHING: Mapping[str, str] = MappingProxyType({})


class Programme(Protocol):
    """Where all that may be shown is known."""

    async def now(self) -> Edition:
        """Return the newest edition."""
        ...


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever asks for a page: for what, spoken to how, at which instant (UTC)."""

    asked: Asked
    tongue: Tongue
    voice: Voice
    now: datetime

    @property
    def today(self) -> date:
        """The day in UTC."""
        return self.now.astimezone(UTC).date()


@dataclass(frozen=True, slots=True)
class Page:
    """A template and what it shows. `listed` says that search engines may know of it."""

    template: str
    values: Mapping[str, object]
    listed: bool = True
    framed: bool = False
    status: int = 200
    fresh: timedelta = _FRESH
    headers: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


Compose = Callable[[Reader], Awaitable[Page]]


class Kit:
    """Makes pages and keeps them. `index` is the programme as pages read it."""

    def __init__(self, *, programme: Programme, texts: Texts, shown: Shown, clock: Clock) -> None:
        self.index = Index()
        self.shown = shown
        self.statics = Statics()
        self.addresses = Addresses(shown.address)
        self._programme = programme
        self._texts = texts
        self._clock = clock
        self._templates = Templates()
        self._shelf = Shelf()

    async def prepare(self) -> None:
        """Do beforehand what the first reader would wait for."""
        await asyncio.to_thread(self._templates.load)
        await self.catch_up()

    async def catch_up(self) -> None:
        """Take in what was changed in the programme."""
        self.index.take(await self._programme.now())

    async def answer(self, request: Request, compose: Compose) -> Response:
        """Answer with the page that `compose` makes of the programme as it is, or of late was.

        Whatever it depends on besides the address is the edition, the minute and the language.
        """
        reader = self._reader(request, understood(request.query_params))
        await self.catch_up()
        key = (
            request.url.path,
            reader.asked,
            reader.tongue,
            self.index.version,
            int(reader.now.timestamp() // 60),
        )
        content = await self._shelf.get(key, lambda: self._composed(reader, compose))
        return await answered(request, content)

    async def apologise(self, request: Request, page: Page) -> Response:
        """Answer with a page for whom there is no other; what he asked for is not looked at."""
        reader = self._reader(request, Asked())
        return await answered(request, self._rendered(reader, page))

    def _reader(self, request: Request, asked: Asked) -> Reader:
        accepted = request.headers.get("accept-language", "")
        how = tongue(asked.lang, accepted, self._texts.languages)
        voice = Voice(texts=self._texts, tongue=how, kinds=self.shown.kinds)
        return Reader(asked, how, voice, self._clock())

    async def _composed(self, reader: Reader, compose: Compose) -> Content:
        page = await compose(reader)
        return await asyncio.to_thread(self._rendered, reader, page)

    def _rendered(self, reader: Reader, page: Page) -> Content:
        voice = reader.voice
        body = self._templates.render(
            page.template,
            voice=voice,
            say=voice.say,
            plain=voice.plain,
            tongue=reader.tongue,
            asked=reader.asked,
            now=reader.now,
            lang=reader.asked.query("lang"),
            addresses=self.addresses,
            root=self.addresses.root,
            static=self.statics.paths,
            site=self.shown.title or voice.plain("web.default_title"),
            languages=[(each, own_name(each)) for each in sorted(self._texts.languages)],
            listed=page.listed and not reader.asked.filtered,
            cards=self.shown.cards,
            **page.values,
        )
        return Content(
            body,
            "text/html; charset=utf-8",
            status=page.status,
            fresh=page.fresh,
            framed=page.framed,
            varies=("Accept-Language",) if reader.tongue.negotiated else (),
            headers={"Content-Language": reader.tongue.language, **page.headers},
        )
