"""The API: statuses, media, instance and accounts, with tokens, idempotency and rate limits.

https://docs.joinmastodon.org/methods/statuses/, /methods/media/, /methods/instance/,
/api/rate-limits/; words of errors as the server's own locale file has them.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.peers.http_peer import Answer, Fault, Request, serving
from tests.peers.mastodon_server.text import counted, formatted, values

_IDEMPOTENT_FOR = timedelta(hours=1)
_VISIBILITIES = {"public", "unlisted", "private", "direct"}
_KNOWN = {
    "status",
    "media_ids[]",
    "language",
    "visibility",
    "sensitive",
    "spoiler_text",
    "in_reply_to_id",
    "scheduled_at",
}
_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_OF_AN_IMAGE = 16 * 1024 * 1024
_MOST_LISTED = 40


@dataclass
class Media:
    """What was uploaded; it is processed after so many questions about it."""

    number: str
    content: bytes
    description: str
    questions: int = 0
    attached: bool = False


@dataclass
class Status:
    """What was posted."""

    number: str
    text: str
    language: str | None
    visibility: str
    media: list[Media]
    created_at: datetime
    url: str


@dataclass
class MastodonServer:
    """One server with one account, which has one token."""

    url: str = ""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    most: int = 500
    description_limit: int = 1500
    statuses: list[Status] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    scopes: set[str] = field(default_factory=lambda: {"read", "write"})
    processed_after: int = 0
    """How often a picture must be asked for until it is processed."""
    left: int = 300
    """How many requests are allowed until `reset_at`."""
    reset_at: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(minutes=5))
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    _keys: dict[str, tuple[datetime, Status]] = field(default_factory=dict)

    def answer(self, request: Request) -> Answer:
        """Obey a request."""
        self.requests.append(request)
        if self.left <= 0:
            return self._limited(Answer(429, {"error": "Too many requests"}))
        self.left -= 1
        return self._limited(self._route(request))

    def _limited(self, answer: Answer) -> Answer:
        headers = {
            "X-RateLimit-Limit": "300",
            "X-RateLimit-Remaining": str(self.left),
            "X-RateLimit-Reset": self.reset_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }
        return Answer(answer.status, answer.body, {**headers, **answer.headers})

    def _route(self, request: Request) -> Answer:
        match request.method, request.path:
            case "GET", "/api/v2/instance":
                return Answer(200, self._instance())
            case "GET", "/api/v1/instance":
                return Answer(200, {"uri": "example.social", "version": "4.5.2", "title": "x"})
        if request.bearer != self.token:
            return Answer(401, {"error": "The access token is invalid"})
        match request.method, request.path:
            case "GET", "/api/v1/accounts/verify_credentials":
                return Answer(200, self._account())
            case "GET", "/api/v1/accounts/1/statuses":
                return self._listed(request)
            case "POST", "/api/v2/media":
                return self._scoped(request, self._upload)
            case "POST", "/api/v1/statuses":
                return self._scoped(request, self._post)
        if found := re.fullmatch(r"/api/v1/media/(\d+)", request.path):
            return self._processing(found[1])
        return Answer(404, {"error": "Record not found"})

    def _scoped(self, request: Request, obey: Any) -> Answer:
        if "write" not in self.scopes:
            return Answer(403, {"error": "This action is outside the authorized scopes"})
        answer: Answer = obey(request)
        return answer

    def _instance(self) -> dict[str, Any]:
        return {
            "domain": "example.social",
            "title": "Example",
            "version": "4.5.2",
            "api_versions": {"mastodon": 7},
            "configuration": {
                "statuses": {
                    "max_characters": self.most,
                    "max_media_attachments": 4,
                    "characters_reserved_per_url": 23,
                },
                "media_attachments": {
                    "description_limit": self.description_limit,
                    "image_size_limit": _MOST_OF_AN_IMAGE,
                    "supported_mime_types": ["image/png"],
                },
            },
        }

    def _account(self) -> dict[str, Any]:
        return {"id": "1", "username": "bell", "acct": "bell", "url": f"{self.url}/@bell"}

    def _upload(self, request: Request) -> Answer:
        form, files = request.form()
        file = files.get("file")
        if file is None or not file.body.startswith(_PNG):
            return Answer(422, {"error": "Validation failed: File content type is invalid"})
        if len(file.body) > _MOST_OF_AN_IMAGE:
            return Answer(422, {"error": "Validation failed: File must be less than 16 MB"})
        description = form.get("description", [""])[0]
        if len(description) > self.description_limit:
            return Answer(422, {"error": "Validation failed: Description is too long"})
        media = Media(str(len(self.media) + 1), file.body, description)
        self.media.append(media)
        return Answer(202 if self.processed_after else 200, self._shown_media(media))

    def _processing(self, number: str) -> Answer:
        media = next((each for each in self.media if each.number == number), None)
        if media is None:
            return Answer(404, {"error": "Record not found"})
        media.questions += 1
        done = media.questions >= self.processed_after
        return Answer(200 if done else 206, self._shown_media(media))

    def _shown_media(self, media: Media) -> dict[str, Any]:
        done = media.questions >= self.processed_after
        return {
            "id": media.number,
            "type": "image",
            "url": f"{self.url}/media/{media.number}.png" if done else None,
            "description": media.description,
        }

    def _post(self, request: Request) -> Answer:
        key = request.headers.get("idempotency-key", "")
        if key and key in self._keys and self.now - self._keys[key][0] < _IDEMPOTENT_FOR:
            return Answer(200, self._shown(self._keys[key][1]))
        form, _ = request.form()
        if unknown := set(form) - _KNOWN:
            return Answer(400, {"error": f"unpermitted parameters: {sorted(unknown)}"})
        refused = self._refusal(form)
        if refused is not None:
            return Answer(422, {"error": f"Validation failed: {refused}"})
        number = str(len(self.statuses) + 1)
        status = Status(
            number=number,
            text=form["status"][0],
            language=form.get("language", [None])[0],
            visibility=form.get("visibility", ["public"])[0],
            media=[self._found(each) for each in form.get("media_ids[]", [])],
            created_at=self.now,
            url=f"{self.url}/@bell/{number}",
        )
        for media in status.media:
            media.attached = True
        self.statuses.append(status)
        if key:
            self._keys[key] = (self.now, status)
        return Answer(200, self._shown(status))

    def _refusal(self, form: dict[str, list[str]]) -> str | None:
        text = form.get("status", [""])[0]
        ids = form.get("media_ids[]", [])
        if not text.strip() and not ids:
            return "Text can't be blank"
        if counted(text) > self.most:
            return f"Text character limit of {self.most} exceeded"
        if form.get("visibility", ["public"])[0] not in _VISIBILITIES:
            return "Visibility is not included in the list"
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", form.get("language", ["en"])[0]):
            return "Language is invalid"
        if len(ids) > 4:
            return "Cannot attach more than 4 files"
        if any(each is None or each.attached for each in map(self._any, ids)):
            return "Media not found"
        if any(self._found(each).questions < self.processed_after for each in ids):
            return "Cannot attach files that have not finished processing. Try again in a moment!"
        return None

    def _any(self, number: str) -> Media | None:
        return next((each for each in self.media if each.number == number), None)

    def _found(self, number: str) -> Media:
        return next(each for each in self.media if each.number == number)

    def _listed(self, request: Request) -> Answer:
        limit = min(int(request.query.get("limit", ["20"])[0]), _MOST_LISTED)
        newest = list(reversed(self.statuses))[:limit]
        return Answer(200, [self._shown(each) for each in newest])

    def _shown(self, status: Status) -> dict[str, Any]:
        return {
            "id": status.number,
            "created_at": status.created_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "content": formatted(status.text),
            "language": status.language,
            "visibility": status.visibility,
            "url": status.url,
            "uri": status.url,
            "account": self._account(),
            "media_attachments": [self._shown_media(each) for each in status.media],
            "mentions": [{"acct": each} for each in values(status.text, "mention")],
            "tags": [{"name": each} for each in values(status.text, "hashtag")],
        }


@contextmanager
def running_mastodon() -> Iterator[MastodonServer]:
    """Run a server until the end of the block."""
    server = MastodonServer()
    with serving(server) as url:
        server.url = url
        yield server
