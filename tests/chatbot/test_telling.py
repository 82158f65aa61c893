"""Nobody is there to hear, or something fails: what is due is neither lost nor said twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from commands.messages import Unreachable
from storage.database import Database
from storage.values import Destination, NoticeKind, NoticeState, Place
from tests.chatbot.ringing import Ringing, ringing
from tests.commands.event_desks import HOUR, LOUNGE, NOW, TALKS

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
START = NOW + 2 * HOUR
BOB = Destination("libera", Place.PERSON, "bob")
ADD = "event add tech-talk in 2 hours | Wikidata"


@pytest.fixture
async def bell(database: Database) -> AsyncIterator[Ringing]:
    async with ringing(database) as running:
        yield running


async def test_an_edit_does_not_lose_a_reminder_that_is_merely_late(bell: Ringing) -> None:
    await bell.say(ADD)
    bell.libera.away[TALKS] = Unreachable("not joined")
    await bell.jump(START - HOUR)
    await bell.channel.say("event edit 1 | host: Zoe")
    bell.libera.away.clear()
    await bell.jump(5 * MINUTE)
    assert [told.split(":")[0] for told in bell.libera.lines] == [
        "Late reminder, due 5 minutes ago"
    ]


async def test_a_channel_out_of_reach_is_tried_ever_more_rarely(bell: Ringing) -> None:
    await bell.say(ADD)
    await bell.say("event remind 1 1h")
    bell.libera.away[TALKS] = Unreachable("not joined")
    await bell.walk(START - HOUR + 10 * MINUTE)
    assert len(bell.libera.tries) == 7
    pauses = (5, 10, 20, 40, 80, 160, 300)
    assert bell.alarm.due_at == START - HOUR + timedelta(seconds=sum(pauses))
    bell.libera.away.clear()
    await bell.walk(START - 40 * MINUTE)
    assert len(bell.libera.lines) == 1
    assert bell.libera.lines[0].startswith("Late reminder")


async def test_a_channel_is_tried_until_its_event_is_over(bell: Ringing) -> None:
    await bell.say(ADD)
    bell.libera.away[TALKS] = Unreachable("not joined")
    await bell.walk(START + 2 * HOUR)
    merged = NoticeState.MERGED
    assert await bell.states() == [merged, merged, NoticeState.MISSED]
    assert bell.alarm.due_at is None


async def test_a_place_that_can_never_be_told_is_given_up(bell: Ringing) -> None:
    bell.libera.away[TALKS] = Unreachable("no such channel", lasting=True)
    await bell.plan_news(NoticeKind.ANSWER, "x", TALKS)
    assert await bell.states() == [NoticeState.FAILED]


async def test_somebody_away_is_told_when_he_is_back(bell: Ringing) -> None:
    await bell.say(ADD)
    await bell.say("remindme 1 30m", account="bob")
    bell.libera.away[BOB] = Unreachable("nobody is logged in as bob")
    await bell.walk(START - 20 * MINUTE)
    bell.libera.away.clear()
    await bell.walk(START - 15 * MINUTE)
    told = [text for destination, text in bell.libera.said if destination == BOB]
    assert len(told) == 1
    assert told[0].startswith("Late reminder, due ")


async def test_only_the_newest_announcement_is_said_to_who_was_out_of_reach(bell: Ringing) -> None:
    bell.libera.away[LOUNGE] = Unreachable("not joined")
    await bell.say(f"{ADD} | channel: #lounge")
    await bell.say("event move 1 in 5 hours")
    await bell.say("event edit 1 | title: Lexemes")
    bell.libera.away.clear()
    await bell.walk(NOW + MINUTE)
    assert bell.libera.lines == [
        "Moved: Lexemes (tech-talk, event 1) starts Tue 1 Dec 2026 17:00 UTC,"
        " not Tue 1 Dec 2026 14:00 UTC."
    ]


async def test_late_progress_is_the_newest_only(bell: Ringing) -> None:
    bell.libera.away[TALKS] = Unreachable("not joined")
    for word in ("one", "two", "three"):
        await bell.plan_news(NoticeKind.PROGRESS, word, TALKS)
    await bell.jump(2 * MINUTE)
    bell.libera.away.clear()
    await bell.walk(NOW + 5 * MINUTE)
    assert len(bell.libera.lines) == 1
    assert "three" in bell.libera.lines[0]


async def test_an_answer_nobody_comes_for_is_dropped_in_the_end(bell: Ringing) -> None:
    bell.libera.away[BOB] = Unreachable("nobody is logged in as bob")
    await bell.plan_news(NoticeKind.ANSWER, "x", BOB)
    await bell.jump(4 * DAY)
    assert await bell.states() == [NoticeState.MISSED]


async def test_a_fault_in_one_notice_stops_no_other(bell: Ringing) -> None:
    await bell.say(f"{ADD} | channel: #talks | channel: #lounge")
    bell.libera.broken.add(TALKS)
    await bell.walk(START - 55 * MINUTE)
    assert [destination for destination, _ in bell.libera.said] == [LOUNGE, LOUNGE]
    bell.libera.broken.clear()
    await bell.walk(START - 50 * MINUTE)
    assert bell.libera.said[-1][0] == TALKS


async def test_a_lasting_fault_is_given_up(bell: Ringing) -> None:
    bell.libera.broken.add(TALKS)
    await bell.plan_news(NoticeKind.ANSWER, "x", TALKS)
    await bell.walk(NOW + 2 * HOUR)
    assert len(bell.libera.tries) == 8
    assert await bell.states() == [NoticeState.FAILED]


class Outage:
    """Makes the next transactions that write fail as they do when the database server is gone."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.faults = 0
        self._whole = database.transaction
        monkeypatch.setattr(database, "transaction", self._transaction)

    def _transaction(self) -> AbstractAsyncContextManager[AsyncSession]:
        if self.faults:
            self.faults -= 1
            raise OperationalError("BEGIN", None, ConnectionError("server closed"))
        return self._whole()


