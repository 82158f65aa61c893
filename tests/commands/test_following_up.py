"""Hosts are asked what came of their events, and what they tell goes where it is read."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from commands.afterwards import Afterwards
from commands.followingup import FollowingUp
from commands.planning import Planning
from commands.rules.followup import FollowUpPolicy
from storage import notices, occurrences
from storage.database import Database
from storage.notices import NoticeRow
from storage.values import Destination, NoticeState, Occurrence, Place
from tests.commands.conversation import Conversation
from tests.commands.event_desks import HOUR, NOW, POLICY, TALKS, event_desks

DAY = 24 * HOUR
CENTRE = Destination("libera", Place.CHANNEL, "#coordinators")
BOB = Destination("libera", Place.PERSON, "bob")
START = NOW + 5 * HOUR
END = START + HOUR
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def channel(database: Database) -> Conversation:
    commands = (*event_desks(), *Afterwards(planning=Planning(policy=POLICY)).commands())
    conversation = Conversation(database, commands, NOW)
    await conversation.appoint(["alice", "bob"])
    await conversation.say("event add tech-talk in 5 hours | Wikidata", account="bob")
    return conversation


async def look(channel: Conversation, at: datetime) -> datetime | None:
    following = FollowingUp(policy=FollowUpPolicy(), networks=("libera",), coordinators=(CENTRE,))
    async with channel.database.transaction() as session:
        return await following.look(session, at)


async def asked(channel: Conversation, to: Destination = BOB) -> list[str]:
    """Return what was planned for a destination beside reminders, in order."""
    async with channel.database.reading() as session:
        rows = await session.scalars(select(NoticeRow).order_by(NoticeRow.number))
        planned = await notices.values_of(session, rows)
    return [
        channel.recalled(each.reply)
        for each in planned
        if each.destination == to and each.reply and each.event is None
    ]


async def known(channel: Conversation) -> Occurrence:
    async with channel.database.reading() as session:
        return await occurrences.get(session, 1, START)


async def test_a_host_is_asked_after_the_end_and_not_before(channel: Conversation) -> None:
    assert await look(channel, END - MINUTE) == END
    assert await asked(channel) == []
    assert await look(channel, END) == END + 15 * MINUTE
    await look(channel, END + 15 * MINUTE)
    [question] = await asked(channel)
    assert "Wikidata (event 1) is over" in question
    assert "the recording, the slides, notes, how many came, open questions" in question
    assert "recording 1 LINK" in question


async def test_silence_is_asked_twice_more_and_then_told(channel: Conversation) -> None:
    now: datetime | None = await look(channel, END)
    moments = []
    while now is not None:
        moments.append(now - END)
        now = await look(channel, now)
    assert moments == [15 * MINUTE, 3 * DAY, 7 * DAY, 10 * DAY]
    first, second, third = await asked(channel)
    assert "is over" in first
    assert second == third
    assert "Still wanted" in second
    [told] = await asked(channel, CENTRE)
    assert "Nobody has told how Wikidata (event 1) went" in told


async def test_asking_again_and_again_at_one_instant_asks_once(channel: Conversation) -> None:
    for _ in range(3):
        await look(channel, END + 15 * MINUTE)
    assert len(await asked(channel)) == 1


async def test_after_a_long_sleep_questions_do_not_come_in_a_heap(channel: Conversation) -> None:
    await look(channel, END)
    due_at = await look(channel, END + 6 * DAY)
    assert due_at == END + 6 * DAY + timedelta(hours=12)
    assert len(await asked(channel)) == 1


async def test_nobody_is_asked_about_what_ended_long_ago(channel: Conversation) -> None:
    assert await look(channel, END + 30 * DAY) is None
    assert await asked(channel) == []


async def test_nobody_is_asked_about_what_did_not_take_place(channel: Conversation) -> None:
    await channel.say("event cancel 1 ill")
    assert await look(channel, END + HOUR) is None


async def test_each_occurrence_of_a_series_is_asked_about(channel: Conversation) -> None:
    await channel.say("event repeat 1 weekly")
    for week in range(2):
        await look(channel, END + week * 7 * DAY + 15 * MINUTE)
    assert [each for each in await asked(channel) if "is over" in each] == [
        (await asked(channel))[0]
    ] * 2


async def test_who_answered_is_not_asked_again(channel: Conversation) -> None:
    await look(channel, END + 15 * MINUTE)
    channel.now = END + HOUR
    said = await channel.say("recording 1 https://example.org/v", account="bob", private=True)
    assert "It is kept for event 1 (Wikidata)" in said
    assert "Still missing: the slides, notes, how many came, open questions." in said
    assert await look(channel, END + 3 * DAY) is None
    assert (await known(channel)).recording == "https://example.org/v"


async def test_that_there_is_nothing_is_an_answer(channel: Conversation) -> None:
    await look(channel, END + 15 * MINUTE)
    channel.now = END + HOUR
    said = await channel.say("followup 1 nothing", account="bob")
    assert "Thank you" in said
    assert "missing" not in said
    assert await look(channel, END + 3 * DAY) is None


async def test_all_is_told_in_one_line(channel: Conversation) -> None:
    channel.now = END + HOUR
    await channel.say(
        "followup 1 | slides: https://example.org/s | notes: We agreed | attended: 23"
        " | question: Why? | question: When?",
        account="bob",
    )
    assert await known(channel) == Occurrence(
        1,
        START,
        slides="https://example.org/s",
        notes="We agreed",
        attended=23,
        questions=("Why?", "When?"),
    )
    await channel.say("followup 1 | notes: | question:", account="bob")
    after = await known(channel)
    assert (after.notes, after.questions, after.attended) == (None, (), 23)


async def test_channels_are_told_what_can_be_looked_at(channel: Conversation) -> None:
    channel.now = END + HOUR
    await channel.say("recording 1 https://example.org/v", account="bob", private=True)
    line = "To look back on Wikidata (event 1): recording: https://example.org/v"
    assert await asked(channel, TALKS) == [line]
    await channel.say("followup 1 | attended: 3", account="bob", private=True)
    assert await asked(channel, TALKS) == [line]


async def test_whoever_asks_for_the_event_sees_what_there_is(channel: Conversation) -> None:
    channel.now = END + HOUR
    assert "look back" not in await channel.say("event 1", account=None)
    await channel.say("recording 1 https://example.org/v", private=True)
    said = await channel.say("event 1", account=None)
    assert "To look back: recording: https://example.org/v" in said


async def test_one_asks_what_is_known(channel: Conversation) -> None:
    channel.now = END + HOUR
    assert "Nothing has been told of event 1" in await channel.say("followup 1")
    await channel.say("followup 1 | attended: 3")
    reply = await channel.reply("followup 1")
    assert reply is not None
    assert reply.private
    assert "3 people came" in channel.words(reply)


async def test_an_earlier_day_is_told_of_by_its_date(channel: Conversation) -> None:
    await channel.say("event repeat 1 weekly")
    channel.now = END + 8 * DAY
    await channel.say("followup 1 | attended: 7 | on: 2026-12-01")
    assert (await known(channel)).attended == 7
    assert "is not on that day" in await channel.say("followup 1 | attended: 7 | on: 2026-12-02")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("followup 1 | attended: many", '"many" is no number of people. Write attended: 23'),
        ("followup 1 | recording: on commons", "no web address for recording"),
        ("followup 1 | on: yesterday", '"yesterday" is no day. Write on: 2026-11-20'),
        ("followup 1 well", '"well" says nothing to me here'),
        ("recording 9 https://example.org/v", "There is no event 9"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_kept(
    channel: Conversation, typed: str, answer: str
) -> None:
    channel.now = END + HOUR
    assert answer in await channel.say(typed, account="bob")
    assert await known(channel) == Occurrence(1, START)


async def test_slides_may_be_there_before_and_nobody_is_counted_before(
    channel: Conversation,
) -> None:
    await channel.say("followup 1 | slides: https://example.org/s")
    assert (await known(channel)).slides == "https://example.org/s"
    assert await asked(channel, TALKS) == []
    assert "has not begun yet" in await channel.say("followup 1 | attended: 23")
    assert (await known(channel)).attended is None
    await look(channel, END + 15 * MINUTE)
    [question] = await asked(channel)
    assert "would like: the recording, notes, how many came, open questions" in question


async def test_only_the_host_and_coordinators_tell(channel: Conversation) -> None:
    channel.now = END + HOUR
    said = await channel.say("recording 1 https://example.org/v", account="mallory")
    assert "Only coordinators" in said
    assert (await known(channel)).recording is None
    await channel.say("recording 1 https://example.org/v", account="alice")
    assert (await known(channel)).recording is not None


async def test_questions_are_planned_as_notices_to_be_said_at_once(channel: Conversation) -> None:
    await look(channel, END + 15 * MINUTE)
    async with channel.database.reading() as session:
        rows = await session.scalars(select(NoticeRow).order_by(NoticeRow.number))
        [question] = [
            each for each in await notices.values_of(session, rows) if each.destination == BOB
        ]
    assert (question.state, question.due_at) == (NoticeState.PENDING, END + 15 * MINUTE)


async def test_who_can_be_asked_nowhere_leaves_it_to_the_coordinators(
    channel: Conversation,
) -> None:
    following = FollowingUp(policy=FollowUpPolicy(), networks=("oftc",), coordinators=(CENTRE,))
    async with channel.database.transaction() as session:
        await following.look(session, END + 15 * MINUTE)
    [question] = await asked(channel, CENTRE)
    assert "is over" in question


async def test_who_ended_late_is_asked_once_and_nothing_is_awaited_in_vain(
    channel: Conversation,
) -> None:
    await look(channel, END)
    async with channel.database.transaction() as session:
        late = Occurrence(1, START, ended_at=END + 5 * HOUR)
        await occurrences.save(session, late, now=END + 5 * HOUR)
    now: datetime | None = END + 15 * MINUTE
    while now is not None:
        after = await look(channel, now)
        assert after is None or after > now
        now = after
    assert await look(channel, END + 7 * DAY + 2 * HOUR) is None
    assert len([each for each in await asked(channel) if "is over" in each]) == 1
