"""What falls due while the bot cannot speak is said late and once, or kept on record as missed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.notices import NoticeRow
from storage.values import NoticeKind, NoticeState
from tests.peers.bellringer import TALKS, Operator
from tests.peers.cast import Cast, gathered
from tests.peers.irc import IrcServer
from tests.peers.person import person

AHEAD, UNDER_WAY, OVER = "Still ahead", "Under way", "Over by then"
ALL_DUE = timedelta(seconds=9)


@pytest.fixture
def operator(tmp_path: Path, own_irc_server: IrcServer) -> Operator:
    """An operator who has no wikis, on a network that nobody else uses."""
    return Operator(folder=tmp_path, irc=own_irc_server, wikis={})


@pytest.fixture
async def cast(operator: Operator) -> AsyncIterator[Cast]:
    """Everybody, and a bot that calls late what is a second late."""
    operator.configure(grace="1s")
    async with gathered(operator) as everybody:
        await everybody.start_bot()
        yield everybody


async def register_events(cast: Cast, *, ahead: int) -> datetime:
    """Register events, one of them `ahead` seconds from now. Return when the others are due."""
    events = (
        (AHEAD, f"in {ahead} seconds", f"{ahead - 6}s {ahead - 7}s start"),
        (UNDER_WAY, "in 9 seconds", "3s start"),
        (OVER, "in 8 seconds for 1 second", "2s start"),
    )
    for number, (title, when, reminders) in enumerate(events, start=1):
        cast.alice.say(TALKS, f"!event add tech-talk {when} | {title}")
        await cast.alice.hears(f"Event {number} is registered")
        cast.alice.say(TALKS, f"!event remind {number} {reminders}")
        await cast.alice.hears(f"Reminders of event {number} ({title}) are set")
        # Whoever counts later what was said has heard this, too.
        await cast.carol.hears(f"Reminders of event {number} ({title}) are set")
    return datetime.now(UTC) + ALL_DUE


async def until(instant: datetime) -> None:
    await asyncio.sleep(max(0.0, (instant - datetime.now(UTC)).total_seconds()))


async def states(database: Database) -> dict[int | None, Counter[str]]:
    async with database.reading() as session:
        rows = await session.execute(
            select(NoticeRow.event, NoticeRow.state).where(NoticeRow.kind == NoticeKind.REMINDER)
        )
        found: dict[int | None, Counter[str]] = {1: Counter(), 2: Counter(), 3: Counter()}
        for event, state in rows:
            found[event][state] += 1
    return found


async def all_settled_but_what_is_ahead(operator: Operator) -> None:
    """One is said and one merged of what is ahead and what began; what is over is missed."""
    expected = {
        1: {NoticeState.SENT: 1, NoticeState.MERGED: 1, NoticeState.PENDING: 1},
        2: {NoticeState.SENT: 1, NoticeState.MERGED: 1},
        3: {NoticeState.MISSED: 2},
    }
    async with operator.database() as database, asyncio.timeout(60):
        while await states(database) != expected:
            await asyncio.sleep(0.2)


def said_once_each(said: Sequence[str]) -> None:
    (ahead,) = [line for line in said if AHEAD in line]
    (under_way,) = [line for line in said if UNDER_WAY in line]
    assert ahead.startswith("Late reminder, due ")
    assert f"{AHEAD} (tech-talk, event 1) starts in" in ahead
    assert under_way.startswith(f"Late reminder: {UNDER_WAY} (tech-talk, event 2)")
    assert not [line for line in said if OVER in line]


async def test_a_killed_bot_says_late_what_fell_due_meanwhile(cast: Cast) -> None:
    all_due = await register_events(cast, ahead=25)
    cast.operator.kill()
    mark = cast.carol.mark()
    await until(all_due)
    await cast.start_bot()
    await all_settled_but_what_is_ahead(cast.operator)
    said_once_each(cast.carol.said_by("bellringer", to=TALKS, since=mark))
    await cast.carol.hears(f"{AHEAD} (tech-talk, event 1) starts now", since=mark)
    assert cast.operator.stop() == 0


async def test_when_the_server_is_back_the_bot_rejoins_and_says_what_fell_due(
    cast: Cast, own_irc_server: IrcServer
) -> None:
    all_due = await register_events(cast, ahead=60)
    own_irc_server.kill_server()
    await until(all_due)
    own_irc_server.start_server()
    async with person("dora", own_irc_server.plain_port) as dora:
        await dora.join(TALKS)
        await all_settled_but_what_is_ahead(cast.operator)
        said_once_each(dora.said_by("bellringer", to=TALKS))
        dora.say(TALKS, "!next")
        await dora.hears(f"Next: {AHEAD}")
    assert cast.operator.stop() == 0
