"""The digest is sent once, whoever is killed, stopped, or sends at the same time."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from storage.database import Database
from storage.issuevalues import CopyState
from tests.chatbot.publish.newsroom import DUE, MINUTE, STAFF, TALKS, Newsroom, newsroom
from tests.peers.smtp import SmtpServer, running_smtp

ADD = "event add tech-talk 2026-12-15 16:00 UTC | Wikidata basics | speaker: Ada"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SmtpServer]:
    async with running_smtp(tmp_path) as running:
        yield running


@pytest.fixture
async def room(database: Database, tmp_path: Path, server: SmtpServer) -> AsyncIterator[Newsroom]:
    async with newsroom(database, tmp_path, server) as opened:
        await opened.say(ADD)
        await opened.walk(DUE - MINUTE)
        yield opened


async def start(url: str, server: SmtpServer, now: datetime) -> asyncio.subprocess.Process:
    told = {
        "database": url,
        "folder": str(server.folder),
        "port": server.port,
        "ca": str(server.ca_file),
        "now": now.isoformat(),
        "holder": f"process {os.urandom(4).hex()}",
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.digester", json.dumps(told)),
        stdout=asyncio.subprocess.DEVNULL,
    )


async def begin_and_kill(url: str, server: SmtpServer) -> None:
    """Let a process send what is due, and kill it where the server holds it up."""
    process = await start(url, server, DUE)
    await asyncio.wait_for(server.arrived.wait(), 60)
    process.kill()
    await process.wait()


async def test_killed_while_the_server_takes_the_mail(
    room: Newsroom, server: SmtpServer, migrated_url: str
) -> None:
    server.at_data = asyncio.Event()
    await begin_and_kill(migrated_url, server)
    server.at_data = None
    room.restart("after")
    await room.walk(DUE + 40 * MINUTE)
    assert len(server.taken) == 1
    assert [each.state for each in await room.copies()] == [CopyState.SENT, CopyState.UNKNOWN]
    assert len([each for each in await room.told(STAFF) if "Nobody knows" in each]) == 1
    assert len(await room.told(TALKS)) == 1
    assert room.page().count("<!-- Bellringer: digest") == 1


async def test_killed_before_the_mail_was_on_the_wire(
    room: Newsroom, server: SmtpServer, migrated_url: str
) -> None:
    server.at_rcpt = asyncio.Event()
    await begin_and_kill(migrated_url, server)
    server.at_rcpt = None
    room.restart("after")
    await room.walk(DUE + 40 * MINUTE)
    assert len(server.taken) == 1
    assert [each.state for each in await room.copies()] == [CopyState.SENT, CopyState.SENT]


async def test_stopped_while_the_server_takes_the_mail(room: Newsroom, server: SmtpServer) -> None:
    server.at_data = asyncio.Event()
    sending = asyncio.create_task(room.jump(DUE))
    await asyncio.wait_for(server.arrived.wait(), 60)
    sending.cancel()
    await asyncio.sleep(0)
    server.at_data.set()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert [each.state for each in await room.copies()] == [CopyState.SENT, CopyState.SENT]
    room.restart("after")
    await room.walk(DUE + 40 * MINUTE)
    assert len(server.taken) == 1


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_two_processes_send_it_once(
    room: Newsroom, server: SmtpServer, migrated_url: str
) -> None:
    processes = [await start(migrated_url, server, DUE) for _ in range(3)]
    assert [await each.wait() for each in processes] == [0, 0, 0]
    assert len(server.taken) == 1
    assert len(await room.told(TALKS)) == 1
    assert len([each for each in await room.told(STAFF) if "goes out in" in each]) == 1
    assert room.page().count("<!-- Bellringer: digest") == 1


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_two_engines_at_every_step(
    migrated_url: str, tmp_path: Path, server: SmtpServer
) -> None:
    databases = [Database.open(migrated_url) for _ in range(2)]
    async with (
        newsroom(databases[0], tmp_path, server) as one,
        newsroom(databases[1], tmp_path, server) as two,
    ):
        two.restart("two")
        await one.say(ADD)
        for at in (DUE - 5 * 24 * 60 * MINUTE, DUE - 24 * 60 * MINUTE, DUE, DUE + MINUTE):
            await asyncio.gather(one.jump(at), two.jump(at))
        assert len(server.taken) == 1
        assert len(await one.told(TALKS)) == 1
        assert len([each for each in await one.told(STAFF) if "goes out in" in each]) == 1
        assert one.page().count("<!-- Bellringer: digest") == 1
    for each in databases:
        await each.close()