async def test_a_database_away_for_a_moment_makes_nothing_said_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage = Outage(database, monkeypatch)
    async with ringing(database) as bell:
        await bell.say(ADD)

        async def confirmed(_: Destination) -> None:
            outage.faults = 1

        bell.libera.confirmed = confirmed
        await bell.jump(START - HOUR)
        assert len(bell.libera.lines) == 1
        assert (await bell.states())[0] == NoticeState.SENT


async def test_a_database_away_when_something_is_due_is_asked_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage = Outage(database, monkeypatch)
    async with ringing(database) as bell:
        await bell.say(ADD)
        outage.faults = 2
        await bell.jump(START - HOUR)
        assert bell.libera.lines == []
        await bell.jump(timedelta(seconds=10))
        assert len(bell.libera.lines) == 1


async def test_a_line_under_way_is_finished_and_recorded_at_the_stop(database: Database) -> None:
    async with ringing(database) as bell:
        await bell.say(ADD)
        confirming, confirm = asyncio.Event(), asyncio.Event()

        async def confirmed(_: Destination) -> None:
            confirming.set()
            await confirm.wait()

        bell.libera.confirmed = confirmed
        bell.channel.now = START - HOUR
        bell.wake()
        await confirming.wait()
        asyncio.get_running_loop().call_later(0.05, confirm.set)
    assert (await bell.states())[0] == NoticeState.SENT


async def test_a_network_that_is_back_is_told_at_once(bell: Ringing) -> None:
    await bell.say(ADD)
    bell.libera.away[TALKS] = Unreachable("not connected")
    await bell.walk(START - HOUR + 20 * MINUTE)
    assert bell.libera.lines == []
    bell.libera.away.clear()
    bell.notices.back("libera")
    await bell.rest()
    assert len(bell.libera.lines) == 1
    assert bell.libera.lines[0].startswith("Late reminder")
