"""From an event to what stands on Mastodon and Bluesky: the whole way, over sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from chatbot.social.bluesky import BlueskyAccount
from chatbot.social.mastodon import MastodonAccount
from chatbot.social.network import Credentials, Network, Outgoing, Picture
from commands.composing import composed
from storage.database import Database
from storage.postvalues import PostState
from storage.values import Event
from tests.chatbot.social.newsroom import ACCOUNT, PNG, TALK, Newsroom
from tests.commands.event_desks import NOW
from tests.peers.bluesky_server import BlueskyServer, running_bluesky
from tests.peers.http_peer import Fault
from tests.peers.mastodon_server import MastodonServer, running_mastodon
from tests.peers.mastodon_server.text import values

DUE = datetime(2026, 12, 10, 17, tzinfo=UTC)
TAGS = ["Wikimedia"]
HOSTILE = [
    "@everyone @admin@evil.example come",
    "#free #money ＃now",
    "https://evil.example/x and xmpp:a@evil.example",
    "\u202eevil\u202c \u2067@x\u2069",
    "👩‍👩‍👧‍👧@x👩‍👩‍👧‍👧#y" * 50,
    "@a #b https://c.example " * 450,
    "e\u0301\u0302\u0303" * 3000,
    "",
    "<script>alert(1)</script> &amp; <b>",
]


@dataclass
class Town:
    """Two servers, and a newsroom with an account on each."""

    mastodon: MastodonServer
    bluesky: BlueskyServer
    room: Newsroom


@pytest.fixture
async def town(database: Database) -> AsyncIterator[Town]:
    with ExitStack() as stack:
        mastodon = stack.enter_context(running_mastodon())
        bluesky = stack.enter_context(running_bluesky())
        networks: dict[str, Network] = {
            "fedi": MastodonAccount(Credentials(mastodon.url, token=mastodon.token)),
            "sky": BlueskyAccount(Credentials(bluesky.url, bluesky.handle, bluesky.password)),
        }
        accounts = [replace(ACCOUNT, name=name) for name in networks]
        room = await Newsroom(database, networks, accounts=accounts).open()
        yield Town(mastodon, bluesky, room)
        for network in networks.values():
            await network.close()


async def test_an_event_is_drafted_approved_and_stands_on_both(town: Town) -> None:
    await town.room.say(TALK)
    for number in (1, 2):
        assert "Approved" in await town.room.say(f"post approve {number}", account="bob")
    await town.room.jump(DUE)
    (status,) = town.mastodon.statuses
    (post,) = town.bluesky.posts
    for text in (status.text, post["text"]):
        assert text.startswith("How talk pages work\nThu 17 Dec 2026 17:00 UTC\nWith Ada.")
    assert values(status.text, "hashtag") == TAGS
    assert status.media[0].description.startswith("A card with the title “How talk pages work”")
    assert post["embed"]["external"]["uri"] == "https://events.example.org/event/1"
    told = await town.room.told()
    assert f"is out on fedi: {status.url}" in told
    assert "is out on sky: https://bsky.app/profile/bell.example.org/post/" in told


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_answers_that_are_lost_double_nothing(town: Town) -> None:
    town.mastodon.faults.append(Fault("POST", "/api/v1/statuses"))
    town.bluesky.faults.append(Fault("POST", "/xrpc/com.atproto.repo.putRecord"))
    await town.room.say(TALK)
    town.mastodon.now = datetime.now(UTC)
    for number in (1, 2):
        await town.room.say(f"post now {number}")
        assert (await town.room.post(number)).unsure
    # Longer than Mastodon keeps a key.
    await town.room.jump(timedelta(hours=2))
    for number in (1, 2):
        assert (await town.room.post(number)).state is PostState.POSTED
    assert len(town.mastodon.statuses) == 1
    assert len(town.bluesky.puts) == 1


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_hostile_titles_stay_text(town: Town, title: str) -> None:
    event = Event(
        number=7,
        uid="7@test",
        kind="tech-talk",
        title=title,
        starts_at=NOW + timedelta(days=9),
        zone="Europe/Stockholm",
        duration=timedelta(hours=1),
        speakers=("@speaker #x", title),
    )
    for name, account in town.room.policy.accounts.items():
        words = composed(event, event.starts_at, account, town.room.policy)
        network = town.room.sending[name]._network
        taken = Outgoing(
            key="bellringer-7-1",
            text=words.text,
            language=words.language,
            made_at=datetime.now(UTC),
            link=words.link,
            title=event.title,
            summary="",
            picture=Picture(PNG, words.alt),
        )
        await network.post(taken)
        assert await network.find(taken) is not None
    (status,) = town.mastodon.statuses
    assert values(status.text, "mention") == []
    assert set(values(status.text, "hashtag")) <= set(TAGS)
    assert values(status.text, "url") == ["https://events.example.org/event/7"]
    (post,) = town.bluesky.posts
    features = [each["features"][0] for each in post.get("facets", [])]
    assert {each.get("uri") for each in features} <= {None, "https://events.example.org/event/7"}
    assert {each.get("tag") for each in features} <= {None, *TAGS}
