"""Killing the process that delivers, wherever it stands: each recipient gets one message."""

import random
import time
from pathlib import Path

import pytest

from chatbot.backup import backup, restore
from storage.database import Database
from storage.values import DeliveryState, RunState
from tests.delivering import until_sent
from tests.peers.delivery_fixtures import Deliverer, Deliverers, messages, newcomers
from tests.peers.mediawiki import MediaWiki
from tests.prepared import all_deliveries, confirmed, stands

KILLS = 20

sqlite_only = pytest.mark.parametrize("backend", ["sqlite"])
postgresql_only = pytest.mark.parametrize("backend", ["postgresql"])


def kill_somewhere(process: Deliverer, chance: random.Random) -> None:
    """Kill at a random point: mostly while it writes, now and then while it still looks."""
    if chance.random() < 0.8:
        process.wait_until_it_delivers()
        time.sleep(chance.uniform(0, 0.2))
    else:
        time.sleep(chance.uniform(0.5, 1.5))
    process.kill()


@sqlite_only
async def test_killed_twenty_times_each_gets_one_message(
    migrated_url: str, database: Database, wikis: dict[str, MediaWiki], deliverers: Deliverers
) -> None:
    chance = random.Random(7)
    kills = 0
    while kills < KILLS:
        audience = newcomers(wikis, 60)
        run = await confirmed(database, audience)
        while kills < KILLS and await stands(database, run) is not RunState.DONE:
            kill_somewhere(deliverers.start(migrated_url), chance)
            kills += 1
        deliverers.start(migrated_url).wait()
        assert set(messages(wikis, audience).values()) == {1}
        assert await stands(database, run) is RunState.DONE


@postgresql_only
async def test_another_process_takes_the_lanes_of_a_killed_one(
    migrated_url: str, database: Database, wikis: dict[str, MediaWiki], deliverers: Deliverers
) -> None:
    audience = newcomers(wikis, 60)
    run = await confirmed(database, audience)
    killed = deliverers.start(migrated_url)
    await until_sent(database, run, 6)
    survivor = deliverers.start(migrated_url)
    await until_sent(database, run, 15)
    killed.kill()
    survivor.wait()
    assert set(messages(wikis, audience).values()) == {1}
    assert await stands(database, run) is RunState.DONE


@postgresql_only
async def test_a_process_that_stood_still_for_longer_than_its_lease_writes_nothing_more(
    migrated_url: str, database: Database, wikis: dict[str, MediaWiki], deliverers: Deliverers
) -> None:
    audience = newcomers(wikis, 60)
    run = await confirmed(database, audience)
    stopped = deliverers.start(migrated_url)
    await until_sent(database, run, 15)
    stopped.stand_still()
    deliverers.start(migrated_url).wait()
    stopped.go_on()
    stopped.wait()
    assert set(messages(wikis, audience).values()) == {1}


@sqlite_only
async def test_a_backup_of_the_middle_restored_after_the_end_sends_nothing_twice(
    migrated_url: str,
    database: Database,
    wikis: dict[str, MediaWiki],
    deliverers: Deliverers,
    tmp_path: Path,
) -> None:
    audience = newcomers(wikis, 60)
    run = await confirmed(database, audience)
    process = deliverers.start(migrated_url)
    await until_sent(database, run, 20)
    backup(migrated_url, tmp_path / "backup")
    process.wait()
    await database.close()
    restore(migrated_url, tmp_path / "backup")
    assert await stands(database, run) is RunState.RUNNING
    deliverers.start(migrated_url).wait()
    assert set(messages(wikis, audience).values()) == {1}
    settled = await all_deliveries(database, run)
    assert {each.state for each in settled} == {DeliveryState.SENT}
