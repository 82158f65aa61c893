"""The one way in which the web face answers (RFC 9110): whole, unchanged, or compressed.

Whatever is shown is made into a `Content` once and may be kept: it knows its entity tag and, from
the first reader who takes it so, its compressed form.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

_NOTHING: Mapping[str, str] = MappingProxyType({})
_WORTH_IT = 600
"""In bytes: what is shorter is not compressed."""
_LONG = 200_000
"""In bytes: what is longer is compressed in a thread, so that nobody waits for it."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {}"
)


class Content:
    """What stands at an address, once and for all; what replaces it is another.

    `modified` (aware) is when it last changed, where that is known. A reader may go on showing
    it for `fresh` without asking again. `private` is for what is for one person alone, `framed`
    for what other sites may show within their own, `varies` names the headers by which it was
    chosen, besides Accept-Encoding.
    """

    def __init__(
        self,
        body: bytes,
        media_type: str,
        *,
        status: int = 200,
        modified: datetime | None = None,
        fresh: timedelta = timedelta(minutes=1),
        private: bool = False,
        framed: bool = False,
        varies: Iterable[str] = (),
        headers: Mapping[str, str] = _NOTHING,
    ) -> None:
        self.body = body
        self.status = status
        self.modified = modified.replace(microsecond=0) if modified else None
        self.compressible = len(body) >= _WORTH_IT and _is_text(media_type)
        self.tag = sha256(body).hexdigest()[:24]
        scope = "private" if private else "public"
        seconds = int(fresh.total_seconds())
        self.headers = {
            "Content-Type": media_type,
            "Cache-Control": f"{scope}, max-age={seconds}" if seconds else f"{scope}, no-cache",
            "Vary": ", ".join((*varies, "Accept-Encoding")),
            "Content-Security-Policy": _POLICY.format("*" if framed else "'none'"),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            **headers,
        }
        if self.modified:
            self.headers["Last-Modified"] = format_datetime(self.modified, usegmt=True)

    @cached_property
    def compressed(self) -> bytes:
        """The body as gzip, made when it is first asked for."""
        return gzip.compress(self.body, 6, mtime=0)

    @property
    def weight(self) -> int:
        """In bytes, about the most that keeping it costs, in both forms."""
        return len(self.body) * 3 // 2 + 1000


async def answered(request: Request, content: Content) -> Response:
    """Return the answer to a GET or HEAD: 304 for whoever has the content already."""
    zipped = content.compressible and _takes_gzip(request.headers.get("accept-encoding", ""))
    headers = dict(content.headers)
    if content.status == 200:
        # Two forms of one content are two to whoever compares them byte for byte.
        headers["ETag"] = f'"{content.tag}-gzip"' if zipped else f'"{content.tag}"'
        if _has_it(request, content, headers["ETag"]):
            del headers["Content-Type"]
            return Response(status_code=304, headers=headers)
    if not zipped:
        return Response(content.body, status_code=content.status, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(await _compressed(content), status_code=content.status, headers=headers)


async def _compressed(content: Content) -> bytes:
    if len(content.body) > _LONG and "compressed" not in content.__dict__:
        return await asyncio.to_thread(lambda: content.compressed)
    return content.compressed


def _has_it(request: Request, content: Content, tag: str) -> bool:
    """RFC 9110, 13.2.2: a date counts only for whoever names no tag."""
    if tags := request.headers.get("if-none-match"):
        known = {each.strip().removeprefix("W/") for each in tags.split(",")}
        return tag in known or tags.strip() == "*"
    since = request.headers.get("if-modified-since")
    if not since or content.modified is None:
        return False
    try:
        return content.modified <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def _takes_gzip(accepted: str) -> bool:
    for each in accepted.lower().split(","):
        name, _, weight = each.partition(";")
        if name.strip() in {"gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def _is_text(media_type: str) -> bool:
    kind = media_type.partition(";")[0]
    return kind.startswith("text/") or kind.endswith(("json", "xml", "javascript"))
