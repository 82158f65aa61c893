"""`stats` says how events were attended, from what hosts told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commands.afterwards import Afterwards
from commands.messages import Document, DocumentKind
from commands.planning import Planning
from commands.stats import Stats
from storage.database import Database
from tests.commands.conversation import Conversation
from tests.commands.event_desks import NOW, POLICY, event_desks

DAY = timedelta(days=1)


@pytest.fixture
async def channel(database: Database) -> Conversation:
    commands = (
        *event_desks(),
        *Afterwards(planning=Planning(policy=POLICY)).commands(),
        *Stats().commands(),
    )
    conversation = Conversation(database, commands, NOW)
    await conversation.appoint(["alice"])
    return conversation


async def hold(channel: Conversation, attended: int, kind: str = "tech-talk") -> None:
    """Hold an event that was registered five days ahead; its host tells how many came."""
    said = await channel.say(f"event add {kind} in 120 hours | Wikidata")
    number = said.split()[1]
    channel.now += 6 * DAY
    await channel.say(f"followup {number} | attended: {attended}")


async def test_each_line_says_how_many_events_are_behind_it(channel: Conversation) -> None:
    for attended in (12, 20, 31):
        await hold(channel, attended)
    await hold(channel, 50, "office-hours")
    lines = (await channel.say("stats", account=None)).splitlines()
    assert lines[0].startswith("Of 4 events since")
    assert "4 have their attendance told" in lines[0]
    assert lines[1] == (
        "By kind: Office hours too few to say (1 event), Tech talk 20 (16 to 26) (3 events)."
    )
    assert lines[2].startswith("By how long before it was registered: 3 to 13 days")
    assert lines[-1].endswith("need not be the cause of the other.")


async def test_nothing_is_compared_before_there_is_enough(channel: Conversation) -> None:
    await hold(channel, 12)
    assert (await channel.say("stats")).splitlines()[1:] == [
        "That is too few to compare anything yet."
    ]


async def test_a_picture_goes_with_it(channel: Conversation) -> None:
    for attended in (12, 13, 14):
        await hold(channel, attended)
    reply = await channel.reply("stats 90d")
    assert reply is not None
    assert reply.document == Document(DocumentKind.STATS, 90 * 86400)


async def test_what_lies_further_back_is_left_out(channel: Conversation) -> None:
    await hold(channel, 12)
    channel.now += 30 * DAY
    assert "Nobody has told yet" in await channel.say("stats 10d")
    assert "Of 1 event" in await channel.say("stats 60d")


async def test_cancelled_events_are_in_no_figure(channel: Conversation) -> None:
    await channel.say("event add tech-talk in 120 hours | Wikidata")
    await channel.say("event cancel 1 ill")
    channel.now += 6 * DAY
    await channel.say("followup 1 | attended: 12")
    assert "Nobody has told yet" in await channel.say("stats")


async def test_what_is_no_span_is_said(channel: Conversation) -> None:
    assert '"often" is no span of time' in await channel.say("stats often")
