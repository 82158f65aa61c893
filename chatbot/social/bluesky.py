"""An account on Bluesky, or on any other AT Protocol server (atproto.com, docs.bsky.app)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
from atproto import AsyncClient, AsyncRequest, models
from atproto.exceptions import (
    AtProtocolError,
    BadRequestError,
    NetworkError,
    RateLimitExceededError,
    RequestErrorBase,
    UnauthorizedError,
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
from chatbot.social.tid import tid
from commands.rules.socialtext import Measure, links, literal, shortened, tags

_MEASURE = Measure(most=300, most_bytes=3000, alt=2000)
"""app.bsky.feed.post: `maxGraphemes` and `maxLength` of `text`. No server says otherwise."""

_POSTS = "app.bsky.feed.post"
_MOST_OF_A_PICTURE = 1_000_000
"""Bytes: `maxSize` of the pictures in app.bsky.embed."""
_MOST_OF_A_TAG = 64
_TIMEOUT_SECONDS = 30

T = TypeVar("T")


class BlueskyAccount:
    """One account; the token is an app password. It logs in when it first has something to do."""

    def __init__(self, credentials: Credentials) -> None:
        if not credentials.user or not credentials.token:
            raise ValueError("Bluesky needs account (the handle) and an app password as token")
        self.measure = _MEASURE
        self._user = credentials.user
        self._password = credentials.token
        self._client = AsyncClient(
            credentials.server or None, request=AsyncRequest(timeout=_TIMEOUT_SECONDS)
        )
        self._did: str | None = None
        self._handle = credentials.user
        self._logging_in = asyncio.Lock()

    def literal(self, text: str) -> str:
        """Return text in which nothing is taken for a facet, by us or by a client."""
        return literal(text)

    async def read_limits(self) -> None:
        """Do nothing: the limits are the lexicon's."""

    async def post(self, outgoing: Outgoing) -> str:
        """Put the post's record in its place, which is the same however often it is put."""
        did = await self._logged_in()
        embed = await self._embed(outgoing)
        key = tid(outgoing.key, outgoing.made_at)
        record = models.AppBskyFeedPost.Record(
            created_at=_now(),
            text=outgoing.text,
            langs=[outgoing.language],
            facets=facets(outgoing.text) or None,
            embed=embed,
        )
        data = models.ComAtprotoRepoPutRecord.Data(
            repo=did, collection=_POSTS, rkey=key, record=record, validate_=True
        )
        await self._call(lambda: self._client.com.atproto.repo.put_record(data), posting=True)
        return self._address(key)

    async def find(self, outgoing: Outgoing) -> str | None:
        """Look into the place that the post has."""
        did = await self._logged_in()
        key = tid(outgoing.key, outgoing.made_at)
        params = models.ComAtprotoRepoGetRecord.Params(repo=did, collection=_POSTS, rkey=key)
        try:
            await self._call(lambda: self._client.com.atproto.repo.get_record(params))
        except Refused as refused:
            if "RecordNotFound" in refused.reason or "Could not locate record" in refused.reason:
                return None
            raise
        return self._address(key)

    async def whoami(self) -> str:
        """Return the account's handle."""
        self._did = None
        await self._logged_in()
        return f"@{self._handle}"

    async def close(self) -> None:
        """Close the connections that are kept alive."""
        await self._client.request.close()

    async def _logged_in(self) -> str:
        """Return the account's DID; sessions are made and made longer by the library."""
        async with self._logging_in:
            if self._did is None:
                login = self._client.login
                await self._call(
                    lambda: login(self._user, self._password, fetch_bsky_profile=False),
                    logging_in=True,
                )
                session = await self._call(self._client.com.atproto.server.get_session)
                self._handle, self._did = session.handle, session.did
            return self._did

    async def _embed(
        self, outgoing: Outgoing
    ) -> models.AppBskyEmbedExternal.Main | models.AppBskyEmbedImages.Main | None:
        """Return the link's card with the picture on it, or the picture where there is no link."""
        blob = None if outgoing.picture is None else await self._uploaded(outgoing.picture)
        if outgoing.link:
            return models.AppBskyEmbedExternal.Main(
                external=models.AppBskyEmbedExternal.External(
                    uri=outgoing.link,
                    title=shortened(outgoing.title, 300),
                    description=shortened(outgoing.summary, 1000),
                    thumb=blob,
                )
            )
        if blob is None or outgoing.picture is None:
            return None
        picture = models.AppBskyEmbedImages.Image(alt=outgoing.picture.alt, image=blob)
        return models.AppBskyEmbedImages.Main(images=[picture])

    async def _uploaded(self, picture: Picture) -> Any:
        if len(picture.png) > _MOST_OF_A_PICTURE:
            # The post is worth more than its picture.
            return None
        answer = await self._call(lambda: self._client.upload_blob(picture.png))
        return answer.blob

    def _address(self, key: str) -> str:
        return f"https://bsky.app/profile/{self._handle}/post/{key}"

    async def _call(
        self, work: Callable[[], Awaitable[T]], *, posting: bool = False, logging_in: bool = False
    ) -> T:
        """Have the library work; its errors become ours."""
        try:
            return await work()
        except RateLimitExceededError as fault:
            raise Throttled(_reason(fault), until=_until(fault)) from fault
        except UnauthorizedError as fault:
            self._did = None
            raise LockedOut(_reason(fault)) from fault
        except BadRequestError as fault:
            if "ExpiredToken" in _reason(fault):
                # The next try logs in anew.
                self._did = None
                raise Away(_reason(fault), unsure=False) from fault
            raise (LockedOut if logging_in else Refused)(_reason(fault)) from fault
        except NetworkError as fault:
            raise _by_status(fault, posting=posting) from fault
        except RequestErrorBase as fault:
            raise Away(_reason(fault), unsure=posting) from fault
        except httpx.TransportError as fault:
            # The library passes on what is neither a time-out nor a connection that failed.
            raise Away("the connection ended", unsure=posting) from fault
        except (AtProtocolError, ValueError) as fault:
            # An answer that is not of the lexicon's form.
            raise Away(
                f"an answer not understood ({type(fault).__name__})", unsure=posting
            ) from fault


