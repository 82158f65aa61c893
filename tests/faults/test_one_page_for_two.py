"""Two accounts of one person whose talk pages lead to one page: he gets one message there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.delivering import delivering, until_state
from tests.peers.cast import Cast
from tests.peers.delivery_fixtures import newcomers
from tests.peers.meddler import Meddler
from tests.peers.mediawiki import BOT, MediaWiki
from tests.peers.wiki_fixtures import Connect
from tests.peers.wiki_visitor import Visitor
from tests.prepared import all_deliveries, confirmed, the_run

SENT, DUPLICATE = ("sent", ""), ("skipped", "duplicate")


def written(wiki: MediaWiki, *titles: str) -> list[int]:
    """Count the edits of the bot's on each page, redirects not followed."""
    histories = (wiki.visitor.history(title) for title in titles)
    return [sum(revision["user"] == BOT for revision in history) for history in histories]


async def test_a_redirect_that_stands_before_makes_them_one_in_the_audience(
    cast: Cast, metawiki: MediaWiki
) -> None:
    old, new, other = newcomers({"metawiki": metawiki}, 3)
    metawiki.visitor.edit(old.title, f"#REDIRECT [[{new.title}]]")
    cast.operator.configure(settle="2s")
    await cast.start_bot()
    await cast.start_run(metawiki, [new, other], besides=[old])
    await cast.alice.hears("done: 2 delivered, 0 skipped, 0 failed", within=60)
    assert written(metawiki, old.title, new.title, other.title) == [0, 1, 1]
    mark = cast.alice.mark()
    cast.alice.say("bellringer", f"run who 1 {old.user}")
    await cast.alice.sees(new.user or "", since=mark)
    assert cast.operator.stop() == 0


async def test_a_redirect_made_while_the_run_is_under_way_leaves_one_out_by_name(
    cast: Cast, metawiki: MediaWiki
) -> None:
    audience = newcomers({"metawiki": metawiki}, 6)
    first, last = audience[0], audience[-1]
    cast.operator.configure(settle="2s", edits_per_minute=60)
    await cast.start_bot()
    await cast.start_run(metawiki, audience)
    await cast.operator.logged("delivery.settled")
    metawiki.visitor.edit(last.title, f"#REDIRECT [[{first.title}]]")
    await cast.alice.hears("done: 5 delivered, 1 skipped, 0 failed", within=60)
    assert written(metawiki, *(each.title for each in audience)) == [1, 1, 1, 1, 1, 0]
    async with cast.operator.database() as database:
        run = await the_run(database)
        ends = [(each.state, each.outcome) for each in await all_deliveries(database, run)]
    assert ends == [SENT] * 5 + [DUPLICATE]
    assert cast.operator.stop() == 0


@pytest.fixture
def meddler(metawiki: MediaWiki) -> Iterator[Meddler]:
    """Metawiki, where somebody else is always a moment faster."""
    with Meddler(wiki_api=metawiki.api).running() as running:
        yield running
    assert running.done


def to_the_other(visitor: Visitor, mine: str, other: str) -> None:
    visitor.edit(mine, f"#REDIRECT [[{other}]]")


def moved_to_the_other(visitor: Visitor, mine: str, other: str) -> None:
    visitor.edit(mine, "Welcome.")
    visitor.move(mine, f"{other}/Merged")


def both_to_a_desk(visitor: Visitor, mine: str, other: str) -> None:
    visitor.edit(mine, f"#REDIRECT [[{other}/Desk]]")
    visitor.edit(other, "Welcome.")
    visitor.move(other, f"{other}/Desk")


def by_a_page_between(visitor: Visitor, mine: str, other: str) -> None:
    visitor.edit(f"{mine}/Old", f"#REDIRECT [[{other}]]")
    visitor.edit(mine, f"#REDIRECT [[{mine}/Old]]")


Lead = Callable[[Visitor, str, str], None]


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("mine", [0, 1], ids=["first", "second"])
@pytest.mark.parametrize(
    "lead", [to_the_other, moved_to_the_other, both_to_a_desk, by_a_page_between]
)
async def test_a_page_that_leads_to_another_s_right_before_the_look_gets_nothing(
    database: Database,
    metawiki: MediaWiki,
    connect: Connect,
    meddler: Meddler,
    tmp_path: Path,
    lead: Lead,
    mine: int,
) -> None:
    audience = newcomers({"metawiki": metawiki}, 2)
    one, other = audience[mine], audience[1 - mine]
    meddler.just_before(
        lambda: lead(metawiki.visitor, one.title, other.title), action="query", titles=one.title
    )
    run = await confirmed(database, audience)
    site = {"metawiki": connect(metawiki, api=meddler.api)}
    async with delivering(database, site, folder=tmp_path):
        await until_state(database, run)
    ends = {each.recipient: each for each in await all_deliveries(database, run)}
    assert (ends[other].state, ends[other].outcome) == SENT
    assert (ends[one].state, ends[one].outcome) == DUPLICATE
    assert ends[one].detail == f"{run.number}/{other.number}"
    roots = (one.title, other.title)
    pages = [f"{root}{end}" for root in roots for end in ("", "/Old", "/Merged", "/Desk")]
    assert sum(written(metawiki, *pages)) == 1
