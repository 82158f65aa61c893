"""The bot killed while it gathers an audience: it goes on there, and comes to the same one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Event

import pytest

from storage import considered, deliveries, funnels
from storage.database import Database
from tests.peers.bellringer import DESK, Operator
from tests.peers.cast import Cast
from tests.peers.irc import IrcServer
from tests.peers.meddler import Meddler
from tests.peers.mediawiki import MediaWiki

ARTICLES, AUTHORS = 80, 120
A_PART = 25
"""How many articles are read before what they tell is kept."""
RECIPE = (
    "topic:[[Category:Armillaries]] | contributions: 1 edits | active: 6 months | because of rings"
)

Sent = Mapping[str, str]


@pytest.fixture
def proxy(metawiki: MediaWiki) -> Iterator[Meddler]:
    """Metawiki, at an address at which all requests are on record."""
    with Meddler(wiki_api=metawiki.api).running() as running:
        yield running


@pytest.fixture
def operator(
    tmp_path: Path, irc_server: IrcServer, metawiki: MediaWiki, proxy: Meddler
) -> Operator:
    """An operator whose bot asks metawiki there."""
    return Operator(
        folder=tmp_path,
        irc=irc_server,
        wikis={"metawiki": metawiki},
        apis={"metawiki": proxy.api},
    )


def write_articles(wiki: MediaWiki) -> None:
    """Let each author have written on one of the articles long ago, and elsewhere now."""
    authors = [f"Gnomonist {number:03}" for number in range(AUTHORS)]
    edits = [
        {
            "title": f"Armillary {number % ARTICLES:02}",
            "text": f"[[Category:Armillaries]] {name} knows more of these.",
            "user": name,
            "at": "2024-11-25T12:00:00Z",
        }
        for number, name in enumerate(authors)
    ]
    today = [{"title": f"User:{name}", "text": "Hello.", "user": name} for name in authors]
    wiki.populate(accounts=authors, edits=[*edits, *today])


def articles_read(seen: Sequence[Sent]) -> list[str]:
    """Return whose history was asked for, in order."""
    return [sent["titles"] for sent in seen if "sha1" in sent.get("rvprop", "")]


def people_asked(seen: Sequence[Sent]) -> list[str]:
    """Return about whose last edits was asked, all at once each, in order."""
    asked = (sent["ucuser"] for sent in seen if sent.get("list") == "usercontribs")
    return [users for users in asked if "Gnomonist" in users]


def kill_before(operator: Operator, proxy: Meddler, **request: str) -> Event:
    """Have the bot killed as its next request of this kind arrives; return what tells of it."""
    killed = Event()

    def kill() -> None:
        operator.kill()
        killed.set()

    proxy.just_before(kill, **request)
    return killed


async def result(database: Database, run: int) -> dict[str, object]:
    """Return all that is kept of an audience, but the run's number."""
    async with database.reading() as session:
        return {
            "recipients": [each.recipient for each in await deliveries.of_run(session, run)],
            "funnel": await funnels.steps(session, run),
            "left out": await funnels.left_out(session, run),
            "considered": [
                await considered.named(session, run, name)
                for name in await considered.names(session, run)
            ],
        }


async def test_killed_twice_it_asks_nothing_again_that_it_knew_and_finds_the_same(
    cast: Cast, metawiki: MediaWiki, proxy: Meddler
) -> None:
    write_articles(metawiki)
    await cast.start_bot()
    for run in (1, 2):
        cast.alice.say(DESK, f"!run new Armillaries {run}")
        await cast.alice.hears(f"Run {run} (Armillaries {run}) has begun")
    # Each time two parts are known, and the third is under way.
    reading = kill_before(cast.operator, proxy, titles="Armillary 60", rvprop="sha1")
    asking = kill_before(cast.operator, proxy, list="usercontribs", ucuser="Gnomonist 119")
    cast.alice.say(DESK, f"!run audience 1 {RECIPE}")
    for killed in (reading, asking):
        assert await asyncio.to_thread(killed.wait, 60)
        cast.operator.start()
    await cast.alice.hears(f"Run 1 (Armillaries 1) has {AUTHORS} recipients", within=60)
    read, asked = articles_read(proxy.seen), people_asked(proxy.seen)
    times = Counter(read)
    assert len(times) == ARTICLES
    begun_anew = [title for title, asked_for in times.items() if asked_for > 1]
    assert begun_anew == read[2 * A_PART : read.index("\x1fArmillary 60") + 1]
    assert times.total() == ARTICLES + len(begun_anew)
    assert list(Counter(asked).values()) == [1, 1, 2]

    proxy.seen.clear()
    cast.alice.say(DESK, f"!run audience 2 {RECIPE}")
    await cast.alice.hears(f"Run 2 (Armillaries 2) has {AUTHORS} recipients", within=60)
    assert len(articles_read(proxy.seen)) == ARTICLES
    async with cast.operator.database() as database:
        assert await result(database, 1) == await result(database, 2)
    assert cast.operator.stop() == 0
