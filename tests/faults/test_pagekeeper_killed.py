"""A page is saved once, whoever is killed in the middle, or keeps it at the same time."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest

from chatbot.wiki.sites import PywikibotWiki
from storage.database import Database
from tests.pagekeeping import HOUR, NOW, Press, settings
from tests.peers.faulty_proxy import Fault, FaultyProxy
from tests.peers.mediawiki import MediaWiki

_names = count(1)


@pytest.fixture
def prefix(backend: str) -> str:
    return f"Project:Killed {backend} {next(_names)}"


def titles(prefix: str) -> list[str]:
    page = f"{prefix} calendar"
    return [page, f"{page}/Upcoming", f"{page}/1 How talk pages work"]


async def start(
    url: str, api: str, folder: Path, prefix: str, holder: str, now: datetime = NOW
) -> asyncio.subprocess.Process:
    told = {
        "database": url,
        "api": api,
        "folder": str(folder / holder),
        "prefix": prefix,
        "now": now.isoformat(),
        "holder": holder,
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.pagekeeper", json.dumps(told)),
        stdout=asyncio.subprocess.DEVNULL,
    )


async def test_killed_between_the_save_and_its_answer(
    database: Database,
    migrated_url: str,
    tmp_path: Path,
    proxy: FaultyProxy,
    metawiki: MediaWiki,
    meta: PywikibotWiki,
    prefix: str,
) -> None:
    press = Press(database, meta, [settings(prefix)], holder="second", now=NOW + HOUR)
    await press.add()
    loop, stands = asyncio.get_running_loop(), asyncio.Event()
    proxy.faults.append(
        Fault(
            reaches_wiki=True,
            silent_seconds=60,
            meanwhile=lambda: loop.call_soon_threadsafe(stands.set),
        )
    )
    process = await start(migrated_url, proxy.api, tmp_path, prefix, "first")
    await asyncio.wait_for(stands.wait(), 60)
    process.kill()
    await process.wait()
    assert [len(metawiki.visitor.history(each)) for each in titles(prefix)] == [1, 0, 0]
    await press.look()
    assert [len(metawiki.visitor.history(each)) for each in titles(prefix)] == [1, 1, 1]
    assert await press.told() == []


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_two_processes_at_once(
    database: Database,
    migrated_url: str,
    tmp_path: Path,
    metawiki: MediaWiki,
    meta: PywikibotWiki,
    prefix: str,
) -> None:
    press = Press(database, meta, [settings(prefix)])
    await press.add()
    both = [
        await start(migrated_url, metawiki.api, tmp_path, prefix, name) for name in ("one", "two")
    ]
    assert await asyncio.gather(*(process.wait() for process in both)) == [0, 0]
    assert [len(metawiki.visitor.history(each)) for each in titles(prefix)] == [1, 1, 1]
