"""Runs as coordinators talk about them, from the first word to the last."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import deliveries, ledger, runs
from storage.database import Database
from storage.runvalues import DeliveryState, ErrandKind, RunState
from tests.commands.rundesks import COORDINATORS, POLICY, RunConversation

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
async def channel(database: Database, tmp_path: Path) -> RunConversation:
    """Alice, Bob and Carol are coordinators; run 1 is prepared and not yet proposed."""
    conversation = RunConversation.of(database, NOW, folder=tmp_path)
    await conversation.appoint(["alice", "bob", "carol"])
    await conversation.prepare()
    return conversation


async def actions(channel: RunConversation) -> list[str]:
    async with channel.database.reading() as session:
        return [entry.action for entry in reversed(await ledger.latest(session, 50))]


async def test_two_coordinators_start_a_run(channel: RunConversation) -> None:
    await channel.propose()
    assert "1 of 2" in await channel.confirm("alice")
    assert (await channel.run()).state is RunState.PROPOSED
    assert "starts: two different people" in await channel.confirm("bob")
    run = await channel.run()
    assert (run.state, run.started_at, len(run.started_by)) == (RunState.CANARY, NOW, 2)
    assert sorted(run.confirmed_by) == ["alice", "bob"]
    told = await channel.told()
    assert "alice has confirmed run 1 (December): 1 of 2" in told[-2]
    assert "3 messages go to metawiki, svwiki" in told[-1]
    assert await actions(channel) == [
        "run.new",
        "run.proposed",
        "run.confirmed",
        "run.confirmed",
        "run.started",
    ]


async def test_one_person_confirms_once(channel: RunConversation) -> None:
    await channel.propose()
    await channel.confirm("alice")
    assert "already" in await channel.confirm("alice")
    assert (await channel.run()).state is RunState.PROPOSED


async def test_what_is_said_in_the_coordinators_channel_is_not_told_there_again(
    channel: RunConversation,
) -> None:
    await channel.propose()
    before = len(await channel.told())
    code = await channel.code("alice")
    await channel.say(f"confirm 1 {code}", where=COORDINATORS)
    assert len(await channel.told()) == before


async def test_a_code_is_personal_and_only_for_who_has_seen_the_preview(
    channel: RunConversation,
) -> None:
    await channel.propose()
    shown = await channel.code("alice")
    assert "another person's" in await channel.say(f"confirm 1 {shown}", account="bob")
    unshown = await channel.code("bob", shown=False)
    assert "not your code" in await channel.say(f"confirm 1 {unshown}", account="bob")
    assert "run preview 1" in await channel.say("confirm 1 AAAA-AAAA", account="bob")
    assert (await actions(channel)).count("run.code_refused") == 3


async def test_a_code_from_before_a_change_is_told_as_such(channel: RunConversation) -> None:
    await channel.propose()
    old = await channel.code("alice")
    await channel.say("run message 1 | Other | Text")
    assert "has changed since then" in await channel.say(f"confirm 1 {old}")
    await channel.propose(body="Other")
    assert "has changed since then" in await channel.say(f"confirm 1 {old}")


@pytest.mark.parametrize("command", ["run message 1 | Other | Text", "run audience 1 [[Else]]"])
async def test_a_change_voids_what_was_confirmed(channel: RunConversation, command: str) -> None:
    await channel.propose()
    await channel.confirm("alice")
    assert "void" in await channel.say(command, account="bob")
    assert "bob changes run 1" in (await channel.told())[-1]
    run = await channel.run()
    assert (run.state, run.digest) == (RunState.AUDIENCE_BUILT, None)
    await channel.propose()
    assert "1 of 2" in await channel.confirm("bob")


async def test_what_changed_behind_everybodys_back_is_found_when_it_is_confirmed(
    channel: RunConversation,
) -> None:
    await channel.propose()
    await channel.confirm("alice")
    async with channel.database.transaction() as session:
        await runs.save(session, replace(await channel.run(), body="Something else"))
    assert "not what was proposed" in await channel.confirm("bob")
    assert (await channel.run()).state is RunState.AUDIENCE_BUILT


async def test_a_proposal_expires(channel: RunConversation) -> None:
    await channel.propose()
    code = await channel.code("alice")
    channel.now += 72 * HOUR
    assert "has expired" in await channel.say(f"confirm 1 {code}")


@pytest.mark.parametrize(
    ("said", "account", "why"),
    [
        ("coordinator remove bob", "alice", "is for coordinators"),
        ("coordinator remove bob, appoint", "alice", "after it was proposed"),
    ],
)
async def test_a_role_lost_or_won_since_the_proposal_counts_for_nothing(
    channel: RunConversation, said: str, account: str, why: str
) -> None:
    await channel.propose()
    code = await channel.code("bob")
    channel.now += HOUR
    await channel.say(said.partition(",")[0], account=account)
    if "appoint" in said:
        await channel.appoint(["bob"])
    assert why in await channel.say(f"confirm 1 {code}", account="bob")


async def test_a_confirmation_of_somebody_dismissed_since_does_not_start_a_run(
    channel: RunConversation,
) -> None:
    await channel.propose()
    await channel.confirm("alice")
    await channel.say("coordinator remove alice", account="bob")
    assert "1 of 2" in await channel.confirm("bob")
    assert "starts" in await channel.confirm("carol")


async def test_two_accounts_of_one_human_are_one(channel: RunConversation) -> None:
    await channel.join("alice", "eve")
    await channel.say("unlink", account="eve")
    await channel.appoint(["eve"])
    channel.now += HOUR
    await channel.propose()
    await channel.confirm("alice")
    assert "1 of 2" in await channel.confirm("eve")
    assert "starts" in await channel.confirm("bob")


async def test_two_who_turn_out_to_be_one_human_halt_the_run(channel: RunConversation) -> None:
    await channel.start()
    assert "one person" in await channel.join("alice", "bob")
    run = await channel.run()
    assert (run.state, run.halted_by) == (RunState.HALTED, None)
    assert "one person" in (await channel.told())[-1]
    assert "only be ended" in await channel.say("resume 1", account="carol")


async def test_an_objection_stops_a_proposal_and_names_its_reason(
    channel: RunConversation,
) -> None:
    await channel.propose()
    await channel.confirm("alice")
    assert "carol objects" in await channel.say("object 1 wrong date", account="carol")
    assert "wrong date" in (await channel.told())[-1]
    assert (await channel.run()).state is RunState.OBJECTED
    assert "objected to" in await channel.say("confirm 1 AAAA-AAAA", account="bob")
    assert "wrong date" in await channel.say("run show 1")


async def test_a_proposal_is_withdrawn(channel: RunConversation) -> None:
    assert "cannot be done" in await channel.say("withdraw 1")
    await channel.propose()
    await channel.confirm("alice")
    assert "withdrawn" in await channel.say("withdraw 1", account="bob")
    await channel.propose()
    assert "1 of 2" in await channel.confirm("bob")


@pytest.mark.parametrize("command", ["halt 1", "object 1 wrong date", "stop 1"])
async def test_one_word_halts_what_runs_and_says_what_may_still_land(
    channel: RunConversation, command: str
) -> None:
    await channel.start()
    await channel.claim(2)
    assert "2 edits may still land" in await channel.say(command, account="carol")
    run = await channel.run()
    assert run.state is RunState.HALTED
    assert "carol has halted" in (await channel.told())[-1]
    assert "is halted. 2 edits" in await channel.say(command, account="alice")


async def test_halting_what_is_proposed_is_an_objection(channel: RunConversation) -> None:
    await channel.propose()
    assert "objects" in await channel.say("halt 1")
    assert (await channel.run()).state is RunState.OBJECTED
    assert "cannot be done" in await channel.say("halt 1")


async def test_everything_is_halted_at_once(channel: RunConversation) -> None:
    assert "Nothing runs" in await channel.say("halt all")
    await channel.start()
    await channel.prepare("January")
    await channel.propose(2)
    await channel.claim(1)
    answer = await channel.say("halt all", account="carol")
    assert "In all, 1 edit may still land" in answer
    assert [(await channel.run(number)).state for number in (1, 2)] == [
        RunState.HALTED,
        RunState.OBJECTED,
    ]


async def test_of_many_halted_at_once_the_first_are_named(channel: RunConversation) -> None:
    for number in range(2, 12):
        await channel.prepare()
        await channel.propose(number)
    *named, more, landing = (await channel.say("halt all")).splitlines()
    assert len(named) == 8
    assert more == "And 2 more runs."
    assert landing.startswith("Everything is halted")


async def test_an_objection_is_cut_rather_than_refused(channel: RunConversation) -> None:
    await channel.propose()
    answer = await channel.say(f"object 1 wrong date {'x' * 1000}", account="carol")
    assert "carol objects to run 1 (December): wrong date xxx" in answer
    assert len(answer) < 450


async def test_another_than_who_halted_resumes(channel: RunConversation) -> None:
    await channel.start()
    await channel.say("halt 1", account="carol")
    assert "Another coordinator" in await channel.say("resume 1", account="carol")
    assert "alice lets run 1" in await channel.say("resume 1", account="alice")
    assert (await channel.run()).state is RunState.CANARY
    assert "cannot be done" in await channel.say("resume 1", account="alice")


async def test_a_persons_halt_of_what_halted_itself_takes_another_to_resume(
    channel: RunConversation,
) -> None:
    await channel.start()
    async with channel.database.transaction() as session:
        await runs.save(session, replace(await channel.run(), state=RunState.HALTED))
    await channel.say("halt 1", account="carol")
    assert "Another coordinator" in await channel.say("resume 1", account="carol")


async def test_a_run_whose_text_changed_is_not_resumed(channel: RunConversation) -> None:
    await channel.start()
    await channel.say("halt 1", account="carol")
    async with channel.database.transaction() as session:
        await runs.save(session, replace(await channel.run(), subject="Something else"))
    assert "not what was confirmed" in await channel.say("resume 1")


async def test_what_failed_and_may_be_retried_is_tried_again(channel: RunConversation) -> None:
    await channel.start()
    assert "Nothing of run 1" in await channel.say("run retry 1")
    await channel.settle(1, DeliveryState.FAILED, retriable=True)
    await channel.settle(2, DeliveryState.FAILED, retriable=False)
    await channel.settle(3, DeliveryState.SENT)
    async with channel.database.transaction() as session:
        await runs.save(session, replace(await channel.run(), state=RunState.DONE))
    assert "1 failed delivery" in await channel.say("run retry 1")
    run = await channel.run()
    assert (run.state, run.finished_at) == (RunState.CANARY, None)


async def test_a_cancelled_run_has_everybody_on_record(channel: RunConversation) -> None:
    await channel.start()
    await channel.claim(1)
    assert "1 edit may still land" in await channel.say("run cancel 1")
    async with channel.database.reading() as session:
        ends = [(each.state, each.outcome) for each in await deliveries.of_run(session, 1)]
    assert sorted(ends) == [
        (DeliveryState.CLAIMED, ""),
        (DeliveryState.SKIPPED, "cancelled"),
        (DeliveryState.SKIPPED, "cancelled"),
    ]
    assert "is cancelled" in await channel.say("run cancel 1")
    assert "is cancelled" in await channel.say("resume 1")


async def test_runs_are_shown_with_where_they_stand(channel: RunConversation) -> None:
    assert "a draft with an audience, 3 recipients" in await channel.say("run show 1")
    await channel.propose()
    await channel.confirm("alice")
    shown = await channel.say("run show 1")
    assert "1 of 2 people have confirmed" in shown
    await channel.confirm("bob")
    assert "being tried out. Of 3: 0 delivered" in await channel.say("runs")
    assert "pauses" not in await channel.say("run show 1")
    await channel.pause("svwiki", "read-only")
    assert "svwiki pauses until" in await channel.say("run show 1")
    assert "no run 9" in await channel.say("run show 9")


async def test_a_report_sums_up_and_says_where_the_whole_is(
    channel: RunConversation, tmp_path: Path
) -> None:
    await channel.start()
    await channel.settle(1, DeliveryState.SENT)
    await channel.settle(2, DeliveryState.SKIPPED, outcome="opted-out")
    await channel.settle(3, DeliveryState.FAILED, outcome="protected", retriable=True)
    report = await channel.say("run report 1")
    assert "1 delivered, 1 skipped, 1 failed" in report
    assert "1 skipped: opted out." in report
    assert "1 failed: the page is protected." in report
    assert str(tmp_path / "run-1.csv") in report
    assert (tmp_path / "run-1.csv").read_text().count("\n") == 4


@pytest.mark.parametrize(
    ("command", "kind", "arguments"),
    [
        ("run message 1 [[:sv:A]]", ErrandKind.MESSAGE, {"page": "[[:sv:A]]"}),
        ("run message 1 | Hi | Text | more", ErrandKind.MESSAGE, {"text": "Hi | Text | more"}),
        ("run preview 1", ErrandKind.PREVIEW, {}),
        ("run propose 1 --anyway", ErrandKind.PROPOSE, {"anyway": "yes"}),
        ("run propose 1 --live", ErrandKind.PROPOSE, {"live": "yes"}),
    ],
)
async def test_slow_work_is_kept_for_the_engine(
    channel: RunConversation, command: str, kind: ErrandKind, arguments: dict[str, str]
) -> None:
    await channel.say(command)
    errand = await channel.errand()
    assert (errand.kind, errand.arguments) == (kind, arguments)
    private = kind is ErrandKind.PREVIEW
    assert errand.answer_to.address == ("alice" if private else "#talks")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("run audience 1 file:../x", "no file of the import folder"),
        ("run message 1", "either"),
        ("run message 1 [[A]] | Hi | Text", "either"),
        ("run message 1 Hello all", "in brackets"),
        ("run message 1 | only a subject", 'with a "|" between'),
        ("run new " + "x" * 81, "too long"),
        ("run audience 7 [[A]]", "no run 7"),
    ],
)
async def test_what_cannot_be_meant_is_told_at_once(
    channel: RunConversation, command: str, answer: str
) -> None:
    assert answer in await channel.say(command)


@pytest.mark.parametrize(
    "command", ["run audience 1 [[A]]", "run message 1 [[A]]", "run propose 1"]
)
async def test_what_has_started_is_not_changed(channel: RunConversation, command: str) -> None:
    await channel.start()
    assert "cannot be done now" in await channel.say(command)


async def test_what_is_proposed_is_not_proposed_again(channel: RunConversation) -> None:
    await channel.propose()
    assert "withdraw 1" in await channel.say("run propose 1")


@pytest.mark.parametrize(
    "command",
    ["run new X", "confirm 1 AAAA-AAAA", "object 1 no", "halt 1", "halt all", "resume 1", "runs"],
)
async def test_runs_are_for_coordinators(channel: RunConversation, command: str) -> None:
    assert "is for coordinators" in await channel.say(command, account="eve")


async def test_a_bot_without_wikis_begins_no_run(database: Database, tmp_path: Path) -> None:
    policy = replace(POLICY, wikis=())
    chat = RunConversation.of(database, NOW, folder=tmp_path, policy=policy)
    await chat.appoint(["alice"])
    assert "not set up for any wiki" in await chat.say("run new December")
