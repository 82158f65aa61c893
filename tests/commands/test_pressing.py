"""A button is a command: pressed late or twice, it does nothing else than it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import errands, ledger, runs
from storage.database import Database
from storage.runvalues import RunState
from tests.commands.rundesks import RunConversation

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def channel(database: Database, tmp_path: Path) -> RunConversation:
    """Alice, Bob and Carol are coordinators; run 1 is proposed."""
    conversation = RunConversation.of(database, NOW, folder=tmp_path)
    await conversation.appoint(["alice", "bob", "carol"])
    await conversation.prepare()
    await conversation.propose()
    return conversation


async def press(channel: RunConversation, text: str, *, account: str = "alice") -> str:
    return channel.words(await channel.press(text, account=account))


async def preview_button(channel: RunConversation) -> str:
    (preview, _) = (await channel.shown())[-1].buttons
    return preview.command


async def test_a_preview_button_has_exactly_that_proposal_shown(channel: RunConversation) -> None:
    button = await preview_button(channel)
    assert "comes to you in private" in await press(channel, button, account="bob")
    errand = await channel.errand()
    assert (errand.run, errand.answer_to.address) == (1, "bob")


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (["withdraw 1"], "by carol): now it is a draft again (its proposal was withdrawn)."),
        (["object 1 no"], "by carol): now it is objected to."),
        (["run message 1 | A | B"], "by carol): now it is a draft with an audience."),
    ],
)
async def test_a_stale_preview_button_says_what_has_changed(
    channel: RunConversation, lines: list[str], answer: str
) -> None:
    button = await preview_button(channel)
    for line in lines:
        await channel.say(line, account="carol")
    said = await press(channel, button)
    assert said.startswith("Run 1 (December) has changed since then (Tue 1 Dec 2026 12:00 UTC")
    assert said.endswith(answer)


async def test_a_stale_button_never_shows_another_proposal(channel: RunConversation) -> None:
    button = await preview_button(channel)
    await channel.say("withdraw 1")
    channel.now += MINUTE
    await channel.propose(by="bob", body="Else")
    assert "bob proposed it as" in await press(channel, button)
    async with channel.database.reading() as session:
        assert await errands.next_due(session) is None


async def test_a_digest_that_never_was_is_no_preview(channel: RunConversation) -> None:
    await channel.prepare("January")
    assert "cannot be done now" in await press(channel, "run preview 2 0123456789")


async def test_a_stale_confirmation_says_what_has_changed_and_counts_for_nothing(
    channel: RunConversation,
) -> None:
    button = f"confirm 1 {await channel.code('alice')}"
    await channel.say("withdraw 1", account="carol")
    assert "by carol): now it is a draft again" in await press(channel, button)
    await channel.propose(by="bob", body="Else")
    assert "bob proposed it as" in await press(channel, button)
    assert "0 of 2" in await channel.say("run show 1")


async def test_confirming_twice_counts_once(channel: RunConversation) -> None:
    button = f"confirm 1 {await channel.code('alice')}"
    assert "1 of 2" in await press(channel, button)
    assert "already" in await press(channel, button)
    await channel.confirm("bob")
    assert "being tried out" in await press(channel, button)
    assert (await channel.run()).state is RunState.CANARY


async def test_a_confirmation_from_before_the_proposal_does_not_count(
    channel: RunConversation,
) -> None:
    code = await channel.code("alice")
    channel.now += MINUTE
    answer = await channel.reply(f"confirm 1 {code}", ago=2 * MINUTE)
    assert answer is not None
    assert "before run 1 (December) was proposed" in channel.words(answer)
    assert "0 of 2" in await channel.say("run show 1")


@pytest.mark.parametrize("command", ["confirm 1 AAAA-AAAA", "coordinator add dora@libera"])
async def test_what_gives_power_counts_only_when_it_is_fresh(
    channel: RunConversation, command: str
) -> None:
    channel.now += timedelta(hours=1)
    answer = await channel.reply(command, ago=6 * MINUTE)
    assert answer is not None
    assert "it does not count" in channel.words(answer)


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("object 1", RunState.OBJECTED),
        ("halt 1", RunState.OBJECTED),
        ("withdraw 1", RunState.WITHDRAWN),
    ],
)
async def test_what_stops_counts_however_old_it_is(
    channel: RunConversation, command: str, state: RunState
) -> None:
    channel.now += timedelta(hours=20)
    await channel.reply(command, ago=timedelta(hours=19))
    assert (await channel.run()).state is state


async def test_an_objection_by_a_button_gives_no_reason_and_stands_once(
    channel: RunConversation,
) -> None:
    assert "carol objects to run 1 (December): no reason given." in await press(
        channel, "object 1", account="carol"
    )
    assert "stands already" in await press(channel, "object 1", account="carol")
    assert "alice objects" in await press(channel, "object 1")
    async with channel.database.reading() as session:
        entries = await ledger.latest(session, 50)
    assert [each.action for each in entries].count("run.objected") == 2


@pytest.mark.parametrize("button", ["object 1", "halt 1"])
async def test_old_buttons_stop_what_runs_by_now(channel: RunConversation, button: str) -> None:
    await channel.confirm("alice")
    await channel.confirm("bob")
    await press(channel, button, account="carol")
    assert (await channel.run()).state is RunState.HALTED
    assert "is halted" in await press(channel, button, account="carol")


@pytest.mark.parametrize("button", ["object 1", "halt 1"])
@pytest.mark.parametrize("state", [RunState.DONE, RunState.CANCELLED])
async def test_old_buttons_say_that_a_run_is_settled(
    channel: RunConversation, button: str, state: RunState
) -> None:
    async with channel.database.transaction() as session:
        await runs.save(session, replace(await channel.run(), state=state))
    assert f"is {state}" in await press(channel, button)
    assert (await channel.run()).state is state
