"""The addresses of the feeds: for everybody, and under a token for one person."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatbot.feeds import Feed, Form, Revoked
from chatbot.web.answers import Content, answered
from chatbot.web.asking import understood
from chatbot.web.shelf import Shelf
from commands.rules.showcase import Choice

_FRESH = timedelta(minutes=5)
_ANYWHERE: Mapping[str, str] = MappingProxyType({"Access-Control-Allow-Origin": "*"})
"""Programs of other sites may read what everybody may read."""
_UNLISTED: Mapping[str, str] = MappingProxyType({"X-Robots-Tag": "noindex"})


class Feeds(Protocol):
    """Makes feeds."""

    async def edition(self, form: Form) -> Hashable:
        """Return what stays the same as long as a feed of this form says the same."""
        ...

    async def public(self, form: Form, wanted: Choice) -> Feed:
        """Return the feed of all that is wanted."""
        ...

    async def own(self, token: str) -> Feed | None:
        """Return a person's own, None for a token that nobody had. Raises Revoked."""
        ...

    async def event(self, number: int) -> Feed | None:
        """Return the calendar of one event, None where there is none for everybody."""
        ...


class FeedRoutes:
    """Hands feeds out, and keeps those for everybody until something is changed."""

    def __init__(self, feeds: Feeds) -> None:
        self._feeds = feeds
        self._shelf = Shelf()

    def routes(self) -> tuple[Route, ...]:
        """Return the routes of this part."""
        return (
            Route("/feeds/all.{form}", self.all),
            Route("/feeds/event/{number:int}.ics", self.event),
            Route("/feeds/person/{token}.ics", self.own),
        )

    async def all(self, request: Request) -> Response:
        """Answer with the feed of all events, or of those that the address chooses."""
        try:
            form = Form(request.path_params["form"])
        except ValueError:
            raise HTTPException(404) from None
        wanted = understood(request.query_params).choice

        async def make() -> Content:
            return _public(await self._feeds.public(form, wanted))

        key = (form, wanted, await self._feeds.edition(form))
        return await answered(request, await self._shelf.get(key, make))

    async def event(self, request: Request) -> Response:
        """Answer with one event, to be put into one's calendar."""
        number = request.path_params["number"]
        if (feed := await self._feeds.event(number)) is None:
            raise HTTPException(404)
        named = {"Content-Disposition": f'attachment; filename="event-{number}.ics"'}
        return await answered(request, _public(feed, named))

    async def own(self, request: Request) -> Response:
        """Answer with the feed of whoever has this address."""
        try:
            feed = await self._feeds.own(request.path_params["token"])
        except Revoked:
            raise HTTPException(410) from None
        if feed is None:
            raise HTTPException(404)
        content = Content(
            feed.content, feed.media_type, fresh=timedelta(0), private=True, headers=_UNLISTED
        )
        return await answered(request, content)


def _public(feed: Feed, headers: Mapping[str, str] = MappingProxyType({})) -> Content:
    return Content(feed.content, feed.media_type, fresh=_FRESH, headers={**_ANYWHERE, **headers})
