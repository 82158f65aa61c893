"""The Bluesky account, by its real library, against a server that knows the lexicons."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chatbot.social.bluesky import BlueskyAccount
from chatbot.social.network import (
    Away,
    Credentials,
    LockedOut,
    Outgoing,
    Picture,
    Refused,
    Throttled,
)
from tests.peers.bluesky_server import BlueskyServer, running_bluesky
from tests.peers.bluesky_server.lexicon import graphemes
from tests.peers.http_peer import Answer, Fault

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
LINK = "https://events.example.org/event/7"
POST = Outgoing(
    key="bellringer-1-1",
    text=f"Frågor 👩‍👩‍👧‍👧 på svenska\n\n{LINK}\n\n#Wikimedia #Frågor",
    language="sv",
    made_at=datetime(2026, 12, 1, 12, 0, 0, 123456, tzinfo=UTC),
    link=LINK,
    title="Frågor",
    summary="tors 3 dec 2026 17:00 UTC",
    picture=Picture(PNG, "Ett kort"),
)
PUT = "/xrpc/com.atproto.repo.putRecord"


@pytest.fixture
def server() -> Iterator[BlueskyServer]:
    with running_bluesky() as running:
        yield running


@pytest.fixture
async def account(server: BlueskyServer) -> AsyncIterator[BlueskyAccount]:
    opened = BlueskyAccount(Credentials(server.url, server.handle, server.password))
    yield opened
    await opened.close()


def marked(post: dict[str, object]) -> list[str]:
    """Return what the facets of a post cover."""
    raw = str(post["text"]).encode()
    facets = post.get("facets", [])
    assert isinstance(facets, list)
    spans = ((each["index"]["byteStart"], each["index"]["byteEnd"]) for each in facets)
    return [raw[start:end].decode() for start, end in spans]


async def test_a_post_has_facets_by_bytes_a_language_and_a_card(
    server: BlueskyServer, account: BlueskyAccount
) -> None:
    address = await account.post(POST)
    (post,) = server.posts
    assert post["langs"] == ["sv"]
    assert marked(post) == [LINK, "#Wikimedia", "#Frågor"]
    external = post["embed"]["external"]
    assert (external["uri"], external["title"]) == (LINK, "Frågor")
    assert external["description"] == "tors 3 dec 2026 17:00 UTC"
    assert external["thumb"]["ref"]["$link"] in server.blobs
    (key,) = server.records
    assert address == f"https://bsky.app/profile/{server.handle}/post/{key}"


async def test_without_a_link_the_picture_stands_alone_and_is_described(
    server: BlueskyServer, account: BlueskyAccount
) -> None:
    await account.post(replace(POST, link=None))
    (image,) = server.posts[0]["embed"]["images"]
    assert image["alt"] == "Ett kort"


async def test_a_picture_that_is_too_large_is_left_off(
    server: BlueskyServer, account: BlueskyAccount
) -> None:
    await account.post(replace(POST, picture=Picture(PNG + bytes(1_000_000), "Ett kort")))
    assert "thumb" not in server.posts[0]["embed"]["external"]
    assert not server.blobs


async def test_the_same_post_has_one_place(server: BlueskyServer, account: BlueskyAccount) -> None:
    assert await account.post(POST) == await account.post(POST)
    assert (len(server.puts), len(server.records)) == (2, 1)
    await account.post(replace(POST, key="bellringer-2-1"))
    assert len(server.records) == 2


async def test_an_answer_that_is_lost_leaves_a_post_that_is_found(
    server: BlueskyServer, account: BlueskyAccount
) -> None:
    assert await account.find(POST) is None
    server.faults.append(Fault("POST", PUT))
    with pytest.raises(Away) as caught:
        await account.post(POST)
    assert caught.value.unsure
    (key,) = server.records
    assert str(await account.find(POST)).endswith(key)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_broken_server_is_away(
    server: BlueskyServer, account: BlueskyAccount, status: int
) -> None:
    server.faults.append(Fault("POST", PUT, Answer(status, {"error": "Oops", "message": "No"})))
    with pytest.raises(Away) as caught:
        await account.post(POST)
    assert caught.value.unsure


async def test_an_answer_that_is_not_of_its_form_is_unsure(
    server: BlueskyServer, account: BlueskyAccount
) -> None:
    server.faults.append(Fault("POST", PUT, Answer(200, b"<html>")))
    with pytest.raises(Away) as caught:
        await account.post(POST)
    assert caught.value.unsure


async def test_a_limit_lasts_until_the_server_says(
    server: BlueskyServer, account: BlueskyAccount
) -> None:
    await account.whoami()
    server.left = 0
    with pytest.raises(Throttled) as caught:
        await account.post(POST)
    assert caught.value.until == datetime.fromtimestamp(server.reset_at, UTC)


async def test_a_wrong_password_is_said_without_it(server: BlueskyServer) -> None:
    account = BlueskyAccount(Credentials(server.url, server.handle, "not-the-password"))
    with pytest.raises(LockedOut, match="Invalid identifier or password") as caught:
        await account.whoami()
    assert "not-the-password" not in repr(caught.value)
    await account.close()


async def test_a_session_about_to_end_is_made_longer(
    server: BlueskyServer, account: BlueskyAccount
) -> None:
    server.lives_seconds = 60
    assert await account.whoami() == f"@{server.handle}"
    await account.post(POST)
    assert any(each.path.endswith("refreshSession") for each in server.requests)


async def test_a_session_that_was_ended_is_made_anew(
    server: BlueskyServer, account: BlueskyAccount
) -> None:
    await account.whoami()
    server.sign_out()
    with pytest.raises(Away) as caught:
        await account.post(POST)
    assert not caught.value.unsure
    await account.post(POST)
    assert server.records


@pytest.mark.parametrize(
    ("text", "excess"),
    [("x" * 300, 0), ("x" * 301, 1), ("👩🏽‍🚀" * 176, 0), ("👩🏽‍🚀" * 201, 1), ("क्षि" * 250, 0)],
    ids=["letters", "one more", "bytes", "bytes more", "devanagari"],
)
async def test_we_count_as_the_server_does(
    server: BlueskyServer, account: BlueskyAccount, text: str, excess: int
) -> None:
    assert account.measure.length(text) == graphemes(text)
    assert account.measure.fits(text) is (excess == 0)
    if not excess:
        await account.post(replace(POST, text=text))
        assert server.records
        return
    with pytest.raises(Refused, match="must not be longer"):
        await account.post(replace(POST, text=text))
    assert account.measure.excess(text) >= excess


async def test_nobody_is_there() -> None:
    account = BlueskyAccount(Credentials("http://127.0.0.1:1", "bell.example.org", "x"))
    with pytest.raises(Away):
        await account.whoami()
    await account.close()
