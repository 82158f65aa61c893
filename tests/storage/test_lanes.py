"""Lanes: held by one process at a time, worked off one delivery after another."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from storage import claims, lanes, progress, steps
from storage.database import Database
from storage.lanes import LaneLost, Pause
from storage.runvalues import Delivery, DeliveryState, Run, RunState
from storage.steps import Step
from tests.prepared import all_deliveries, cancel, confirmed, halt, recipients

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)
WIKIS = ("dewiki", "enwiki", "svwiki")
AUDIENCE = recipients(
    [("enwiki", "Anna"), ("dewiki", "Bert"), ("enwiki", "Cleo"), ("enwiki", "Dora")]
)


@pytest.fixture
async def run(database: Database) -> Run:
    """A run with something to do on two of three wikis."""
    async with database.transaction() as session:
        await lanes.ensure(session, WIKIS)
        await lanes.ensure(session, WIKIS)
    return await confirmed(database, AUDIENCE, state=RunState.RUNNING)


async def taken(
    database: Database, holder: str, *, now: datetime = NOW, wikis: Collection[str] = WIKIS
) -> dict[str, int]:
    async with database.transaction() as session:
        return await lanes.take(session, wikis, holder=holder, canary=2, now=now, lease=LEASE)


async def step(
    database: Database,
    run: Run,
    ended: Delivery | None = None,
    *,
    holder: str = "one",
    wiki: str = "enwiki",
    now: datetime = NOW,
) -> Delivery | None:
    whose = Step(wiki, holder, now + LEASE, [run.number], canary=2)
    return await database.in_one_go(partial(steps.take, step=whose, ended=ended, now=now))


async def test_only_lanes_with_work_are_taken_and_by_one_alone(
    database: Database, run: Run
) -> None:
    assert await taken(database, "one") == {"dewiki": 0, "enwiki": 0}
    assert await taken(database, "another") == {}
    assert await taken(database, "another", now=NOW + LEASE) == {"dewiki": 0, "enwiki": 0}


async def test_who_holds_a_lane_and_does_nothing_with_it_may_take_it_again(
    database: Database, run: Run
) -> None:
    await taken(database, "one")
    assert await taken(database, "one", wikis=["enwiki"]) == {"enwiki": 0}


async def test_processes_that_take_lanes_at_once_share_them(database: Database, run: Run) -> None:
    got = await asyncio.gather(*(taken(database, f"process {each}") for each in range(4)))
    assert sorted(wiki for each in got for wiki in each) == ["dewiki", "enwiki"]


async def test_a_pausing_lane_is_left_alone_and_its_setbacks_are_counted(
    database: Database, run: Run
) -> None:
    until = NOW + timedelta(seconds=30)
    await taken(database, "one")
    async with database.transaction() as session:
        await lanes.pause(session, "enwiki", holder="one", until=until, reason="lagged", setbacks=1)
        assert await lanes.pauses(session, NOW) == (Pause("enwiki", until, "lagged"),)
        assert await lanes.next_due(session, WIKIS, holder="one", canary=2, now=NOW) == until
        assert await lanes.next_due(session, WIKIS, holder="another", canary=2, now=NOW) == until
    assert await taken(database, "another") == {}
    assert await taken(database, "another", now=until) == {"enwiki": 1}
    async with database.transaction() as session:
        await lanes.went_well(session, "enwiki", holder="another")
        await lanes.release(session, "enwiki", holder="another")
    assert await taken(database, "another", now=until) == {"enwiki": 0}


@pytest.mark.parametrize(("later", "setbacks"), [(0, 4), (59, 4), (60, 0)])
async def test_setbacks_are_forgotten_where_nothing_was_to_do_for_an_hour(
    database: Database, run: Run, later: int, setbacks: int
) -> None:
    await taken(database, "one")
    async with database.transaction() as session:
        await lanes.pause(
            session, "enwiki", holder="one", until=NOW, reason="read-only", setbacks=4
        )
    now = NOW + timedelta(minutes=later)
    assert await taken(database, "one", now=now, wikis=["enwiki"]) == {"enwiki": setbacks}


async def test_a_lane_that_is_let_go_of_has_no_setbacks(database: Database, run: Run) -> None:
    await taken(database, "one")
    async with database.transaction() as session:
        await lanes.pause(session, "enwiki", holder="one", until=NOW, reason="lagged", setbacks=4)
    await taken(database, "one")
    async with database.transaction() as session:
        await lanes.release(session, "enwiki", holder="one")
    assert await taken(database, "one", wikis=["enwiki"]) == {"enwiki": 0}


async def test_another_s_lease_is_waited_for(database: Database, run: Run) -> None:
    await taken(database, "one")
    async with database.reading() as session:
        assert (
            await lanes.next_due(session, WIKIS, holder="other", canary=2, now=NOW) == NOW + LEASE
        )
        assert await lanes.next_due(session, WIKIS, holder="one", canary=2, now=NOW) is None


async def test_a_process_alone_with_the_database_frees_what_an_earlier_one_held(
    database: Database, run: Run
) -> None:
    await taken(database, "an earlier one")
    async with database.transaction() as session:
        await lanes.release_all(session)
    assert await taken(database, "one") == {"dewiki": 0, "enwiki": 0}


async def test_deliveries_are_claimed_in_order_each_once(database: Database, run: Run) -> None:
    await taken(database, "one")
    claimed = [await step(database, run) for _ in range(4)]
    assert [each.recipient.number if each else None for each in claimed] == [1, 3, 4, None]
    assert {each.state for each in claimed if each} == {DeliveryState.CLAIMED}


async def test_a_step_records_what_has_ended(database: Database, run: Run) -> None:
    await taken(database, "one")
    first = await step(database, run)
    assert first is not None
    await step(database, run, replace(first, state=DeliveryState.SENT, revid=2**40, saved_at=NOW))
    recorded = (await all_deliveries(database, run))[0]
    assert (recorded.state, recorded.revid) == (DeliveryState.SENT, 2**40)


async def test_an_ending_of_an_earlier_claim_changes_nothing(database: Database, run: Run) -> None:
    await taken(database, "one")
    stale = await step(database, run)
    assert stale is not None
    async with database.transaction() as session:
        await claims.settle(session, replace(stale, state=DeliveryState.PENDING))
    fresh = await step(database, run, now=NOW + timedelta(seconds=1))
    assert fresh is not None
    async with database.transaction() as session:
        await claims.settle(session, replace(stale, state=DeliveryState.FAILED))
    assert (await all_deliveries(database, run))[0] == fresh


async def test_who_has_lost_the_lane_claims_nothing(database: Database, run: Run) -> None:
    await taken(database, "one")
    await taken(database, "another", now=NOW + LEASE)
    with pytest.raises(LaneLost):
        await step(database, run)
    async with database.transaction() as session:
        with pytest.raises(LaneLost):
            await lanes.renew(session, "enwiki", holder="one", until=NOW + LEASE)


async def test_of_a_run_that_is_tried_out_only_the_first_few_are_claimed(
    database: Database, run: Run
) -> None:
    tried = await confirmed(database, AUDIENCE)
    await taken(database, "one")
    claimed = [await step(database, tried) for _ in range(2)]
    assert [each.recipient.number if each else None for each in claimed] == [1, None]
    async with database.reading() as session:
        assert await claims.runs_at_work(session, "dewiki", canary=2, now=NOW) == (
            run.number,
            tried.number,
        )
        assert await claims.runs_at_work(session, "dewiki", canary=1, now=NOW) == (run.number,)


async def test_nothing_of_a_halted_run_is_claimed(database: Database, run: Run) -> None:
    await taken(database, "one")
    await halt(database, run)
    assert await step(database, run) is None
    assert await taken(database, "one") == {}


async def test_what_is_claimed_in_a_cancelled_run_is_work_and_nothing_is_claimed(
    database: Database, run: Run
) -> None:
    await taken(database, "one")
    await step(database, run)
    await cancel(database, run)
    async with database.reading() as session:
        assert await claims.runs_at_work(session, "enwiki", canary=2, now=NOW) == (run.number,)
        assert await claims.runs_at_work(session, "dewiki", canary=2, now=NOW) == ()
    assert await step(database, run) is None
    assert await taken(database, "one") == {"enwiki": 0}


async def test_who_comes_next_is_known_ahead(database: Database, run: Run) -> None:
    await taken(database, "one")
    first = await step(database, run)
    assert first is not None
    async with database.reading() as session:
        following = await claims.upcoming(session, first, limit=5)
        assert await claims.upcoming(session, first, limit=1) == following[:1]
    assert [each.number for each in following] == [3, 4]


async def test_progress_is_told_once_and_not_too_often(database: Database, run: Run) -> None:
    minute = timedelta(minutes=1)
    async with database.transaction() as session:
        tell = partial(progress.advance, session, run.number, pause=minute)
        assert not await tell(10, now=NOW)
        assert await progress.begin(session, run.number, NOW)
        assert not await progress.begin(session, run.number, NOW)
        assert not await tell(10, now=NOW + minute / 2)
        assert await tell(20, now=NOW + minute)
        assert not await tell(20, now=NOW + 3 * minute)
        assert not await tell(30, now=NOW + 1.5 * minute)
        assert await tell(30, now=NOW + 2 * minute)
