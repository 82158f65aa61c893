"""On the day: start lines that call who speaks, and links that follow those who were told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from commands.messages import Unreachable
from storage.database import Database
from storage.values import Destination, Place
from tests.chatbot.ringing import Ringing, ringing
from tests.commands.event_desks import HOUR, LOUNGE, NOW, TALKS

MINUTE = timedelta(minutes=1)
START = NOW + 5 * HOUR
BOB = Destination("libera", Place.PERSON, "bob")
OLD = "https://old.example.org/s"
NEW = "https://new.example.org/s"


@pytest.fixture
async def bell(database: Database) -> AsyncIterator[Ringing]:
    async with ringing(database) as opened:
        await opened.say(
            "event add tech-talk in 5 hours | Talk for @everyone | speaker: Ada | speaker: @grace"
            f" | host: @all | stream: {OLD} | channel: #talks | channel: #lounge"
        )
        opened.libera.said.clear()
        yield opened


def told(bell: Ringing, where: Destination) -> list[str]:
    return [words for there, words in bell.libera.said if there == where]


async def test_a_start_line_names_who_speaks_and_has_the_stream(bell: Ringing) -> None:
    await bell.walk(START)
    last = told(bell, TALKS)[-1]
    assert "starts now" in last
    assert last.endswith(f"· with Ada, @grace, host: all, stream: {OLD}")


async def test_a_start_line_is_said_at_once_and_never_again(bell: Ringing) -> None:
    await bell.walk(START - 20 * MINUTE)
    bell.libera.said.clear()
    await bell.say("event start 1")
    for place in (TALKS, LOUNGE):
        (line,) = told(bell, place)
        assert "starts now: Tue 1 Dec 2026 16:40 UTC" in line
    await bell.walk(START + 10 * MINUTE)
    assert len(bell.libera.said) == 2


async def test_a_start_line_that_was_said_is_not_said_for_a_late_start(bell: Ringing) -> None:
    await bell.walk(START)
    bell.libera.said.clear()
    await bell.jump(10 * MINUTE)
    assert "has begun" in await bell.say("event start 1")
    await bell.walk(START + HOUR)
    assert bell.libera.said == []


async def test_who_wanted_to_be_told_before_is_told_that_it_began(bell: Ringing) -> None:
    await bell.say("coming 1 10m", account="bob")
    await bell.walk(START - 20 * MINUTE)
    await bell.say("event start 1")
    await bell.walk(START + MINUTE)
    (line,) = told(bell, BOB)
    assert "starts now" in line


async def test_what_ended_is_not_said_to_begin(bell: Ringing) -> None:
    bell.libera.away[LOUNGE] = Unreachable("not there")
    await bell.walk(START)
    await bell.say("event end 1")
    bell.libera.away.clear()
    await bell.walk(START + HOUR)
    assert told(bell, LOUNGE) == []


async def test_a_new_link_reaches_who_was_told_the_old_one_and_nobody_else(bell: Ringing) -> None:
    await bell.say("coming 1 2h", account="bob")
    await bell.say("coming 1", account="carol")
    await bell.walk(START - 90 * MINUTE)
    bell.libera.said.clear()
    await bell.say(f"event edit 1 | stream: {NEW} | channel: #lounge")
    (words,) = told(bell, BOB)
    assert words == (
        "New link for Talk for @everyone (tech-talk, event 1), Tue 1 Dec 2026 17:00 UTC:"
        f" stream: {NEW}. The one told before holds no more."
    )
    assert told(bell, Destination("libera", Place.PERSON, "carol")) == []
    await bell.walk(START)
    assert all(NEW in words and OLD not in words for _, words in bell.libera.said)


async def test_a_first_link_takes_no_other_s_place(bell: Ringing) -> None:
    await bell.walk(START)
    bell.libera.said.clear()
    await bell.say(f"event edit 1 | link: {NEW}")
    (words,) = told(bell, LOUNGE)
    assert words == (
        f"The link for Talk for @everyone (tech-talk, event 1), Tue 1 Dec 2026 17:00 UTC: {NEW}."
    )


async def test_a_new_link_is_told_while_it_runs(bell: Ringing) -> None:
    await bell.walk(START + 10 * MINUTE)
    bell.libera.said.clear()
    answer = await bell.say(f"event edit 1 | stream: {NEW}")
    # The channel where it was said reads it in the answer.
    assert NEW in answer
    assert told(bell, TALKS) == []
    assert len(told(bell, LOUNGE)) == 1


async def test_a_link_that_is_gone_is_said_to_hold_no_more(bell: Ringing) -> None:
    await bell.walk(START)
    bell.libera.said.clear()
    await bell.say("event edit 1 | stream:")
    assert "holds no more" in told(bell, LOUNGE)[0]


async def test_only_the_newest_of_two_links_is_said(bell: Ringing) -> None:
    await bell.walk(START)
    bell.libera.said.clear()
    bell.libera.away[LOUNGE] = Unreachable("not there")
    await bell.say(f"event edit 1 | stream: {OLD}2")
    await bell.say(f"event edit 1 | stream: {NEW}")
    bell.libera.away.clear()
    await bell.walk(START + 10 * MINUTE)
    (words,) = told(bell, LOUNGE)
    assert NEW in words


async def test_a_move_that_waits_is_not_lost_behind_a_link(bell: Ringing) -> None:
    await bell.say("remindme 1 4h", account="bob")
    await bell.walk(START - 3 * HOUR)
    bell.libera.said.clear()
    bell.libera.away[BOB] = Unreachable("not there")
    await bell.say("event move 1 in 4 hours")
    await bell.say(f"event edit 1 | stream: {NEW}")
    bell.libera.away.clear()
    await bell.walk(bell.channel.now + 10 * MINUTE)
    assert {"Moved:", "New"} <= {words.partition(" ")[0] for words in told(bell, BOB)}


async def test_who_comes_no_more_is_told_no_link(bell: Ringing) -> None:
    await bell.say("coming 1 2h", account="bob")
    await bell.walk(START - 90 * MINUTE)
    await bell.say("notcoming 1", account="bob")
    bell.libera.said.clear()
    await bell.say(f"event edit 1 | stream: {NEW}")
    assert told(bell, BOB) == []


async def test_a_series_tells_a_new_link_only_to_who_heard_of_its_next(bell: Ringing) -> None:
    await bell.say("event repeat 1 weekly")
    await bell.walk(START + 2 * HOUR)
    bell.libera.said.clear()
    await bell.say(f"event edit 1 | stream: {NEW}")
    assert bell.libera.said == []


async def test_a_test_event_is_said_in_its_channel_alone(bell: Ringing) -> None:
    await bell.say("event test tech-talk in 2 minutes | A trial")
    await bell.walk(bell.channel.now + 3 * MINUTE)
    assert [where for where, words in bell.libera.said if "A trial" in words] == [TALKS]
