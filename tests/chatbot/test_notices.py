"""What is due is said once, on time or late, as things stand when its turn comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from storage import notices, people
from storage.database import Database
from storage.values import Destination, Identity, NoticeKind, NoticeState, Place
from tests.chatbot.ringing import Ringing, ringing
from tests.commands.event_desks import ELSEWHERE, HOUR, LOUNGE, NOW, TALKS

MINUTE = timedelta(minutes=1)
START = NOW + 2 * HOUR
BOB = Destination("libera", Place.PERSON, "bob")
ADD = "event add tech-talk in 2 hours | Wikidata"


@pytest.fixture
async def bell(database: Database) -> AsyncIterator[Ringing]:
    async with ringing(database) as running:
        yield running


async def test_reminders_come_on_time(bell: Ringing) -> None:
    await bell.say(f"{ADD} | link: https://meet.example.org/x")
    await bell.walk(START - 30 * MINUTE)
    assert bell.libera.lines == [
        "Wikidata (tech-talk, event 1) starts in 1 hour: Tue 1 Dec 2026 14:00 UTC"
        " · https://meet.example.org/x"
    ]
    await bell.walk(START + HOUR)
    assert [told.split(":")[0] for told in bell.libera.lines[1:]] == [
        "Wikidata (tech-talk, event 1) starts in 10 minutes",
        "Wikidata (tech-talk, event 1) starts now",
    ]


async def test_every_channel_of_an_event_is_told_of_it_and_reminded(bell: Ringing) -> None:
    await bell.say(f"{ADD} | channel: #talks | channel: #lounge | channel: oftc/#talks")
    assert [destination for destination, _ in bell.libera.said] == [LOUNGE]
    assert bell.transports["oftc"].lines == [
        "New: Wikidata (tech-talk, event 1) starts Tue 1 Dec 2026 14:00 UTC."
    ]
    await bell.walk(START - HOUR)
    assert {destination for destination, _ in bell.libera.said[1:]} == {TALKS, LOUNGE}
    assert bell.transports["oftc"].said[1][0] == ELSEWHERE


async def test_after_downtime_one_late_line_says_it_all(bell: Ringing) -> None:
    await bell.say(ADD)
    await bell.jump(START - 3 * MINUTE)
    assert bell.libera.lines == [
        "Late reminder, due 7 minutes ago: Wikidata (tech-talk, event 1) starts in 3 minutes:"
        " Tue 1 Dec 2026 14:00 UTC"
    ]
    assert await bell.states() == [NoticeState.MERGED, NoticeState.SENT, NoticeState.PENDING]


async def test_what_has_begun_is_put_otherwise(bell: Ringing) -> None:
    await bell.say(ADD)
    await bell.jump(START + 20 * MINUTE)
    assert len(bell.libera.lines) == 1
    assert "began 20 minutes ago" in bell.libera.lines[0]


async def test_what_is_over_is_recorded_as_missed(bell: Ringing) -> None:
    await bell.say(ADD)
    await bell.jump(START + 2 * HOUR)
    assert bell.libera.lines == []
    assert await bell.states() == [NoticeState.MISSED] * 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("event move 1 in 5 hours", ""),
        ("event cancel 1 ill", ""),
        ("event edit 1 | channel: #lounge", ""),
        ("event edit 1 | title: Lexemes", "Lexemes (tech-talk, event 1) starts in 1 hour"),
    ],
)
async def test_a_change_between_claim_and_turn_leaves_nothing_stale(
    bell: Ringing, change: str, said: str
) -> None:
    await bell.say(ADD)

    async def meanwhile() -> None:
        bell.libera.meanwhile = nothing
        await bell.channel.say(change)

    async def nothing() -> None:
        return

    bell.libera.meanwhile = meanwhile
    await bell.jump(START - HOUR)
    here = [told for destination, told in bell.libera.said if destination == TALKS]
    assert len(here) == bool(said)
    assert all(told.startswith(said) for told in here)


async def test_a_moved_event_is_reminded_of_at_its_new_time_only(bell: Ringing) -> None:
    await bell.say(ADD)
    await bell.say("event move 1 in 5 hours")
    await bell.walk(NOW + 6 * HOUR)
    assert [told.split("starts ")[1] for told in bell.libera.lines] == [
        "in 1 hour: Tue 1 Dec 2026 17:00 UTC",
        "in 10 minutes: Tue 1 Dec 2026 17:00 UTC",
        "now: Tue 1 Dec 2026 17:00 UTC",
    ]


async def test_what_was_said_once_is_not_said_again_after_moving_to_and_fro(bell: Ringing) -> None:
    await bell.say(ADD)
    await bell.jump(START - HOUR)
    await bell.say("event move 1 in 5 hours")
    await bell.say("event move 1 2026-12-01 14:00 UTC")
    await bell.walk(START)
    assert sum("in 1 hour" in told for told in bell.libera.lines) == 1
    assert len(bell.libera.lines) == 3


async def test_a_cancelled_event_is_silent(bell: Ringing) -> None:
    await bell.say(f"{ADD} | channel: #lounge")
    await bell.say("event cancel 1 The speaker is ill")
    await bell.walk(START + HOUR)
    assert bell.libera.said[1:] == [
        (
            LOUNGE,
            "Cancelled: Wikidata (tech-talk, event 1) on Tue 1 Dec 2026 14:00 UTC."
            " The speaker is ill",
        )
    ]


async def test_a_wish_moves_with_the_event_and_is_told_of_it(bell: Ringing) -> None:
    await bell.say(ADD)
    await bell.say("remindme 1 30m", account="bob")
    await bell.say("event move 1 in 5 hours")
    await bell.walk(NOW + 5 * HOUR)
    told = [text for destination, text in bell.libera.said if destination == BOB]
    assert [text.split(":")[0] for text in told] == [
        "Moved",
        "Wikidata (tech-talk, event 1) starts in 30 minutes",
    ]


async def test_answers_are_all_said_in_order_however_long(bell: Ringing) -> None:
    for word in ("one", "x" * 10_000, "three"):
        await bell.plan_news(NoticeKind.ANSWER, word, BOB)
    assert [destination for destination, _ in bell.libera.said] == [BOB] * 3
    assert len(bell.libera.lines[1]) > 10_000


async def test_two_engines_on_one_database_never_say_a_thing_twice(database: Database) -> None:
    async with ringing(database) as one, ringing(database, holder="two") as two:
        for number in range(5):
            await one.say(f"event add tech-talk in {number + 2} hours | Talk | channel: #lounge")
        one.libera.said.clear()
        for _ in range(40):
            for bell in (one, two):
                bell.channel.now += 10 * MINUTE
                bell.clockwork.fire(bell.channel.now)
                bell.wake()
            await asyncio.gather(one.rest(), two.rest())
        said = sorted(one.libera.lines + two.libera.lines)
        assert len(said) == len(set(said)) == 15


async def test_a_claim_left_behind_by_another_process_is_taken_over(bell: Ringing) -> None:
    await bell.say(ADD)
    async with bell.database.transaction() as session:
        await notices.claim(
            session,
            networks=["libera"],
            holder="dead",
            now=START - HOUR,
            lease=MINUTE,
            limit=1,
        )
    await bell.walk(START - 58 * MINUTE)
    assert len(bell.libera.lines) == 1


async def test_a_slow_place_holds_up_no_other(bell: Ringing) -> None:
    await bell.say(f"{ADD} | channel: #talks | channel: #lounge")
    bell.libera.said.clear()
    answered = asyncio.Event()

    async def confirmed(destination: Destination) -> None:
        if destination == TALKS:
            await answered.wait()
        else:
            answered.set()

    bell.libera.confirmed = confirmed
    await bell.jump(START - HOUR)
    assert {destination for destination, _ in bell.libera.said} == {TALKS, LOUNGE}


async def test_a_channel_is_told_in_its_language_and_a_person_in_his_own(
    database: Database,
) -> None:
    async with ringing(database, languages={LOUNGE: "sv"}) as bell:
        await bell.say(f"{ADD} | channel: #lounge")
        assert bell.libera.lines[0].startswith("Nytt: Wikidata")
        await bell.say("remindme 1 1h", account="bob")
        async with database.transaction() as session:
            bob = await people.ensure(session, Identity("libera", "bob"), NOW)
            await people.set_language(session, bob.key, "es")
        await bell.walk(START - HOUR)
        told = dict(bell.libera.said[1:])
        assert told[BOB].startswith("Wikidata (tech-talk, evento 1) empieza dentro de 1 hora:")
        assert told[LOUNGE].startswith("Wikidata (tech-talk, evenemang 1) börjar om 1 timme:")
