"""The page for whoever asked for something that there is not, with a way back."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from chatbot.web.kit import Kit, Page
from commands.messages import line

_REASONS = MappingProxyType(
    {
        400: line("web.error_address"),
        404: line("web.error_missing"),
        405: line("web.error_method"),
        414: line("web.error_long"),
        500: line("web.error_fault"),
    }
)


class Apologies:
    """Says in words why there is nothing else."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def page(self, request: Request, status: int) -> Response:
        """Answer with the page for an HTTP status."""
        reason = _REASONS.get(status) or _REASONS[404 if status < 500 else 500]
        values = {"reason": reason, "current": ""}
        page = Page("apology.html", values, listed=False, status=status, fresh=timedelta())
        return await self._kit.apologise(request, page)
