"""Channels, persons and pages subscribe, and each event goes where it is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from commands.declaration import Command
from commands.planning import Planning
from commands.policy import EventPolicy
from commands.saying import saying
from commands.subscribing import Subscribing
from storage import ledger, notices, people, subscriptions
from storage.database import Database
from storage.notices import NoticeRow
from storage.values import Destination, Event, Notice, NoticeKind, Place, Subscription
from tests.commands.conversation import Conversation, identity_of
from tests.commands.event_desks import HOUR, NOW, POLICY, TALKS, event_desks
from tests.commands.rundesks import POLICY as RUNS

BOB = Destination("libera", Place.PERSON, "bob")
USUAL = replace(POLICY, channels=(TALKS,))


def desks(policy: EventPolicy = USUAL) -> tuple[Command, ...]:
    subscribing = Subscribing(
        policy=policy,
        runs=RUNS,
        languages=("en", "sv", "es", "ar"),
        planning=Planning(policy=policy),
    )
    return (*event_desks(policy), *subscribing.commands())


@pytest.fixture
async def channel(database: Database) -> Conversation:
    """Alice coordinates; events that name no channel go to #talks."""
    conversation = Conversation(database, desks(), NOW)
    await conversation.appoint(["alice"])
    return conversation


async def due(
    channel: Conversation, after: timedelta, *, networks: Sequence[str] = ("libera", "oftc")
) -> list[tuple[Notice, str]]:
    """Return what is said by so long after the start, and forget it."""
    now = NOW + after
    said = []
    async with channel.database.transaction() as session:
        claimed = await notices.claim(
            session, networks=networks, holder="t", now=now, lease=HOUR, limit=1000
        )
        for each in claimed:
            found = await saying(session, each, now=now, grace=10 * HOUR, languages={})
            await notices.finish(session, [each.number], found.state, holder="t", now=now)
            if found.reply is not None:
                said.append((each, channel.words(found.reply)))
    return said


async def heard(channel: Conversation, after: timedelta = timedelta(0)) -> list[str]:
    """Return where announcements were said, in order."""
    said = await due(channel, after)
    return [str(each.destination) for each, _ in said if each.kind is NoticeKind.ANNOUNCEMENT]


async def reminded(channel: Conversation, after: timedelta) -> list[str]:
    said = await due(channel, after)
    return [str(each.destination) for each, _ in said if each.kind is NoticeKind.REMINDER]


async def said_by(channel: Conversation, text: str) -> str:
    """Return the first line of what Bob is answered in private."""
    return (await channel.say(text, account="bob", private=True)).partition("\n")[0]


async def test_a_usual_channel_gets_only_what_it_subscribed_to(channel: Conversation) -> None:
    await channel.say("subscribe #talks topic: wikidata")
    await channel.say("event add tech-talk in 5 hours | Templates | topic: lua")
    await channel.say("event add tech-talk in 5 hours | Items | topic: wikidata")
    assert await reminded(channel, 4 * HOUR) == ["libera/#talks"]
    assert "No channel is told" in await channel.say("where 1")
    assert "Not told: libera/#talks, which subscribed only to this: topic: #wikidata" in (
        await channel.say("where 1")
    )


async def test_a_channel_that_an_event_names_gets_it_whatever_it_wants(
    channel: Conversation,
) -> None:
    await channel.say("subscribe #lounge topic: wikidata")
    await channel.say("event add tech-talk in 5 hours | Lua | topic: lua | channel: #lounge")
    assert await reminded(channel, 4 * HOUR) == ["libera/#lounge"]
    assert "Named by the event: libera/#lounge." in await channel.say("where 1")


async def test_who_subscribed_is_told_once_by_whatever_way(channel: Conversation) -> None:
    await channel.say("subscribe topic: wikidata", account="bob", private=True)
    await channel.say("subscribe #talks topic: wikidata")
    await channel.say("subscribe #lounge topic: wikidata")
    await channel.say("event add tech-talk in 5 hours | Items | topic: wikidata")
    assert sorted(await heard(channel)) == ["libera/#lounge", "libera/bob"]
    await channel.say("remindme 1 1h", account="bob", private=True)
    assert sorted(await reminded(channel, 4 * HOUR)) == [
        "libera/#lounge",
        "libera/#talks",
        "libera/bob",
    ]


