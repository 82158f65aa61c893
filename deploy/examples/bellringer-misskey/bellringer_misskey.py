"""Has Bellringer post to Misskey (https://misskey-hub.net/docs/for-developers/api/)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from chatbot.social.network import (
    Away,
    Credentials,
    LockedOut,
    Outgoing,
    Picture,
    Refused,
    Throttled,
)
from commands.rules.socialtext import Measure, literal

_TIMEOUT_SECONDS = 30
_MOST_LOOKED_AT = 50
_CLOCKS_APART = timedelta(minutes=10)
_MOST_OF_A_COMMENT = 512
_VISIBILITIES = ("public", "home", "followers")
# Signs of MFM, Misskey's markup: https://misskey-hub.net/docs/for-users/features/mfm/.
_MARKUP = re.compile(r"([*_~<$\[\\:])(?=\S)")
_QUOTE = re.compile(r"^(?=>)", re.MULTILINE)
# What no joiner takes the meaning of: signs that look alike and have none.
_LOOKALIKES = str.maketrans({"#": "＃", "`": "ˋ"})
_LOCKED_OUT = {"CREDENTIAL_REQUIRED", "AUTHENTICATION_FAILED", "PERMISSION_DENIED"}


class CodePoints(Measure):
    """Misskey counts code points, whatever readers take for one letter."""

    def length(self, text: str) -> int:
        """Return how many code points a text has."""
        return len(text)


class MisskeyAccount:
    """One account; the token is an access token of it."""

    def __init__(self, credentials: Credentials) -> None:
        if not credentials.server or not credentials.token:
            raise ValueError("Misskey needs server and a token")
        self._visibility = credentials.options.get("visibility", "public")
        if self._visibility not in _VISIBILITIES:
            raise ValueError(f"options.visibility is one of {', '.join(_VISIBILITIES)}")
        self.measure: Measure = CodePoints(most=3000, alt=_MOST_OF_A_COMMENT)
        self._server = credentials.server
        self._client = httpx.AsyncClient(
            base_url=f"{credentials.server}/api/",
            headers={"Authorization": f"Bearer {credentials.token}"},
            timeout=_TIMEOUT_SECONDS,
        )

    def literal(self, text: str) -> str:
        """Return text that Misskey shows as it is: no mention, hashtag, link, emoji or markup."""
        plain = _MARKUP.sub("\\1\u2060", literal(text))
        return _QUOTE.sub("\u2060", plain).translate(_LOOKALIKES)

    async def read_limits(self) -> None:
        """Read how long a note may be."""
        meta = await self._ask("meta", {"detail": False})
        self.measure = CodePoints(most=int(meta["maxNoteTextLength"]), alt=_MOST_OF_A_COMMENT)

    async def post(self, outgoing: Outgoing) -> str:
        """Make a note. Misskey knows no keys: to be sure, it is looked for before a second try."""
        note = {"text": outgoing.text, "visibility": self._visibility}
        files = [] if outgoing.picture is None else [await self._uploaded(outgoing.picture)]
        answer = await self._ask(
            "notes/create", note | ({"fileIds": files} if files else {}), posting=True
        )
        return self._address(answer["createdNote"])

    async def find(self, outgoing: Outgoing) -> str | None:
        """Look for a note of ours with the same words, made since the post was thought of."""
        me = await self._ask("i", {})
        notes = await self._ask("users/notes", {"userId": me["id"], "limit": _MOST_LOOKED_AT})
        since = outgoing.made_at - _CLOCKS_APART
        for note in notes:
            made_at = datetime.fromisoformat(note["createdAt"])
            if note["text"] == outgoing.text.strip() and made_at >= since:
                return self._address(note)
        return None

    async def whoami(self) -> str:
        """Return the account's name."""
        me = await self._ask("i", {})
        return f"@{me['username']}"

    async def close(self) -> None:
        """Close the connections that are kept alive."""
        await self._client.aclose()

    async def _uploaded(self, picture: Picture) -> str:
        form = {"name": "event.png", "comment": picture.alt, "force": "true"}
        file = {"file": ("event.png", picture.png, "image/png")}
        answer = await self._send("drive/files/create", data=form, files=file)
        return str(answer["id"])

    def _address(self, note: Mapping[str, Any]) -> str:
        return f"{self._server}/notes/{note['id']}"

    async def _ask(self, endpoint: str, body: Mapping[str, Any], *, posting: bool = False) -> Any:
        return await self._send(endpoint, posting=posting, json=dict(body))

    async def _send(self, endpoint: str, *, posting: bool = False, **body: Any) -> Any:
        try:
            response = await self._client.post(endpoint, **body)
        except httpx.TransportError as fault:
            raise Away("no answer", unsure=posting) from fault
        if response.status_code >= 500:
            raise Away(_reason(response), unsure=posting)
        if response.status_code == 429:
            raise Throttled(_reason(response), until=_until(response))
        if response.is_error:
            refused = LockedOut if _code(response) in _LOCKED_OUT else Refused
            raise refused(_reason(response))
        try:
            return response.json()
        except ValueError as fault:
            raise Away("an answer not understood", unsure=posting) from fault


def _error(response: httpx.Response) -> Mapping[str, Any]:
    try:
        error = response.json().get("error")
    except (ValueError, AttributeError):
        return {}
    return error if isinstance(error, dict) else {}


def _code(response: httpx.Response) -> str:
    return str(_error(response).get("code", ""))


def _reason(response: httpx.Response) -> str:
    said = str(_error(response).get("message", ""))
    return f"{response.status_code} {said}".strip()[:200]


def _until(response: httpx.Response) -> datetime | None:
    after = response.headers.get("Retry-After", "")
    if not after.isdecimal():
        return None
    now = datetime.now(UTC)  # noqa: TID251 - the server's word is about now
    return now + timedelta(seconds=int(after))
