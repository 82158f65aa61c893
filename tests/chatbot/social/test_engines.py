"""The engines as they run: woken by their alarms, on a clock that jumps."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import structlog

from chatbot.programme import Programme
from chatbot.social.network import Credentials
from chatbot.social.settings import SocialSettings
from chatbot.socialising import SocialAccounts, social_engines
from storage.database import Database
from storage.postvalues import PostState
from tests.chatbot.ringing import Clockwork, QuietAlarm
from tests.chatbot.social.newsroom import ACCOUNT, PNG, TALK, Newsroom, Wall


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_alarms_wake_them_when_something_is_due(database: Database) -> None:
    wall, clockwork, alarms = Wall(), Clockwork(), dict[str, QuietAlarm]()
    room = await Newsroom(database, {"fedi": wall}).open()

    def alarm(name: str) -> QuietAlarm:
        alarms[name] = QuietAlarm(name=name, scheduler=clockwork, clock=lambda: room.channel.now)
        return alarms[name]

    async def rest() -> None:
        while not all(each.quiet for each in alarms.values()):
            await asyncio.sleep(0.001)

    settings = SocialSettings(ACCOUNT, "wall", Credentials("https://wall.example"))
    engines = social_engines(
        accounts=SocialAccounts((settings,), {"fedi": wall}),
        policy=room.policy,
        database=database,
        programme=Programme(
            database=database, log=structlog.get_logger(), monotonic=lambda: 0.0
        ).now,
        card=lambda event, at, language: PNG,
        holder="one",
        told=lambda: None,
        alarm=alarm,
        clock=lambda: room.channel.now,
        log=structlog.get_logger(),
    )
    assert set(engines) == {"posts", "posts on fedi"}
    await room.channel.say(TALK)
    tasks = [asyncio.create_task(engine.run()) for engine in engines.values()]
    await rest()
    assert (await room.post(1)).state is PostState.DRAFT
    await room.channel.say("post approve 1")
    for each in alarms.values():
        each.ring()
    await rest()
    room.channel.now = datetime(2026, 12, 10, 17, tzinfo=UTC)
    clockwork.fire(room.channel.now)
    await rest()
    assert (await room.post(1)).state is PostState.POSTED
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def test_without_an_account_there_is_no_engine(database: Database) -> None:
    engines = social_engines(
        accounts=SocialAccounts(),
        policy=Newsroom(database, {}, accounts=[]).policy,
        database=database,
        programme=Programme(database=database, log=structlog.get_logger()).now,
        card=lambda event, at, language: None,
        holder="one",
        told=lambda: None,
        alarm=lambda name: QuietAlarm(name=name, scheduler=Clockwork(), clock=lambda: NOW),
        clock=lambda: NOW,
        log=structlog.get_logger(),
    )
    assert engines == {}


NOW = datetime(2026, 12, 1, tzinfo=UTC)
