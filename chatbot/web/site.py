"""The web face as one application, made of routes that are handed in: it only reads.

Whatever a route answers, what may be asked is limited here, and a fault becomes a page for people.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

LONGEST_ADDRESS = 1000
"""In bytes, of the path and of the query each, as they are sent."""

Apology = Callable[[Request, int], Awaitable[Response]]
"""Makes the page that tells a reader in words, by HTTP status, why there is nothing else."""


def site(routes: Iterable[BaseRoute], *, apology: Apology, log: FilteringBoundLogger) -> ASGIApp:
    """Return the application. What a route raises as HTTPException becomes a page, too."""

    async def refused(request: Request, error: Exception) -> Response:
        return await apology(
            request, error.status_code if isinstance(error, HTTPException) else 500
        )

    inside = Starlette(
        routes=list(routes), exception_handlers={HTTPException: refused, Exception: refused}
    )
    # It would send readers to whatever host they named.
    inside.router.redirect_slashes = False
    return _Door(inside, apology, log)


class _Door:
    """Lets in what may be asked, and lets no fault out."""

    def __init__(self, inside: ASGIApp, apology: Apology, log: FilteringBoundLogger) -> None:
        self._inside = inside
        self._apology = apology
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if status := _unfit(scope):
            answer = await self._apology(Request(scope), status)
            if status == 405:
                answer.headers["Allow"] = "GET, HEAD"
            await answer(scope, receive, send)
            return
        try:
            await self._inside(scope, receive, send)
        except Exception:  # noqa: BLE001 - the reader has his apology, and the next is answered
            # Only what kind of page it was: an address can hold somebody's own key to a feed.
            self._log.exception("web.failed", page=scope["path"].split("/")[1][:20])


def _unfit(scope: Scope) -> int | None:
    """Return the status by which a request is refused before anybody looks at it."""
    if scope["method"] not in {"GET", "HEAD"}:
        return 405
    too_long = len(scope.get("raw_path") or b"") > LONGEST_ADDRESS
    return 414 if too_long or len(scope["query_string"]) > LONGEST_ADDRESS else None
