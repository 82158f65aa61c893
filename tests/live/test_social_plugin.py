"""A network that another package brings: really installed, found by its entry point, and used."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatbot.sections import ConfigError
from chatbot.social.network import (
    Away,
    Credentials,
    LockedOut,
    Network,
    Outgoing,
    Picture,
    Refused,
    Throttled,
)
from chatbot.social.opening import opened
from tests.peers.http_peer import Fault
from tests.peers.misskey_server import MisskeyServer, found, running_misskey

PLUGIN = Path(__file__).parents[2] / "deploy" / "examples" / "bellringer-misskey"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
POST = Outgoing(
    key="bellringer-1-1",
    text="ウィキデータの話\n\nhttps://events.example.org/event/7\n\n#Wikidata",
    language="ja",
    made_at=datetime.now(UTC),
    picture=Picture(PNG, "A card"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip has installed the plug-in."""
    folder = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    command = [*pip, "--no-build-isolation", "--target", str(folder), str(PLUGIN)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture
def server() -> Iterator[MisskeyServer]:
    with running_misskey() as running:
        yield running


@pytest.fixture
async def account(
    server: MisskeyServer, site: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Network]:
    monkeypatch.syspath_prepend(str(site))
    network = opened("social.japan", "misskey", Credentials(server.url, token=server.token))
    yield network
    await network.close()


async def test_it_posts_with_a_picture(server: MisskeyServer, account: Network) -> None:
    assert await account.whoami() == "@bell"
    address = await account.post(POST)
    (note,) = server.notes
    assert note["text"] == POST.text
    assert server.files[note["fileIds"][0]] == (PNG, "A card")
    assert address == f"{server.url}/notes/{note['id']}"


async def test_it_reads_what_the_server_takes_and_counts_as_it_does(
    server: MisskeyServer, account: Network
) -> None:
    server.most = 100
    await account.read_limits()
    family = "👩‍👩‍👧‍👧"
    assert account.measure.fits(family * 14)
    assert not account.measure.fits(family * 15)
    await account.post(replace(POST, text=family * 14))
    with pytest.raises(Refused, match="Invalid param"):
        await account.post(replace(POST, text=family * 15))


async def test_a_lost_answer_is_found(server: MisskeyServer, account: Network) -> None:
    assert await account.find(POST) is None
    server.faults.append(Fault("POST", "/api/notes/create"))
    with pytest.raises(Away) as caught:
        await account.post(POST)
    assert caught.value.unsure
    assert await account.find(POST) == f"{server.url}/notes/n1"


async def test_its_troubles_are_ours(server: MisskeyServer, account: Network) -> None:
    server.limited = True
    with pytest.raises(Throttled) as caught:
        await account.post(POST)
    assert caught.value.until is not None
    assert caught.value.until > datetime.now(UTC) + timedelta(seconds=100)
    server.permissions = set()
    with pytest.raises(LockedOut, match="necessary permissions") as locked:
        await account.post(POST)
    assert server.token not in repr(locked.value)


@pytest.mark.parametrize(
    "hostile",
    [
        "@everyone @user@evil.example #tag",
        "https://evil.example [x](https://evil.example)",
        ":blobcat: **bold** ~~gone~~ `code` $[spin x] <b>x</b> __b__",
        "> quote",
    ],
)
async def test_titles_stay_text(account: Network, hostile: str) -> None:
    assert found(hostile)
    assert not found(account.literal(hostile))
    shown = account.literal(hostile).replace("\u2060", "")
    assert shown.translate(str.maketrans("＃ˋ", "#`")) == hostile


def test_a_network_that_nobody_brings_is_named_with_those_there_are() -> None:
    with pytest.raises(
        ConfigError, match=r"social\.x: there is no network 'vk'.*bluesky, mastodon"
    ):
        opened("social.x", "vk", Credentials("https://vk.example", token="x"))


def test_a_setting_that_lacks_is_named(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(site))
    wrong = Credentials("https://misskey.example", token="x", options={"visibility": "loud"})
    with pytest.raises(ConfigError, match=r"social\.japan: options\.visibility is one of"):
        opened("social.japan", "misskey", wrong)