def facets(text: str) -> list[models.AppBskyRichtextFacet.Main]:
    """Return what in a text is a link or a hashtag, by bytes of UTF-8 (app.bsky.richtext.facet)."""
    found: list[tuple[int, int, Any]] = [
        (start, end, models.AppBskyRichtextFacet.Link(uri=text[start:end]))
        for start, end in links(text)
    ]
    found += [
        (start, end, models.AppBskyRichtextFacet.Tag(tag=tag))
        for start, end, tag in tags(text)
        if len(tag) <= _MOST_OF_A_TAG
    ]
    return [
        models.AppBskyRichtextFacet.Main(
            index=models.AppBskyRichtextFacet.ByteSlice(
                byte_start=len(text[:start].encode()), byte_end=len(text[:end].encode())
            ),
            features=[feature],
        )
        for start, end, feature in sorted(found, key=lambda each: each[0])
    ]


def _by_status(fault: NetworkError, *, posting: bool) -> Exception:
    """Return what the library calls a network error means: it counts 409 and 413 among them."""
    if fault.response is None or fault.response.status_code == 502:
        return Away(_reason(fault) or "no answer", unsure=posting)
    return Refused(_reason(fault))


def _until(fault: RateLimitExceededError) -> datetime | None:
    reset: datetime | None = fault.reset_at
    if reset is not None:
        return reset
    after: float | None = fault.retry_after
    return None if after is None else datetime.now(UTC) + timedelta(seconds=after)


def _reason(fault: RequestErrorBase) -> str:
    return str(fault)[:200]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
