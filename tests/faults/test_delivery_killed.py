"""Killing the process that delivers, wherever it stands: each recipient gets one message."""

import random
from pathlib import Path

import pytest

from chatbot.backup import backup, restore
from storage.database import Database
from storage.runvalues import DeliveryState, RunState
from tests.delivering import until_sent
from tests.faults.counting import crowd
from tests.faults.killing import Killing, ends_of
from tests.peers.delivery_fixtures import Deliverers, messages, newcomers
from tests.peers.mediawiki import MediaWiki
from tests.prepared import all_deliveries, confirmed, stands

KILLS = 12

sqlite_only = pytest.mark.parametrize("backend", ["sqlite"])
postgresql_only = pytest.mark.parametrize("backend", ["postgresql"])


@sqlite_only
@pytest.mark.parametrize("seed", [7])
async def test_killed_at_random_points_each_has_one_message_or_a_reason(
    migrated_url: str,
    database: Database,
    wikis: dict[str, MediaWiki],
    deliverers: Deliverers,
    seed: int,
) -> None:
    killing = Killing(
        database=database,
        url=migrated_url,
        wikis=wikis,
        deliverers=deliverers,
        chance=random.Random(seed),
    )
    for ends in await killing.ends(KILLS):
        assert ends.right, ends
        assert ends.counts == {"sent": 48, "skipped: opted-out": 6, "skipped: blocked": 6}


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
@pytest.mark.parametrize("seed", [11])
async def test_of_two_processes_one_is_killed_again_and_again(
    migrated_url: str,
    database: Database,
    wikis: dict[str, MediaWiki],
    deliverers: Deliverers,
    seed: int,
) -> None:
    chance = random.Random(seed)
    run = await confirmed(database, crowd(wikis, 90))
    pair = [deliverers.start(migrated_url) for _ in range(2)]
    for sent in range(5, 60, 15):
        await until_sent(database, run, sent)
        pair.pop(chance.randrange(2)).kill()
        pair.append(deliverers.start(migrated_url))
    for process in pair:
        process.wait()
    ends = await ends_of(database, wikis, run)
    assert ends.right, ends
    assert ends.counts == {"sent": 72, "skipped: opted-out": 9, "skipped: blocked": 9}


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
