"""What time does to runs: pleas, expiry, and halts of what rests on nothing any more."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage import runs
from storage.database import Database
from storage.runvalues import RunState
from tests.chatbot.erranding import Office, office

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    """An office whose run 1 is proposed."""
    async with office(database, tmp_path) as opened:
        await opened.prepare()
        await opened.ask("run propose 1")
        opened.watch_alarm.ring()
        await opened.rest()
        yield opened


async def confirm(desk: Office, account: str) -> None:
    code = await desk.code(account)
    await desk.chat.say(f"confirm 1 {code}", account=account)


async def test_those_who_have_not_confirmed_are_reminded_at_half_and_nine_tenths(
    desk: Office,
) -> None:
    await confirm(desk, "alice")
    await desk.jump(36 * HOUR - MINUTE)
    assert await desk.chat.pleas() == []
    await desk.jump(MINUTE)
    assert await desk.chat.pleas() == ["bob", "carol"]
    await desk.jump(HOUR)
    assert await desk.chat.pleas() == ["bob", "carol"]
    await desk.jump(30 * HOUR)
    assert await desk.chat.pleas() == ["bob", "carol"] * 2


async def test_after_a_time_away_each_is_reminded_once(desk: Office) -> None:
    await desk.jump(70 * HOUR)
    assert await desk.chat.pleas() == ["alice", "bob", "carol"]


@pytest.mark.parametrize("said", ["withdraw 1", "object 1 no", "run cancel 1"])
async def test_nobody_is_reminded_of_what_is_settled(desk: Office, said: str) -> None:
    await desk.jump(36 * HOUR)
    await desk.chat.say(said)
    assert await desk.chat.pleas() == []


async def test_nobody_is_reminded_after_he_has_confirmed(desk: Office) -> None:
    await desk.jump(36 * HOUR)
    code = await desk.chat.code("bob")
    await desk.chat.say(f"confirm 1 {code}", account="bob")
    assert await desk.chat.pleas() == ["alice", "carol"]


async def test_a_proposal_expires_and_says_so(desk: Office) -> None:
    await confirm(desk, "alice")
    await desk.jump(72 * HOUR)
    run = await desk.chat.run()
    assert (run.state, run.digest) == (RunState.EXPIRED, None)
    assert "has expired" in (await desk.chat.told())[-1]
    assert "proposes run 1" in await desk.ask("run propose 1")
    await confirm(desk, "bob")
    assert (await desk.chat.run()).state is RunState.PROPOSED


async def test_a_run_under_way_that_is_not_what_was_confirmed_halts_within_a_minute(
    desk: Office,
) -> None:
    for account in ("alice", "bob"):
        await confirm(desk, account)
    await desk.jump(MINUTE)
    assert (await desk.chat.run()).state is RunState.CANARY
    async with desk.chat.database.transaction() as session:
        await runs.save(session, replace(await desk.chat.run(), body="Something else"))
    await desk.jump(MINUTE)
    assert (await desk.chat.run()).state is RunState.HALTED
    assert "not what was confirmed" in (await desk.chat.told())[-1]
