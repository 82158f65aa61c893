"""XRPC: sessions, blobs and records of one account, with rate limits.

https://atproto.com/specs/xrpc, the lexicons com.atproto.server and com.atproto.repo, and
https://docs.bsky.app/docs/advanced-guides/rate-limits.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.peers.bluesky_server.lexicon import TID, InvalidError, check_post
from tests.peers.http_peer import Answer, Fault, Request, serving

_POSTS = "app.bsky.feed.post"
_ACCESS_SECONDS = 2 * 3600
_REFRESH_SECONDS = 90 * 24 * 3600
_RAW, _CBOR = 0x55, 0x71


@dataclass
class BlueskyServer:
    """One server with one account, `bell.example.org`, which has one app password."""

    url: str = ""
    handle: str = "bell.example.org"
    did: str = "did:plc:z72i7hdynmk6r22z27h6tvur"
    password: str = field(default_factory=lambda: "-".join(secrets.token_hex(2) for _ in range(4)))
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What stands, by record key."""
    puts: list[str] = field(default_factory=list)
    """The record key of each record that was put, again or not."""
    blobs: dict[str, tuple[str, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    left: int = 3000
    reset_at: int = field(default_factory=lambda: round(time.time()) + 300)
    lives_seconds: int = _ACCESS_SECONDS
    """How long an access token is good for."""
    _access: set[str] = field(default_factory=set)
    _refresh: set[str] = field(default_factory=set)

    @property
    def posts(self) -> list[dict[str, Any]]:
        """What stands, in the order of its keys."""
        return [self.records[key] for key in sorted(self.records)]

    def sign_out(self) -> None:
        """Make every session end."""
        self._access.clear()
        self._refresh.clear()

    def answer(self, request: Request) -> Answer:
        """Obey a request."""
        self.requests.append(request)
        if self.left <= 0:
            limited = {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
            return self._counted(Answer(429, limited))
        self.left -= 1
        return self._counted(self._route(request))

    def _counted(self, answer: Answer) -> Answer:
        headers = {
            "RateLimit-Limit": "3000",
            "RateLimit-Remaining": str(self.left),
            "RateLimit-Reset": str(self.reset_at),
            "RateLimit-Policy": "3000;w=300",
        }
        return Answer(answer.status, answer.body, {**headers, **answer.headers})

    def _route(self, request: Request) -> Answer:
        nsid = request.path.removeprefix("/xrpc/")
        methods: dict[tuple[str, str], Callable[[Request], Answer]] = {
            ("POST", "com.atproto.server.createSession"): self._create_session,
            ("POST", "com.atproto.server.refreshSession"): self._refresh_session,
            ("GET", "com.atproto.server.getSession"): self._get_session,
            ("POST", "com.atproto.repo.uploadBlob"): self._upload_blob,
            ("POST", "com.atproto.repo.putRecord"): self._put_record,
            ("POST", "com.atproto.repo.createRecord"): self._create_record,
            ("GET", "com.atproto.repo.getRecord"): self._get_record,
        }
        method = methods.get((request.method, nsid))
        if method is None:
            return _error(501, "MethodNotImplemented", "Method Not Implemented")
        return method(request)

    def _create_session(self, request: Request) -> Answer:
        given = request.json()
        who = given.get("identifier") in {self.handle, self.did}
        if not who or given.get("password") != self.password:
            return _error(401, "AuthenticationRequired", "Invalid identifier or password")
        return Answer(200, self._session())

    def _refresh_session(self, request: Request) -> Answer:
        if request.bearer not in self._refresh:
            return _error(400, "ExpiredToken", "Token has been revoked")
        self._refresh.discard(request.bearer)
        return Answer(200, self._session())

    def _session(self) -> dict[str, Any]:
        access = self._token("com.atproto.access", self.lives_seconds)
        refresh = self._token("com.atproto.refresh", _REFRESH_SECONDS)
        self._access.add(access)
        self._refresh.add(refresh)
        session = {"accessJwt": access, "refreshJwt": refresh, "active": True}
        return {**session, "did": self.did, "handle": self.handle}

    def _token(self, scope: str, seconds: int) -> str:
        """Return a JWT (RFC 7519); what its signature says is nobody's but the server's."""
        now = int(time.time())
        payload = {"scope": scope, "sub": self.did, "aud": "did:web:localhost"}
        payload |= {"iat": now, "exp": now + seconds}  # type: ignore[dict-item]
        parts = [{"typ": "at+jwt", "alg": "HS256"}, payload]
        encoded = [_base64(json.dumps(part).encode()) for part in parts]
        return ".".join([*encoded, _base64(secrets.token_bytes(32))])

    def _get_session(self, request: Request) -> Answer:
        refused = self._refused(request)
        return refused or Answer(200, {"handle": self.handle, "did": self.did, "active": True})

    def _refused(self, request: Request) -> Answer | None:
        if not request.bearer:
            return _error(401, "AuthMissing", "Authentication Required")
        if request.bearer not in self._access:
            return _error(400, "ExpiredToken", "Token has expired")
        return None

    def _upload_blob(self, request: Request) -> Answer:
        if refused := self._refused(request):
            return refused
        mime_type = request.headers.get("content-type", "")
        # As the real one, it looks for itself what was uploaded.
        if request.body.startswith(b"\x89PNG\r\n\x1a\n"):
            mime_type = "image/png"
        link = _cid(_RAW, request.body)
        self.blobs[link] = (mime_type, len(request.body))
        blob = {"$type": "blob", "ref": {"$link": link}, "mimeType": mime_type}
        return Answer(200, {"blob": {**blob, "size": len(request.body)}})

    def _put_record(self, request: Request) -> Answer:
        return self._refused(request) or self._put(request.json())

    def _create_record(self, request: Request) -> Answer:
        if refused := self._refused(request):
            return refused
        given = request.json()
        if given.get("rkey") in self.records:
            return _error(400, "InvalidRequest", "Record already exists")
        return self._put(given)

    def _put(self, given: dict[str, Any]) -> Answer:
        if given.get("repo") not in {self.did, self.handle}:
            return _error(403, "Forbidden", "Not your repo")
        if given.get("collection") != _POSTS:
            return _error(400, "InvalidRequest", "Lexicon not found")
        key = str(given.get("rkey"))
        if not TID.fullmatch(key):
            return _error(400, "InvalidRequest", f"Invalid record key: {key}")
        try:
            check_post(given["record"], self.blobs)
        except InvalidError as invalid:
            return _error(400, "InvalidRequest", f"Invalid {_POSTS} record: {invalid}")
        self.records[key] = given["record"]
        self.puts.append(key)
        return Answer(200, {"uri": self._uri(key), "cid": self._cid(key)})

    def _get_record(self, request: Request) -> Answer:
        key = request.query.get("rkey", [""])[0]
        if key not in self.records:
            return _error(400, "RecordNotFound", f"Could not locate record: {self._uri(key)}")
        found = {"uri": self._uri(key), "cid": self._cid(key), "value": self.records[key]}
        return Answer(200, found)

    def _uri(self, key: str) -> str:
        return f"at://{self.did}/{_POSTS}/{key}"

    def _cid(self, key: str) -> str:
        return _cid(_CBOR, json.dumps(self.records[key]).encode())


def _cid(codec: int, content: bytes) -> str:
    """Return a CIDv1 with SHA-256, in base32."""
    raw = bytes([1, codec, 0x12, 0x20]) + hashlib.sha256(content).digest()
    return "b" + base64.b32encode(raw).decode().rstrip("=").lower()


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _error(status: int, error: str, message: str) -> Answer:
    return Answer(status, {"error": error, "message": message})


@contextmanager
def running_bluesky() -> Iterator[BlueskyServer]:
    """Run a server until the end of the block."""
    server = BlueskyServer()
    with serving(server) as url:
        server.url = url
        yield server
