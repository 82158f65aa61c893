"""Style sheets, the script and the icon: each at an address that changes with what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from importlib.resources import files
from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatbot.web.answers import Content, answered

_TYPES = MappingProxyType(
    {
        "style.css": "text/css; charset=utf-8",
        "stats.css": "text/css; charset=utf-8",
        "page.js": "text/javascript; charset=utf-8",
        "icon.svg": "image/svg+xml; charset=utf-8",
    }
)
_FOR_EVER = timedelta(days=365)
_ROBOTS = b"User-agent: *\nDisallow: /*?\n"
"""Whatever is chosen by a question can also be found without one."""


class Statics:
    """Files of the package, read once. `paths` are their addresses, by name."""

    def __init__(self) -> None:
        folder = files("chatbot.web") / "static"
        self._files: dict[str, Content] = {}
        paths = {}
        for name, media_type in _TYPES.items():
            content = Content((folder / name).read_bytes(), media_type, fresh=_FOR_EVER)
            stem, _, ending = name.partition(".")
            path = f"/static/{stem}-{content.tag[:8]}.{ending}"
            self._files[path] = content
            paths[name] = path
        self.paths: Mapping[str, str] = MappingProxyType(paths)
        self._robots = Content(_ROBOTS, "text/plain; charset=utf-8")

    def routes(self) -> tuple[Route, ...]:
        """Return the routes of this part."""
        return (Route("/static/{name}", self.file), Route("/robots.txt", self.robots))

    async def file(self, request: Request) -> Response:
        """Answer with a file."""
        content = self._files.get(f"/static/{request.path_params['name']}")
        if content is None:
            raise HTTPException(404)
        return await answered(request, content)

    async def robots(self, request: Request) -> Response:
        """Answer with what crawlers are asked for (RFC 9309)."""
        return await answered(request, self._robots)
