"""A free place goes to the next in line in private, and to the one after him when time runs out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from commands.messages import Unreachable
from storage import attendance, events
from storage.database import Database
from storage.values import AttendanceState, Destination, Place
from tests.chatbot.ringing import Ringing, ringing
from tests.commands.event_desks import HOUR, TALKS

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
async def bell(database: Database) -> AsyncIterator[Ringing]:
    """Event 1 has one place, which Bob has; Carol, then Dora wait for it."""
    async with ringing(database) as opened:
        await opened.say("event add tech-talk in 48 hours | Wikidata | capacity: 1")
        for account in ("bob", "carol", "dora"):
            await opened.say("coming 1", account=account)
        yield opened


def alone(account: str) -> Destination:
    return Destination("libera", Place.PERSON, account)


def told(bell: Ringing, account: str) -> list[str]:
    return [words for where, words in bell.libera.said if where == alone(account)]


async def states(bell: Ringing) -> dict[str, str]:
    async with bell.database.reading() as session:
        found = await attendance.of(session, 1)
    return {each.told.address: each.state for each in found if each.told}


async def test_who_comes_to_what_is_full_waits_and_is_told_so_in_private(bell: Ringing) -> None:
    answer = await bell.channel.reply("coming 1", account="emil")
    assert answer is not None
    assert answer.private
    assert bell.channel.words(answer) == (
        "All places at event 1 (Wikidata) are taken. You are number 3 in line: I tell you in"
        " private as soon as one is free. To leave the line: !notcoming 1"
    )
    card = await bell.channel.press("event 1", account="zoe")
    assert "All places are taken" in bell.channel.words(card)
    assert [each.label.key for each in card.buttons][:2] == ["button.wait", "button.notcoming"]


async def test_a_free_place_is_offered_to_the_next_with_a_deadline(bell: Ringing) -> None:
    await bell.say("notcoming 1", account="bob")
    assert told(bell, "carol") == [
        "A place at Wikidata (tech-talk, event 1) is free, and yours until Wed 2 Dec 2026 00:00"
        " UTC. It starts Thu 3 Dec 2026 12:00 UTC. Take it: !coming 1. Leave it to the next in"
        " line: !notcoming 1"
    ]
    assert told(bell, "dora") == []
    said = await bell.say("coming 1", account="carol")
    assert said.startswith("You are on the list")
    assert await states(bell) == {"carol": "coming", "dora": "waiting"}


async def test_a_place_that_is_left_goes_to_the_next_at_once(bell: Ringing) -> None:
    await bell.say("notcoming 1", account="bob")
    await bell.say("notcoming 1", account="carol")
    assert len(told(bell, "dora")) == 1
    assert await states(bell) == {"dora": "offered"}


async def test_an_offer_that_runs_out_goes_to_the_next(bell: Ringing) -> None:
    await bell.say("notcoming 1", account="bob")
    await bell.walk(bell.channel.now + 12 * HOUR)
    assert "goes to the next in line" in told(bell, "carol")[-1]
    assert len(told(bell, "dora")) == 1
    assert await states(bell) == {"carol": "lapsed", "dora": "offered"}
    await bell.walk(bell.channel.now + 12 * HOUR)
    assert await states(bell) == {"carol": "lapsed", "dora": "lapsed"}
    assert (await bell.say("coming 1", account="carol")).startswith("You are on the list")


async def test_who_took_a_place_is_reminded_and_who_waits_is_not(bell: Ringing) -> None:
    await bell.say("notcoming 1", account="bob")
    await bell.say("coming 1", account="carol")
    bell.libera.said.clear()
    await bell.walk(bell.channel.now + 2 * DAY)
    (reminder,) = told(bell, "carol")
    assert "starts in 1 hour" in reminder
    assert told(bell, "bob") == told(bell, "dora") == []


async def test_a_raised_capacity_is_offered_and_a_lowered_one_takes_nothing(bell: Ringing) -> None:
    await bell.say("event edit 1 | capacity: 3")
    assert await states(bell) == {"bob": "coming", "carol": "offered", "dora": "offered"}
    await bell.say("coming 1", account="carol")
    await bell.say("event edit 1 | capacity: 1")
    assert await states(bell) == {"bob": "coming", "carol": "coming", "dora": "offered"}


async def test_without_a_capacity_whoever_waits_is_let_in_and_reminded(bell: Ringing) -> None:
    await bell.say("event edit 1 | capacity:")
    assert set((await states(bell)).values()) == {"coming"}
    assert "There is room for you now" in told(bell, "dora")[-1]
    bell.libera.said.clear()
    await bell.walk(bell.channel.now + 2 * DAY)
    assert len(told(bell, "dora")) == 1


async def test_an_offer_is_not_said_once_it_holds_no_more(bell: Ringing) -> None:
    bell.libera.away[alone("carol")] = Unreachable("not there")
    await bell.say("notcoming 1", account="bob")
    await bell.walk(bell.channel.now + 12 * HOUR)
    bell.libera.away.clear()
    await bell.walk(bell.channel.now + 10 * MINUTE)
    assert [words for words in told(bell, "carol") if "yours until" in words] == []


async def test_nothing_is_offered_of_what_is_cancelled(bell: Ringing) -> None:
    await bell.say("event cancel 1 ill")
    before = len(bell.libera.said)
    await bell.walk(bell.channel.now + DAY)
    assert len(bell.libera.said) == before


async def test_an_offer_outlives_a_crash(database: Database) -> None:
    async with ringing(database) as bell:
        await bell.say("event add tech-talk in 48 hours | Wikidata | capacity: 1")
        for account in ("bob", "carol", "dora"):
            await bell.say("coming 1", account=account)
        await bell.say("notcoming 1", account="bob")
        later = bell.channel.now + 20 * HOUR
    async with ringing(database, holder="two") as bell:
        await bell.jump(later)
        assert await states(bell) == {"carol": "lapsed", "dora": "offered"}


async def test_two_processes_offer_a_place_once(database: Database) -> None:
    async with ringing(database) as one, ringing(database, holder="two") as two:
        await one.say("event add tech-talk in 48 hours | Wikidata | capacity: 1")
        for account in ("bob", "carol", "dora"):
            await one.say("coming 1", account=account)
        await one.say("notcoming 1", account="bob")
        later = one.channel.now + 13 * HOUR
        await asyncio.gather(one.jump(later), two.jump(later))
        await asyncio.gather(one.jump(later + MINUTE), two.jump(later + MINUTE))
        assert await states(one) == {"carol": "lapsed", "dora": "offered"}
        assert len(told(one, "dora")) + len(told(two, "dora")) == 1


async def test_a_place_freed_behind_its_back_is_offered(bell: Ringing) -> None:
    """Joining two persons of one human frees a place without anybody settling the list."""
    async with bell.database.transaction() as session:
        event = await events.get(session, 1, lock=True)
        assert event is not None
        bob = (await attendance.of(session, 1))[0]
        await attendance.drop(session, 1, bob.person)
    bell.wake()
    await bell.rest()
    assert (await states(bell))["carol"] == AttendanceState.OFFERED


async def test_a_full_event_offers_to_wait_in_its_channels(bell: Ringing) -> None:
    await bell.walk(bell.channel.now + DAY)
    assert any(where == TALKS and "starts in 1 day" in words for where, words in bell.libera.said)
