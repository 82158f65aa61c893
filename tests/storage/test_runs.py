"""Runs, their funnel, and who said yes or no."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage import confirmations, funnels, linking, people, runs
from storage.database import Database
from storage.runvalues import (
    Confirmation,
    FunnelStep,
    LeftOut,
    Objection,
    Run,
    RunState,
    Terms,
)
from storage.values import Identity

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALICE = Identity("libera", "alice")


async def new_run(database: Database, name: str = "December") -> Run:
    async with database.transaction() as session:
        person = await people.ensure(session, ALICE, NOW)
        return await runs.add(session, name, created_by=person.key, now=NOW)


async def test_a_run_comes_back_as_it_was_saved(database: Database) -> None:
    run = await new_run(database)
    assert (run.state, run.started_by, run.terms) == (RunState.DRAFT, (), None)
    changed = replace(
        run,
        state=RunState.PROPOSED,
        subject="Talk",
        draft="{{A}}",
        body="B",
        footer="F",
        live=True,
        revisions={"metawiki": {"Template:A": 2**40}},
        warned="w",
        digest="a" * 64,
        terms=Terms(72 * HOUR, proposer_may_confirm=False),
        proposed_by=run.created_by,
        proposed_at=NOW,
        expires_at=NOW + 72 * HOUR,
        started_at=NOW,
        started_by=(run.created_by,),
        halted_by=run.created_by,
        halt_reason="stop",
        finished_at=NOW,
    )
    async with database.transaction() as session:
        await runs.save(session, changed)
    async with database.transaction() as session:
        assert await runs.get(session, run.number, lock=True) == changed
        assert await runs.get(session, run.number + 1) is None


async def test_runs_are_found_by_state_and_newest_first(database: Database) -> None:
    first, second = await new_run(database), await new_run(database, "January")
    async with database.transaction() as session:
        await runs.save(session, replace(first, state=RunState.DONE))
        assert [each.number for each in await runs.in_state(session, [RunState.DRAFT])] == [
            second.number
        ]
        assert [each.number for each in await runs.latest(session, 5)] == [
            second.number,
            first.number,
        ]
        assert len(await runs.latest(session, 1)) == 1


async def test_a_funnel_takes_the_place_of_the_one_before(database: Database) -> None:
    run = await new_run(database)
    steps = (FunnelStep("bot", 1, 3), FunnelStep("blocked", 0, 3))
    left_out = (LeftOut("metawiki", "User talk:A", "a", "bot", "A"),) * 2
    async with database.transaction() as session:
        await funnels.keep(session, run.number, (FunnelStep("bot", 9, 9),), left_out)
        await funnels.keep(session, run.number, steps, left_out[:1])
    async with database.reading() as session:
        assert await funnels.steps(session, run.number) == steps
        assert await funnels.left_out(session, run.number) == left_out[:1]


async def test_a_yes_is_kept_once_with_the_identity_by_which_it_was_said(
    database: Database,
) -> None:
    run = await new_run(database)
    async with database.transaction() as session:
        said = [
            await confirmations.confirm(
                session, run.number, "a" * 64, person=run.created_by, identity=ALICE, now=at
            )
            for at in (NOW, NOW + HOUR)
        ]
    assert said == [True, False]
    async with database.transaction() as session:
        assert await confirmations.confirmations(session, run.number) == (
            Confirmation(run.created_by, ALICE, "a" * 64, NOW),
        )
        assert await confirmations.void(session, run.number) == 1
        assert await confirmations.confirmations(session, run.number) == ()


async def test_a_yes_stands_as_long_as_the_identity_is_the_persons(database: Database) -> None:
    run = await new_run(database)
    other = Identity("oftc", "alice")
    async with database.transaction() as session:
        second = await people.ensure(session, other, NOW)
        await linking.join(session, kept=run.created_by, joined=second.key, now=NOW)

        async def say(identity: Identity) -> bool:
            person, digest = run.created_by, "a" * 64
            return await confirmations.confirm(
                session, run.number, digest, person=person, identity=identity, now=NOW
            )

        assert await say(other)
        await linking.split(session, other, NOW)
        assert await confirmations.confirmations(session, run.number) == ()
        assert await say(ALICE)
        (standing,) = await confirmations.confirmations(session, run.number)
        assert standing.identity == ALICE
        with pytest.raises(LookupError):
            await say(other)


async def test_an_objection_stands_until_it_is_lifted(database: Database) -> None:
    run = await new_run(database)
    async with database.transaction() as session:
        await confirmations.object_to(
            session, run.number, person=run.created_by, reason="no", now=NOW
        )
        assert await confirmations.objections(session, run.number) == (
            Objection(run.created_by, "no", NOW),
        )
        await confirmations.lift_objections(session, run.number, NOW + HOUR)
        assert await confirmations.objections(session, run.number) == ()


async def test_what_was_shown_is_remembered_for_ever(database: Database) -> None:
    run = await new_run(database)
    async with database.transaction() as session:
        for digest, at in (("a", NOW), ("b", NOW + HOUR), ("a", NOW + 2 * HOUR)):
            await confirmations.show(session, run.number, digest, person=run.created_by, now=at)
        assert await confirmations.shown(session, run.number) == (
            ("a", run.created_by),
            ("b", run.created_by),
        )
