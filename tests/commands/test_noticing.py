"""Coordinators begin notices of events, and are told when it is time for one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from commands.noticing import NoticeCarrier, Noticing
from commands.planning import Planning
from commands.rules.recipekept import recalled
from commands.rundesk import Records
from commands.subscribing import Subscribing
from storage import events, runs
from storage.database import Database
from storage.runvalues import ErrandKind, RunState
from storage.values import Event
from tests.commands import event_desks
from tests.commands.event_desks import NOW
from tests.commands.rundesks import COORDINATORS, POLICY, RunConversation


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> RunConversation:
    """Alice and Bob coordinate; the desks for events are there as well."""
    records = Records(policy=POLICY)
    planning = Planning(policy=event_desks.POLICY)
    subscribing = Subscribing(
        policy=event_desks.POLICY, runs=POLICY, languages=("en", "sv"), planning=planning
    )
    noticing = Noticing(policy=POLICY, records=records)
    of_runs = RunConversation.of(database, NOW, folder=tmp_path)
    conversation = RunConversation(
        database,
        (
            *of_runs.commands,
            *event_desks.event_desks(),
            *subscribing.commands(),
            *noticing.commands(),
        ),
        NOW,
    )
    await conversation.appoint(["alice", "bob"])
    await conversation.say("event add tech-talk in 3 hours | Items | topic: wikidata")
    return conversation


async def event(desk: RunConversation) -> Event:
    async with desk.database.reading() as session:
        found = await events.get(session, 1)
    assert found is not None
    return found


async def told(desk: RunConversation) -> tuple[bool, list[str]]:
    """Let it be time for a notice; return what came of it."""
    carrier = NoticeCarrier(coordinators=[COORDINATORS])
    async with desk.database.transaction() as session:
        found = await carrier.carry(session, await event(desk), desk.now)
    return found, await desk.told()


async def test_a_notice_is_a_run_of_the_pages_that_subscribed(desk: RunConversation) -> None:
    await desk.say("subscribe [[Project:Pump]] topic: wikidata")
    await desk.say("subscribe [[Project:Lua]] topic: lua")
    said = await desk.say("notice 1")
    assert said.startswith("Run 1 is to become a notice of event 1 (Items) for 1 subscribed page.")
    run = await desk.run()
    assert (run.event, run.not_after, run.state) == (1, NOW + timedelta(hours=3), RunState.DRAFT)
    audience = await desk.errand()
    assert audience.kind is ErrandKind.AUDIENCE
    assert '"kind": "subscribed"' in audience.arguments["recipe"]


async def test_no_run_begins_where_no_page_wants_it(desk: RunConversation) -> None:
    assert "No wiki page has subscribed" in await desk.say("notice 1")
    await desk.say("subscribe [[Project:Lua]] topic: lua")
    assert "No wiki page has subscribed" in await desk.say("notice 1")
    async with desk.database.reading() as session:
        assert await runs.count(session) == 0


async def test_an_event_has_one_notice_unless_another_is_asked_for(desk: RunConversation) -> None:
    await desk.say("subscribe [[Project:Pump]] everything")
    await desk.say("notice 1")
    assert "Run 1 (Items) is a notice of this event already: a draft." in await desk.say("notice 1")
    assert "Run 2 is to become" in await desk.say("notice 1 --again")
    for number in (1, 2):
        async with desk.database.transaction() as session:
            run = await runs.get(session, number)
            assert run is not None
            await runs.save(session, replace(run, state=RunState.CANCELLED))
    assert "Run 3 is to become" in await desk.say("notice 1")


async def test_only_coordinators_begin_notices_and_none_of_what_is_off(
    desk: RunConversation,
) -> None:
    await desk.say("subscribe [[Project:Pump]] everything")
    assert "coordinators" in await desk.say("notice 1", account="carol")
    await desk.say("event cancel 1 ill")
    assert "is cancelled" in await desk.say("notice 1")


async def test_coordinators_are_told_when_it_is_time(desk: RunConversation) -> None:
    assert await told(desk) == (False, [])
    await desk.say("subscribe [[Project:Pump]] topic: wikidata")
    hint = (
        "1 wiki page has subscribed to events such as event 1 (Items)."
        " To draft a notice for it: !notice 1"
    )
    assert await told(desk) == (True, [hint])
    await desk.say("notice 1")
    assert await told(desk) == (True, [hint])


@pytest.mark.parametrize("typed", ["subscribed:1", "subscribed: event 1", "subscribers:#1"])
async def test_the_pages_that_subscribed_can_be_part_of_any_audience(
    desk: RunConversation, typed: str
) -> None:
    await desk.say("run new Mixed")
    said = await desk.say(f"run audience 1 {typed} + [[List]]")
    assert "the wiki pages that subscribed to events such as event 1" in said
    errand = await desk.errand()
    recipe = recalled(json.loads(errand.arguments["recipe"]))
    assert [each.kind for each in recipe.sources] == ["subscribed", "page"]
