"""Two runs that were prepared side by side deliver at once, on a clock that jumps."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from chatbot.delivery.settings import LaneSettings
from commands.rules.recipe import Recipe
from commands.rules.recipekept import kept
from storage.runvalues import Delivery, Recipient, RunState
from tests.delivering import Time, engine_at_work, policy
from tests.peers.memory_wiki import MemoryWiki
from tests.prepared import all_deliveries, confirmed, recipients, stands
from tests.virtual_time import VirtualDatabase, VirtualLoop, VirtualScheduler

WIKIS = ("enwiki", "svwiki")
RESTS = kept(Recipe(sources=(), rest=timedelta(days=30)))
Plan = tuple[Mapping[str, object], Sequence[Recipient]]


def people(*accounts: tuple[str, str, str]) -> list[Recipient]:
    """Return recipients of (wiki, user, human)."""
    those = recipients((wiki, user) for wiki, user, _ in accounts)
    return [replace(each, human=human) for each, (_, _, human) in zip(those, accounts, strict=True)]


def delivered(*plans: Plan, folder: Path) -> list[tuple[Delivery, ...]]:
    """Let runs with these recipes deliver together; return what became of each."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(_deliver(plans, folder))


async def _deliver(plans: Sequence[Plan], folder: Path) -> list[tuple[Delivery, ...]]:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    wikis = {name: MemoryWiki(name=name, clock=loop.now, latency=0.3) for name in WIKIS}
    database = VirtualDatabase.open(f"sqlite+aiosqlite:///{folder / 'bellringer.db'}")
    await database.upgrade()
    started = {"started_at": loop.now(), "state": RunState.RUNNING}
    runs = [
        await confirmed(database, audience, recipe=recipe, **started) for recipe, audience in plans
    ]
    time_is = Time(scheduler=VirtualScheduler(loop), clock=loop.now, monotonic=loop.time)
    async with engine_at_work(
        database, wikis, policy(wikis), LaneSettings(), time_is, folder=folder
    ):
        while {await stands(database, run) for run in runs} != {RunState.DONE}:
            await asyncio.sleep(1)
    ended = [await all_deliveries(database, run) for run in runs]
    await database.close()
    return ended


ON_ENWIKI = people(("enwiki", "Ada", "central:1"), ("enwiki", "Bo", "central:2"))
ON_SVWIKI = people(("svwiki", "Ada på svenska", "central:1"), ("svwiki", "Cleo", "central:3"))


def test_two_runs_that_let_people_rest_write_to_a_human_once(tmp_path: Path) -> None:
    one, two = delivered((RESTS, ON_ENWIKI), (RESTS, ON_SVWIKI), folder=tmp_path)
    ends = sorted((each.state, each.outcome) for each in (one[0], two[0]))
    assert ends == [("sent", ""), ("skipped", "resting")]
    assert (one[1].state, two[1].state) == ("sent", "sent")


def test_a_run_that_lets_people_rest_waits_for_one_that_does_not(tmp_path: Path) -> None:
    one, two = delivered(({}, ON_ENWIKI), (RESTS, ON_SVWIKI), folder=tmp_path)
    assert [each.state for each in one] == ["sent", "sent"]
    assert [(each.state, each.outcome) for each in two] == [("skipped", "resting"), ("sent", "")]


def test_runs_that_let_nobody_rest_both_write(tmp_path: Path) -> None:
    one, two = delivered(({}, ON_ENWIKI), ({}, ON_SVWIKI), folder=tmp_path)
    assert {each.state for each in (*one, *two)} == {"sent"}


def test_on_one_wiki_the_second_run_finds_what_the_first_has_sent(tmp_path: Path) -> None:
    one, two = delivered((RESTS, ON_ENWIKI), (RESTS, ON_ENWIKI), folder=tmp_path)
    assert [each.state for each in one] == ["sent", "sent"]
    assert [(each.outcome, each.detail) for each in two] == 2 * [("resting", "1")]
