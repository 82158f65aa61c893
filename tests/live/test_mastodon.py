"""The Mastodon account, by its real library, against a server as strict as Mastodon is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chatbot.social.mastodon import MastodonAccount
from chatbot.social.network import (
    Away,
    Credentials,
    LockedOut,
    Outgoing,
    Picture,
    Refused,
    Throttled,
)
from tests.peers.http_peer import Answer, Fault
from tests.peers.mastodon_server import MastodonServer, running_mastodon
from tests.peers.mastodon_server.text import counted

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
LINK = "https://events.example.org/event/7?at=2026-12-03"
POST = Outgoing(
    key="bellringer-1-1",
    text=f"How talk pages work\nThu 3 Dec 2026 17:00 UTC\n\n{LINK}\n\n#Wikimedia",
    language="en",
    made_at=datetime.now(UTC),
    link=LINK,
    title="How talk pages work",
    picture=Picture(PNG, "A card"),
)
STATUSES = "/api/v1/statuses"


@pytest.fixture
def server() -> Iterator[MastodonServer]:
    with running_mastodon() as running:
        yield running


@pytest.fixture
async def account(server: MastodonServer) -> AsyncIterator[MastodonAccount]:
    opened = MastodonAccount(Credentials(server.url, token=server.token))
    yield opened
    await opened.close()


async def test_it_reads_what_the_server_takes(
    server: MastodonServer, account: MastodonAccount
) -> None:
    assert account.measure.most == 500
    server.most, server.description_limit = 5000, 300
    await account.read_limits()
    assert (account.measure.most, account.measure.alt) == (5000, 300)


async def test_a_status_has_its_language_and_a_picture_that_is_described(
    server: MastodonServer, account: MastodonAccount
) -> None:
    address = await account.post(POST)
    (status,) = server.statuses
    assert (status.text, status.language, status.visibility) == (POST.text, "en", "public")
    assert (status.media[0].content, status.media[0].description) == (PNG, "A card")
    assert address == status.url


async def test_a_picture_that_takes_its_time_is_waited_for(
    server: MastodonServer, account: MastodonAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatbot.social.mastodon._PROCESSED_PAUSE_SECONDS", 0.001)
    server.processed_after = 3
    await account.post(POST)
    assert server.media[0].attached


async def test_one_key_makes_one_status(server: MastodonServer, account: MastodonAccount) -> None:
    first = await account.post(POST)
    assert await account.post(POST) == first
    assert len(server.statuses) == 1


async def test_an_answer_that_is_lost_leaves_a_status_that_is_found(
    server: MastodonServer, account: MastodonAccount
) -> None:
    assert await account.find(POST) is None
    server.faults.append(Fault("POST", STATUSES))
    with pytest.raises(Away) as caught:
        await account.post(POST)
    assert caught.value.unsure
    assert await account.find(POST) == server.statuses[0].url


async def test_only_a_status_of_now_with_the_same_words_is_found(
    server: MastodonServer, account: MastodonAccount
) -> None:
    await account.post(POST)
    assert await account.find(replace(POST, text="Else")) is None
    assert await account.find(replace(POST, made_at=POST.made_at + timedelta(hours=1))) is None


async def test_what_is_lost_before_the_status_is_not_unsure(
    server: MastodonServer, account: MastodonAccount
) -> None:
    server.faults.append(Fault("POST", "/api/v2/media"))
    with pytest.raises(Away) as caught:
        await account.post(POST)
    assert not caught.value.unsure
    assert not server.statuses


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_broken_server_is_away(
    server: MastodonServer, account: MastodonAccount, status: int
) -> None:
    server.faults.append(Fault("POST", STATUSES, Answer(status, {"error": "Oops"})))
    with pytest.raises(Away) as caught:
        await account.post(POST)
    assert caught.value.unsure
    assert "Oops" in caught.value.reason


async def test_an_answer_that_is_no_json_is_unsure(
    server: MastodonServer, account: MastodonAccount
) -> None:
    server.faults.append(Fault("POST", STATUSES, Answer(200, b"<html>")))
    with pytest.raises(Away) as caught:
        await account.post(POST)
    assert caught.value.unsure


async def test_a_limit_lasts_until_the_server_says(
    server: MastodonServer, account: MastodonAccount
) -> None:
    await account.whoami()
    server.left = 0
    with pytest.raises(Throttled) as caught:
        await account.post(POST)
    assert caught.value.until == server.reset_at


async def test_a_token_that_is_not_good_is_said_without_the_token(server: MastodonServer) -> None:
    account = MastodonAccount(Credentials(server.url, token="not-a-good-token"))
    with pytest.raises(LockedOut) as caught:
        await account.whoami()
    assert "The access token is invalid" in caught.value.reason
    assert "not-a-good-token" not in repr(caught.value)
    await account.close()


async def test_a_token_that_may_not_write_locks_out(
    server: MastodonServer, account: MastodonAccount
) -> None:
    assert await account.whoami() == "@bell"
    server.scopes = {"read"}
    with pytest.raises(LockedOut, match="outside the authorized scopes"):
        await account.post(POST)


async def test_a_text_too_long_is_refused(server: MastodonServer, account: MastodonAccount) -> None:
    with pytest.raises(Refused, match="character limit of 500 exceeded"):
        await account.post(replace(POST, text="x" * 501))
    assert not server.statuses


@pytest.mark.parametrize(
    "text",
    [
        "x" * 500,
        "👩‍👩‍👧‍👧" * 500,
        "e\u0301" * 500,
        f"{'x' * 476} https://example.org/{'a' * 300}",
        f"@alice@a-long-name.example.org {'x' * 493}",
        f"(https://en.wikipedia.org/wiki/A_(b)) {'x' * 474}",
    ],
    ids=["letters", "families", "accents", "link", "mention", "brackets"],
)
async def test_we_count_as_the_server_does(
    server: MastodonServer, account: MastodonAccount, text: str
) -> None:
    assert account.measure.length(text) == counted(text) == 500
    await account.post(replace(POST, text=text, picture=None))
    with pytest.raises(Refused):
        await account.post(replace(POST, text="y" + text, key="other", picture=None))


async def test_nobody_is_there(server: MastodonServer) -> None:
    account = MastodonAccount(Credentials("http://127.0.0.1:1", token="x"))
    with pytest.raises(Away, match="no answer"):
        await account.whoami()
    await account.close()
