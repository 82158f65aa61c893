"""What rests or was stopped goes on by people's words: one for a pause, two for a wiki."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import ledger, runs, stops
from storage.database import Database
from storage.runvalues import DeliveryState, RunState, Stop, StopKind
from tests.commands.rundesks import POLICY, RunConversation

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
MINUTES = timedelta(minutes=1)


@pytest.fixture
async def channel(database: Database, tmp_path: Path) -> RunConversation:
    """Alice, Bob and Carol are coordinators; Alice has proposed run 1, which is tried out."""
    policy = replace(POLICY, unproven=frozenset({"console"}))
    conversation = RunConversation.of(database, NOW, folder=tmp_path, policy=policy)
    await conversation.appoint(["alice", "bob", "carol"])
    await conversation.prepare()
    await conversation.start()
    return conversation


async def rest(channel: RunConversation) -> None:
    async with channel.database.transaction() as session:
        run = await runs.get(session, 1, lock=True)
        assert run is not None
        await runs.save(session, replace(run, rests_until=channel.now + 15 * MINUTES))


async def stop(channel: RunConversation, *wikis: str) -> None:
    async with channel.database.transaction() as session:
        for wiki in wikis:
            new = Stop(wiki, StopKind.PAGE, "User:Bell/Stop", 7, "Ada", channel.now)
            assert await stops.stop(session, new)


async def stopped(channel: RunConversation) -> list[str]:
    async with channel.database.reading() as session:
        return [each.wiki for each in await stops.standing(session)]


async def test_another_than_who_proposed_a_run_cuts_its_pause_short(
    channel: RunConversation,
) -> None:
    assert "cannot be done now" in await channel.say("run go 1", account="bob")
    await rest(channel)
    assert "The rest follows" in await channel.say("run show 1")
    assert "somebody else" in await channel.say("run go 1", account="alice")
    await channel.say("run go 1", account="bob")
    run = await channel.run()
    assert (run.state, run.rests_until) == (RunState.CANARY, NOW)
    assert "bob has cut the pause short" in (await channel.told())[-1]
    assert "cannot be done now" in await channel.say("run go 1", account="carol")


async def test_one_who_proposed_it_under_another_account_is_the_same_human(
    channel: RunConversation,
) -> None:
    await rest(channel)
    await channel.join("alice", "carol")
    assert "somebody else" in await channel.say("run go 1", account="carol")


async def test_whom_nobody_can_tell_from_others_cuts_no_pause_short(
    channel: RunConversation,
) -> None:
    await channel.appoint(["dora@console"])
    await rest(channel)
    answer = await channel.say("run go 1", account="dora@console")
    assert "count for the dry wiki only" in answer


async def test_a_run_halted_in_its_pause_rests_on_when_it_is_resumed(
    channel: RunConversation,
) -> None:
    for number in (1, 2, 3):
        await channel.settle(number, DeliveryState.SENT)
    await rest(channel)
    await channel.say("halt 1", account="bob")
    await channel.say("resume 1", account="carol")
    assert (await channel.run()).state is RunState.CANARY
    await channel.say("halt 1", account="bob")
    channel.now += 15 * MINUTES
    await channel.say("resume 1", account="carol")
    assert (await channel.run()).state is RunState.RUNNING


async def test_two_coordinators_let_a_wiki_go_on(channel: RunConversation) -> None:
    await stop(channel, "svwiki", "metawiki")
    assert "Ada has edited User:Bell/Stop" in await channel.say("run show 1")
    assert "another coordinator" in await channel.say("wiki resume svwiki", account="bob")
    assert "another coordinator" in await channel.say("wiki resume svwiki", account="bob")
    assert "is the second" in await channel.say("wiki resume SVWIKI", account="carol")
    assert await stopped(channel) == ["metawiki"]
    assert "does not stop" in await channel.say("wiki resume svwiki", account="carol")
    async with channel.database.reading() as session:
        last = (await ledger.latest(session, 1))[0]
    assert (last.action, last.subject) == ("wiki.resumed", "wiki:svwiki")


async def test_one_human_is_not_two(channel: RunConversation) -> None:
    await channel.join("bob", "carol")
    await stop(channel, "svwiki")
    await channel.say("wiki resume svwiki", account="bob")
    await channel.say("wiki resume svwiki", account="carol")
    assert await stopped(channel) == ["svwiki"]


async def test_a_word_holds_for_an_hour_and_only_for_the_stop_it_was_said_for(
    channel: RunConversation,
) -> None:
    await stop(channel, "svwiki")
    await channel.say("wiki resume svwiki", account="bob")
    channel.now += 61 * MINUTES
    await channel.say("wiki resume svwiki", account="carol")
    assert await stopped(channel) == ["svwiki"]
    await channel.say("wiki resume svwiki", account="bob")
    await channel.say("wiki resume all", account="bob")
    await stop(channel, "svwiki")
    await channel.say("wiki resume svwiki", account="carol")
    assert await stopped(channel) == ["svwiki"]


async def test_all_that_are_stopped_can_be_meant_at_once(channel: RunConversation) -> None:
    await stop(channel, "svwiki", "metawiki")
    assert "Ada" in await channel.say("wiki stops")
    await channel.say("wiki resume all", account="bob")
    await channel.say("wiki resume all", account="carol")
    assert await stopped(channel) == []
    assert "No wiki stops" in await channel.say("wiki stops")


async def test_who_is_no_coordinator_any_more_counts_for_nothing(
    channel: RunConversation,
) -> None:
    await stop(channel, "svwiki")
    await channel.say("wiki resume svwiki", account="bob")
    await channel.say("coordinator remove bob@libera")
    await channel.say("wiki resume svwiki", account="carol")
    assert await stopped(channel) == ["svwiki"]