async def test_moves_and_cancellations_go_to_all_of_them(channel: Conversation) -> None:
    await channel.say("subscribe wikidata", account="bob", private=True)
    await channel.say("subscribe #lounge wikidata")
    await channel.say("event add tech-talk in 5 hours | Items | topic: wikidata")
    await due(channel, timedelta(0))
    await channel.say("event move 1 in 7 hours")
    assert sorted(await heard(channel)) == ["libera/#lounge", "libera/bob"]
    await channel.say("event cancel 1 ill")
    assert sorted(await heard(channel)) == ["libera/#lounge", "libera/bob"]
    assert await reminded(channel, 6 * HOUR) == []


async def test_planned_reminders_follow_the_event(channel: Conversation) -> None:
    await channel.say("subscribe #lounge topic: wikidata")
    await channel.say("subscribe wikidata", account="bob", private=True)
    await channel.say("event add tech-talk in 5 hours | Items")
    await due(channel, timedelta(0))
    await channel.say("event edit 1 | topic: wikidata")
    assert sorted(await heard(channel)) == ["libera/#lounge", "libera/bob"]
    await channel.say("event edit 1 | topic: lua")
    assert await reminded(channel, 4 * HOUR) == ["libera/#talks"]


async def test_planned_reminders_follow_the_subscription(channel: Conversation) -> None:
    await channel.say("event add tech-talk in 5 hours | Items | topic: wikidata")
    said = await channel.say("subscribe wikidata", account="bob", private=True)
    assert "1 event ahead is among them: 1 (Items)." in said
    await channel.say("subscribe #lounge wikidata")
    assert sorted(await reminded(channel, 4 * HOUR)) == [
        "libera/#lounge",
        "libera/#talks",
        "libera/bob",
    ]
    await channel.say("unsubscribe #lounge")
    assert await reminded(channel, 5 * HOUR) == ["libera/#talks"]


async def test_who_unsubscribes_keeps_what_he_asked_for(channel: Conversation) -> None:
    await channel.say("event add tech-talk in 5 hours | Items | topic: wikidata")
    await channel.say("subscribe wikidata", account="bob", private=True)
    await channel.say("remindme 1 2h", account="bob")
    await channel.say("unsubscribe", account="bob", private=True)
    assert "libera/bob" in await reminded(channel, 3 * HOUR)
    assert "libera/bob" not in await reminded(channel, 4 * HOUR)


async def test_what_is_late_is_not_said_where_it_is_not_wanted_any_more(
    channel: Conversation,
) -> None:
    await channel.say("subscribe #lounge wikidata")
    await channel.say("event add tech-talk in 5 hours | Items | topic: wikidata")
    channel.now = NOW + 4.5 * HOUR
    await channel.say("unsubscribe #lounge wikidata")
    said = [str(each.destination) for each, _ in await due(channel, 4.5 * HOUR)]
    assert "libera/#lounge" not in said
    assert "libera/#talks" in said


async def test_no_test_event_goes_to_who_subscribed(channel: Conversation) -> None:
    event = Event(1, "u", "tech-talk", "T", NOW, "UTC", HOUR, channels=(TALKS,), test=True)
    async with channel.database.transaction() as session:
        bob = await people.ensure(session, identity_of("bob"), NOW)
        await subscriptions.keep(session, Subscription(BOB), person=bob.key, now=NOW)
        where = await Planning(policy=USUAL).spread(session, event)
    assert where.persons == ()


async def test_a_subscription_grows_and_shrinks(channel: Conversation) -> None:
    assert await said_by(channel, "subscribe wikidata") == (
        "Subscribed: bob@libera, to this: topic: #wikidata."
    )
    assert "topic: #wikidata, #lua." in await said_by(channel, "subscribe lua")
    narrower = await channel.say(
        "subscribe workshops kind: office-hours", account="bob", private=True
    )
    assert "kind: office-hours, topic: #wikidata, #lua, #workshops" in narrower
    assert "fewer events" in narrower
    assert await said_by(channel, "unsubscribe wikidata workshops") == (
        "Subscribed: bob@libera, to this: kind: office-hours, topic: #lua."
    )
    assert "not part of" in await said_by(channel, "unsubscribe python")
    assert "Nothing is left" in await said_by(channel, "unsubscribe #lua")
    assert "to nothing yet" in await said_by(channel, "subscribe")
    assert "to this: all events." in await said_by(channel, "subscribe everything")
    assert "Subscription of bob@libera: all events." in await said_by(channel, "subscribe")
    assert "has ended" in await said_by(channel, "unsubscribe")


