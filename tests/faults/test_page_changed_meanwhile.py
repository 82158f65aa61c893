"""What others do to a page between our save, whose answer is lost, and the look for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.runvalues import DeliveryState
from tests.delivering import delivering, until_state
from tests.peers.delivery_fixtures import newcomers
from tests.peers.faulty_proxy import Fault, FaultyProxy
from tests.peers.meddler import Meddler
from tests.peers.mediawiki import BOT, MediaWiki
from tests.peers.wiki_fixtures import Connect
from tests.prepared import all_deliveries, confirmed

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


def move(wiki: MediaWiki, title: str) -> None:
    wiki.visitor.move(title, f"{title}/Archive")


def archive(wiki: MediaWiki, title: str) -> None:
    """Cut all that stands there to another page."""
    wiki.visitor.edit(f"{title}/Archive", wiki.visitor.text(title) or "")
    wiki.visitor.edit(title, "{{Archives}}")


def edit_ten_times(wiki: MediaWiki, title: str) -> None:
    for number in range(10):
        wiki.visitor.edit(title, "Text", section="new", sectiontitle=f"Other news {number}")


def all_of_it(wiki: MediaWiki, title: str) -> None:
    edit_ten_times(wiki, title)
    move(wiki, title)
    wiki.visitor.edit(title, "A new beginning.")
    archive(wiki, f"{title}/Archive")


@pytest.mark.parametrize("deed", [move, archive, edit_ten_times, all_of_it])
async def test_a_message_whose_answer_was_lost_is_found_whatever_became_of_its_page(
    database: Database,
    metawiki: MediaWiki,
    connect: Connect,
    proxy: FaultyProxy,
    tmp_path: Path,
    deed: Callable[[MediaWiki, str], None],
) -> None:
    audience = newcomers({"metawiki": metawiki}, 3)
    title = audience[0].title
    lost = Fault(reaches_wiki=True, meanwhile=lambda: deed(metawiki, title))
    proxy.faults = [lost]
    run = await confirmed(database, audience)
    site = {"metawiki": connect(metawiki, api=proxy.api)}
    async with delivering(database, site, folder=tmp_path):
        await until_state(database, run)
    first = (await all_deliveries(database, run))[0]
    assert (first.state, first.revid) == (DeliveryState.SENT, *ours(metawiki, title))
    assert [sent["title"] for sent in proxy.edits()] == [each.title for each in audience]


def ours(wiki: MediaWiki, title: str) -> list[int]:
    """Return the bot's revisions, wherever a page and its archives are by now."""
    pages = [title, f"{title}/Archive", f"{title}/Archive/Archive"]
    return [
        revision["revid"]
        for page in pages
        for revision in wiki.visitor.history(page)
        if revision["user"] == BOT
    ]


@pytest.fixture
def meddler(metawiki: MediaWiki) -> Iterator[Meddler]:
    """Metawiki, where somebody else is always a moment faster."""
    with Meddler(wiki_api=metawiki.api).running() as running:
        yield running
    assert running.done


@pytest.mark.parametrize("before", [None, "Welcome."], ids=["new page", "old page"])
async def test_somebody_who_edits_in_the_same_second_keeps_his_text(
    database: Database,
    metawiki: MediaWiki,
    connect: Connect,
    meddler: Meddler,
    tmp_path: Path,
    before: str | None,
) -> None:
    [one] = newcomers({"metawiki": metawiki}, 1)
    if before:
        metawiki.visitor.edit(one.title, before)
    news = {"section": "new", "sectiontitle": "Other news"}
    meddler.just_before(
        lambda: metawiki.visitor.edit(one.title, "Text", **news), action="edit", title=one.title
    )
    run = await confirmed(database, [one])
    site = {"metawiki": connect(metawiki, api=meddler.api)}
    async with delivering(database, site, folder=tmp_path):
        await until_state(database, run)
    [only] = await all_deliveries(database, run)
    assert (only.state, only.revid) == (DeliveryState.SENT, *ours(metawiki, one.title))
    assert metawiki.visitor.headings(one.title) == ["Other news", "Tech talk in December"]
    assert (metawiki.visitor.text(one.title) or "").startswith(before or "== Other news")


async def test_an_answer_that_comes_too_late_is_no_reason_to_send_again(
    database: Database,
    metawiki: MediaWiki,
    connect: Connect,
    proxy: FaultyProxy,
    tmp_path: Path,
) -> None:
    audience = newcomers({"metawiki": metawiki}, 3)
    proxy.faults = [Fault(reaches_wiki=True, silent_seconds=30)]
    run = await confirmed(database, audience)
    site = {"metawiki": connect(metawiki, api=proxy.api, answer=2.0)}
    async with delivering(database, site, folder=tmp_path):
        await until_state(database, run)
    assert {each.state for each in await all_deliveries(database, run)} == {DeliveryState.SENT}
    assert [len(ours(metawiki, each.title)) for each in audience] == [1, 1, 1]
    assert len(proxy.edits()) == len(audience)
