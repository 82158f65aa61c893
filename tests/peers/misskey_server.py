"""A Misskey server on loopback, written from its public API description (/api-doc)."""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.peers.http_peer import Answer, Fault, Request, serving

_NOTE = {"text", "visibility", "fileIds", "cw", "localOnly", "replyId"}
_VISIBILITIES = {"public", "home", "followers", "specified"}
# What mfm-js makes of a text, as far as it matters here.
MFM = {
    "mention": re.compile(r"(?<![a-z0-9])@[a-z0-9_-]+(?:@[a-z0-9.-]+)?", re.IGNORECASE),
    "hashtag": re.compile(r"(?<![a-z0-9])#[^ \u3000\t.,!?'\"#:/\[\]【】()「」（）<>]+"),
    "url": re.compile(r"https?://[a-z0-9.,_/:%#@$&?!()\[\]~'=+-]+", re.IGNORECASE),
    "emoji": re.compile(r"(?<![a-z0-9]):[a-z0-9_+-]+:(?![a-z0-9])", re.IGNORECASE),
    "function": re.compile(r"\$\[[a-z0-9_]+"),
    "bold": re.compile(r"\*\*[^\n]+?\*\*|__[a-z0-9 \u3000\t]+__|<b>", re.IGNORECASE),
    "code": re.compile(r"`[^`\n]+`"),
    "strike": re.compile(r"~~[^\n]+?~~"),
    "quote": re.compile(r"^>", re.MULTILINE),
}


def found(text: str, *, besides: tuple[str, ...] = ()) -> list[str]:
    """Return what in a text Misskey shows as something else than text."""
    return [
        each[0] for name, form in MFM.items() if name not in besides for each in form.finditer(text)
    ]


@dataclass
class MisskeyServer:
    """One server with one account."""

    url: str = ""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    most: int = 3000
    notes: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    permissions: set[str] = field(
        default_factory=lambda: {"write:notes", "write:drive", "read:account"}
    )
    limited: bool = False

    def answer(self, request: Request) -> Answer:
        """Obey a request: every endpoint is a POST."""
        endpoints: dict[str, tuple[str, Callable[[Request], Answer]]] = {
            "/api/meta": ("", self._meta),
            "/api/i": ("read:account", self._me),
            "/api/notes/create": ("write:notes", self._create),
            "/api/users/notes": ("", self._listed),
            "/api/drive/files/create": ("write:drive", self._upload),
        }
        if request.method != "POST" or request.path not in endpoints:
            return Answer(404, {"error": _error("UNKNOWN_API_ENDPOINT", "Unknown API endpoint.")})
        permission, obey = endpoints[request.path]
        if permission and request.bearer != self.token:
            said = _error(
                "AUTHENTICATION_FAILED", "Authentication failed. Please ensure your token"
            )
            return Answer(401, {"error": said})
        if permission and permission not in self.permissions:
            said = _error("PERMISSION_DENIED", "Your app does not have the necessary permissions")
            return Answer(403, {"error": said})
        if self.limited:
            said = _error("RATE_LIMIT_EXCEEDED", "Rate limit exceeded. Please try again later.")
            return Answer(429, {"error": said}, {"Retry-After": "120"})
        return obey(request)

    def _meta(self, _: Request) -> Answer:
        return Answer(200, {"version": "2026.11.0", "maxNoteTextLength": self.most})

    def _me(self, _: Request) -> Answer:
        return Answer(200, {"id": "9abc", "username": "bell", "host": None})

    def _create(self, request: Request) -> Answer:
        given = request.json()
        text, files = given.get("text"), given.get("fileIds", [])
        if unknown := set(given) - _NOTE:
            return _invalid(f"must NOT have additional properties: {sorted(unknown)}")
        # JSON schema's maxLength: code points (RFC 8259).
        if not isinstance(text, str) or not 0 < len(text.strip()) <= self.most:
            return _invalid("text")
        if given.get("visibility", "public") not in _VISIBILITIES:
            return _invalid("visibility")
        if "fileIds" in given and not 0 < len(files) <= 16:
            return _invalid("fileIds")
        if not all(each in self.files for each in files):
            return Answer(400, {"error": _error("NO_SUCH_FILE", "Some files are not found.")})
        note = {
            "id": f"n{len(self.notes) + 1}",
            "createdAt": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "text": text.strip(),
            "visibility": given.get("visibility", "public"),
            "fileIds": files,
        }
        self.notes.append(note)
        return Answer(200, {"createdNote": note})

    def _listed(self, request: Request) -> Answer:
        given = request.json()
        if given.get("userId") != "9abc" or not 0 < given.get("limit", 10) <= 100:
            return _invalid("userId")
        return Answer(200, list(reversed(self.notes))[: given["limit"]])

    def _upload(self, request: Request) -> Answer:
        form, files = request.form()
        if "file" not in files:
            return Answer(400, {"error": _error("NO_FILE", "No file")})
        comment = form.get("comment", [""])[0]
        if len(comment) > 512:
            return Answer(400, {"error": _error("COMMENT_TOO_LONG", "Comment too long")})
        name = f"f{len(self.files) + 1}"
        self.files[name] = (files["file"].body, comment)
        return Answer(200, {"id": name, "comment": comment, "type": "image/png"})


def _error(code: str, message: str) -> dict[str, str]:
    return {"code": code, "message": message, "kind": "client"}


def _invalid(what: str) -> Answer:
    return Answer(400, {"error": _error("INVALID_PARAM", f"Invalid param. {what}")})


@contextmanager
def running_misskey() -> Iterator[MisskeyServer]:
    """Run a server until the end of the block."""
    server = MisskeyServer()
    with serving(server) as url:
        server.url = url
        yield server