async def test_only_coordinators_speak_for_channels_and_pages(channel: Conversation) -> None:
    for text in ("subscribe lua", "subscribe [[Project:Pump]] lua", "unsubscribe #talks"):
        assert "Only coordinators" in await channel.say(text, account="bob")
    private = await channel.say("subscribe #talks topic: lua", account="bob", private=True)
    assert "Only coordinators" in private
    assert "libera/#talks, to this: topic: #lua." in await channel.say("subscribe lua")
    assert "who you are" in await channel.say("subscribe lua", account=None)


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        (
            "[[Project:Village pump (technical)]] topic: lua",
            "metawiki/Project:Village pump (technical)",
        ),
        ("[[Wikipedia:Bybrunnen]]@svwiki lua", "svwiki/Wikipedia:Bybrunnen"),
        ("svwiki:Wikipedia:Bybrunnen kind: tech-talk", "svwiki/Wikipedia:Bybrunnen"),
        ("[[svwiki:Wikipedia:Bybrunnen]]", "svwiki/Wikipedia:Bybrunnen"),
        ("[[:sv:Wikipedia:Bybrunnen]] everything", "metawiki/:sv:Wikipedia:Bybrunnen"),
    ],
)
async def test_a_page_is_named_as_people_do(channel: Conversation, typed: str, page: str) -> None:
    await channel.say(f"subscribe {typed}" if " " in typed else f"subscribe {typed} all")
    async with channel.database.reading() as session:
        (found,) = await subscriptions.pages(session)
    assert str(found.destination) == page
    assert await heard(channel) == []


async def test_where_counts_no_few_persons(channel: Conversation) -> None:
    await channel.say("event add tech-talk in 5 hours | Items | topic: wikidata")
    await channel.say("subscribe [[Project:Pump]] topic: wikidata")
    for number in range(5):
        if number in {1, 4}:
            said = await channel.say("where 1", account=None)
            assert "A few persons subscribed" in said
            assert str(number) not in said.partition("A few persons")[2].partition(".")[0]
        await channel.say("subscribe wikidata", account=f"reader{number}", private=True)
    said = await channel.say("where 1", account=None)
    assert "5 persons subscribed to such events are told in private." in said
    assert "By default, because the event names no channel: libera/#talks." in said
    assert "1 wiki page subscribed to such events: [[Project:Pump]] on metawiki." in said
    assert "reader" not in said


async def test_subscriptions_are_listed_for_coordinators(channel: Conversation) -> None:
    assert "Nobody has subscribed" in await channel.say("subscriptions")
    await channel.say("subscribe #talks topic: lua language: svenska")
    await channel.say("subscribe lua", account="bob", private=True)
    listed = await channel.say("subscriptions")
    assert listed == (
        "libera/#talks: topic: #lua, language: sv\nA few persons have subscribed in private."
    )
    assert "coordinators" in await channel.say("subscriptions", account="bob")


async def test_no_name_goes_into_the_ledger(channel: Conversation) -> None:
    await channel.say("subscribe lua", account="bob", private=True)
    async with channel.database.reading() as session:
        (entry, *_) = await ledger.latest(session, 1)
    assert entry.action == "subscription.kept"
    assert "bob" not in f"{entry.subject} {entry.details}"


async def test_a_private_notice_is_in_the_persons_language(channel: Conversation) -> None:
    await channel.say("subscribe wikidata", account="bob", private=True)
    async with channel.database.transaction() as session:
        bob = await people.ensure(session, identity_of("bob"), NOW)
        await people.set_language(session, bob.key, "sv")
    await channel.say("event add tech-talk in 5 hours | Items | topic: wikidata")
    (said,) = [words for each, words in await due(channel, timedelta(0)) if each.destination == BOB]
    assert said.startswith("Nytt")


async def test_no_event_is_missed_that_changes_at_the_same_moment(channel: Conversation) -> None:
    for number in range(1, 9):
        await channel.say(f"event add tech-talk in {100 + number} hours | Old | topic: lua")
    await asyncio.gather(
        channel.say("subscribe #lounge topic: wikidata"),
        *(channel.say(f"event edit {number} | topic: wikidata") for number in range(1, 9)),
        *(
            channel.say(f"event add tech-talk in {200 + number} hours | New | topic: wikidata")
            for number in range(1, 9)
        ),
    )
    async with channel.database.reading() as session:
        planned = await session.scalars(
            select(NoticeRow.event).where(
                NoticeRow.address == "#lounge", NoticeRow.kind == NoticeKind.REMINDER
            )
        )
    assert set(planned) == set(range(1, 17))
