"""An account on Mastodon, or on what speaks its client API (docs.joinmastodon.org).

The library waits for each answer, so that it is called in threads, one call at a time.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from typing import Any, TypeVar

import requests
from mastodon import Mastodon
from mastodon.errors import (
    MastodonAPIError,
    MastodonError,
    MastodonIllegalArgumentError,
    MastodonNetworkError,
    MastodonRatelimitError,
    MastodonServerError,
    MastodonUnauthorizedError,
)

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

_USUAL = Measure(most=500, link=23, short_mentions=True, alt=1500)
"""What Mastodon takes unless a server has it otherwise (api/v2/instance, configuration)."""

_TIMEOUT_SECONDS = 30
_PROCESSED_TRIES = 10
_PROCESSED_PAUSE_SECONDS = 1.0
_MOST_LOOKED_AT = 40
_CLOCKS_APART = timedelta(minutes=10)
_BREAK = re.compile(r"</p>\s*<p[^>]*>|<br\s*/?>", re.IGNORECASE)
_ELEMENT = re.compile(r"<[^>]+>")

T = TypeVar("T")


class MastodonAccount:
    """One account. Everything takes one of the server's answers after another."""

    def __init__(self, credentials: Credentials) -> None:
        if not credentials.server or not credentials.token:
            raise ValueError("Mastodon needs server and a token")
        self.measure = _USUAL
        self._server = credentials.server
        self._visibility = credentials.options.get("visibility", "public")
        self._reset: str | None = None
        self._session = requests.Session()
        self._session.hooks["response"].append(self._note_reset)
        self._api = Mastodon(
            access_token=credentials.token,
            api_base_url=credentials.server,
            # Waiting would be done in the thread, and nobody could be told.
            ratelimit_method="throw",
            request_timeout=_TIMEOUT_SECONDS,
            session=self._session,
            user_agent="Bellringer",
            # Asked for the version by itself, it calls itself without end when it gets none.
            mastodon_version="4.0.0",
            version_check_mode="created",
        )
        self._one_at_a_time = asyncio.Lock()

    def literal(self, text: str) -> str:
        """Return text in which Mastodon's extractor finds nothing."""
        return literal(text)

    async def read_limits(self) -> None:
        """Read `configuration` of api/v2/instance."""
        instance = await self._call(self._api.instance_v2)
        statuses = instance.configuration.statuses
        media = instance.configuration.media_attachments
        self.measure = Measure(
            most=int(statuses.max_characters),
            link=int(statuses.characters_reserved_per_url),
            short_mentions=True,
            # From Mastodon 4.4 on; before, it was fixed.
            alt=int(getattr(media, "description_limit", None) or _USUAL.alt),
        )

    async def post(self, outgoing: Outgoing) -> str:
        """Post a status, with its key as Idempotency-Key, which servers know for an hour."""
        media = None if outgoing.picture is None else await self._uploaded(outgoing.picture)
        status = await self._call(
            lambda: self._api.status_post(
                outgoing.text,
                media_ids=media,
                visibility=self._visibility,
                language=outgoing.language,
                idempotency_key=outgoing.key,
            ),
            posting=True,
        )
        return str(status.url)

    async def find(self, outgoing: Outgoing) -> str | None:
        """Look for a status of ours with the same words, made since the post was thought of."""
        me = await self._call(self._api.account_verify_credentials)
        statuses = await self._call(
            lambda: self._api.account_statuses(
                me, exclude_reblogs=True, exclude_replies=True, limit=_MOST_LOOKED_AT
            )
        )
        wanted = _squeezed(outgoing.text)
        since = outgoing.made_at - _CLOCKS_APART
        for status in statuses:
            if status.created_at >= since and _squeezed(_words(status.content)) == wanted:
                return str(status.url)
        return None

    async def whoami(self) -> str:
        """Return the account's name."""
        me = await self._call(self._api.account_verify_credentials)
        return f"@{me.acct}"

    async def close(self) -> None:
        """Close the connections that are kept alive."""
        await asyncio.to_thread(self._session.close)

    async def _uploaded(self, picture: Picture) -> list[str]:
        media = await self._call(
            lambda: self._api.media_post(
                picture.png, mime_type="image/png", description=picture.alt, file_name="event.png"
            )
        )
        for _ in range(_PROCESSED_TRIES):
            if media.url:
                return [str(media.id)]
            await asyncio.sleep(_PROCESSED_PAUSE_SECONDS)
            media = await self._call(partial(self._api.media, str(media.id)))
        raise Away("the picture was not processed in time", unsure=False)

    async def _call(self, work: Callable[[], T], *, posting: bool = False) -> T:
        """Have the library work in a thread; its errors become ours."""
        async with self._one_at_a_time:
            try:
                return await asyncio.to_thread(work)
            except MastodonRatelimitError as fault:
                raise Throttled(_reason(fault), until=self._until()) from fault
            except MastodonUnauthorizedError as fault:
                raise LockedOut(_reason(fault)) from fault
            except MastodonNetworkError as fault:
                raise Away("no answer", unsure=posting) from fault
            except MastodonServerError as fault:
                raise Away(_reason(fault), unsure=posting) from fault
            except MastodonIllegalArgumentError as fault:
                raise Refused(_reason(fault)) from fault
            except MastodonAPIError as fault:
                raise _by_status(fault, posting=posting) from fault
            except MastodonError as fault:
                # An answer that the library does not understand.
                raise Away(_reason(fault), unsure=posting) from fault

    def _note_reset(self, response: requests.Response, *_: Any, **__: Any) -> None:
        # The library adds to its own what our clock differs from the server's, and drops what
        # lies behind: here the server's word is kept.
        if response.status_code == 429:
            self._reset = response.headers.get("X-RateLimit-Reset")

    def _until(self) -> datetime | None:
        if self._reset is None:
            return None
        try:
            if self._reset.isdecimal():
                return datetime.fromtimestamp(int(self._reset), UTC)
            found = datetime.fromisoformat(self._reset)
        except ValueError:
            return None
        return found if found.tzinfo else found.replace(tzinfo=UTC)


def _by_status(fault: MastodonAPIError, *, posting: bool) -> Exception:
    """Return what an error with a status means: 403 is for whoever may not post, 422 for a post."""
    status = fault.args[1] if len(fault.args) > 1 else None
    if status == 403:
        return LockedOut(_reason(fault))
    if status == 408:
        return Away(_reason(fault), unsure=True)
    if not isinstance(status, int):
        # It answered well, but with something that is no JSON.
        return Away("an answer not understood", unsure=posting)
    return Refused(_reason(fault))


def _reason(fault: MastodonError) -> str:
    """Return what the server said: the library puts its status and words behind its own."""
    said = [str(each) for each in fault.args if each is not None]
    return " ".join(said[1:] or said)[:200]


def _words(content: str) -> str:
    """Return the text that a status' HTML was made of."""
    return unescape(_ELEMENT.sub("", _BREAK.sub("\n", content)))


def _squeezed(text: str) -> str:
    return " ".join(text.split())
