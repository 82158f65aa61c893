"""The addresses of the pictures of events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatbot.web.answers import Content, answered

_FRESH = timedelta(minutes=10)
_ANYWHERE: Mapping[str, str] = MappingProxyType({"Cross-Origin-Resource-Policy": "cross-origin"})
"""Other sites show the card beside their link to the event."""


class Picture(Protocol):
    """A picture as PNG."""

    @property
    def png(self) -> bytes: ...  # noqa: D102


class Cards(Protocol):
    """Draws cards."""

    async def of(self, number: int) -> Picture | None:
        """Return the card of an event, None where there is none for everybody."""
        ...


class CardRoutes:
    """Hands cards out."""

    def __init__(self, cards: Cards) -> None:
        self._cards = cards

    def routes(self) -> tuple[Route, ...]:
        """Return the routes of this part."""
        return (Route("/card/{number:int}.png", self.card),)

    async def card(self, request: Request) -> Response:
        """Answer with the picture of an event."""
        picture = await self._cards.of(request.path_params["number"])
        if picture is None:
            raise HTTPException(404)
        content = Content(picture.png, "image/png", fresh=_FRESH, headers=_ANYWHERE)
        return await answered(request, content)
