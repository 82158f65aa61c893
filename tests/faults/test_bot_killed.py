"""Killing, stopping and restoring the bot in the middle of a run: each recipient gets one message.

The run is told of and confirmed in chat; what became of it is counted on the wikis.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from storage.database import Database
from storage.runvalues import DeliveryState, Recipient, RunState
from tests.delivering import until_state
from tests.peers.bellringer import Operator
from tests.peers.cast import Cast
from tests.peers.delivery_fixtures import messages, newcomers
from tests.peers.mediawiki import MediaWiki
from tests.prepared import all_deliveries, stands, the_run

KILLS = 20
SENT = "delivery.settled"

Wikis = Mapping[str, MediaWiki]


async def kill_somewhere(operator: Operator, chance: random.Random) -> None:
    """Let the bot live for a while: mostly until it writes, now and then for less than that."""
    operator.start()
    if chance.random() < 0.7:
        await operator.logged(SENT)
        await asyncio.sleep(chance.uniform(0, 0.3))
    else:
        await asyncio.sleep(chance.uniform(0.2, 1.5))
    operator.kill()


async def delivered_once(
    cast: Cast, database: Database, wikis: Wikis, audience: Sequence[Recipient]
) -> None:
    """The run is done, which was said; each has one message, on the wikis and on record."""
    run = await the_run(database)
    await until_state(database, run)
    assert set(messages(wikis, audience).values()) == {1}
    assert {each.state for each in await all_deliveries(database, run)} == {DeliveryState.SENT}
    await cast.alice.hears(f"done: {len(audience)} delivered, 0 skipped, 0 failed")
    assert cast.operator.stop() == 0
    assert cast.operator.does("audit", "verify").returncode == 0


@pytest.mark.parametrize("seed", [20261203])
async def test_killed_twenty_times_each_gets_one_message(
    cast: Cast, wikis: Wikis, seed: int
) -> None:
    chance = random.Random(seed)
    audience = newcomers(dict(wikis), 60)
    cast.operator.configure(settle="2s", edits_per_minute=60)
    await cast.start_bot()
    await cast.start_run(wikis["metawiki"], audience)
    cast.operator.kill()
    async with cast.operator.database() as database:
        for _ in range(KILLS):
            await kill_somewhere(cast.operator, chance)
            assert await stands(database, await the_run(database)) is not RunState.DONE
        cast.operator.configure(settle="2s")
        cast.operator.start()
        await delivered_once(cast, database, wikis, audience)


async def test_a_backup_of_the_middle_restored_after_the_end_sends_nothing_twice(
    cast: Cast, wikis: Wikis, tmp_path: Path
) -> None:
    audience = newcomers(dict(wikis), 60)
    cast.operator.configure(settle="2s", edits_per_minute=600)
    await cast.start_bot()
    await cast.start_run(wikis["metawiki"], audience)
    await cast.operator.logged(SENT, times=10)
    assert cast.operator.does("db", "backup", str(tmp_path / "backup")).returncode == 0
    await cast.alice.hears("done: 60 delivered", within=60)
    assert cast.operator.stop() == 0
    assert cast.operator.does("db", "restore", str(tmp_path / "backup")).returncode == 0
    async with cast.operator.database() as database:
        assert await stands(database, await the_run(database)) is RunState.RUNNING
        cast.operator.start()
        await delivered_once(cast, database, wikis, audience)


async def test_told_to_stop_it_finishes_what_it_writes_and_leaves_the_rest_for_later(
    cast: Cast, wikis: Wikis
) -> None:
    audience = newcomers(dict(wikis), 60)
    cast.operator.configure(settle="2s")
    await cast.start_bot()
    await cast.start_run(wikis["metawiki"], audience)
    await cast.operator.logged(SENT, times=10)
    assert cast.operator.stop(within=20) == 0
    async with cast.operator.database() as database:
        run = await the_run(database)
        deliveries = await all_deliveries(database, run)
        states = {each.recipient.number: each.state for each in deliveries}
        chosen = [each.recipient for each in deliveries]
        written = {number for number, count in messages(wikis, chosen).items() if count}
        assert set(states.values()) == {DeliveryState.SENT, DeliveryState.PENDING}
        assert {number for number, how in states.items() if how is DeliveryState.SENT} == written
        cast.operator.start()
        await delivered_once(cast, database, wikis, audience)
