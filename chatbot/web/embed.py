"""The next events as a small list that other sites show within their pages."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatbot.web.kit import Kit, Page, Reader
from commands.rules.showcase import Stage

_AHEAD = timedelta(days=120)
_USUALLY = 10
_OPEN = MappingProxyType({"Access-Control-Allow-Origin": "*"})


class Embed:
    """Shows what comes next, chosen as on the calendar page, and at most `most` events."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def routes(self) -> tuple[Route, ...]:
        """Return the routes of this part."""
        return (Route("/embed", self.page),)

    async def page(self, request: Request) -> Response:
        """Answer with the list."""
        return await self._kit.answer(request, self._composed)

    async def _composed(self, reader: Reader) -> Page:
        wanted, until = reader.asked.choice, reader.now + _AHEAD
        await self._kit.index.prepare(reader.now, until)
        chosen = [
            entry
            for entry in self._kit.index.between(reader.now, until)
            if wanted.takes(entry.event) and entry.stage(reader.now) is not Stage.CANCELLED
        ]
        values = {"current": "", "entries": chosen[: reader.asked.most or _USUALLY]}
        return Page("embed.html", values, listed=False, framed=True, headers=_OPEN)
