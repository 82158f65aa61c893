"""A stage with something on it: an event, a series, and runs in the states that matter."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.rules.digest import digest
from storage import deliveries, events, ledger, people, runs
from storage.database import Database
from storage.runvalues import Run, RunState, Terms
from storage.values import Event, Identity
from tests.commands.event_desks import NOW, TALKS
from tests.commands.rundesks import AUDIENCE, POLICY

_TERMS = Terms(POLICY.expiry, proposer_may_confirm=True)
_TALK = Event(
    number=0,
    uid="",
    kind="tech-talk",
    title="How talk pages work",
    starts_at=NOW + timedelta(days=3),
    zone="Europe/Stockholm",
    duration=timedelta(hours=1),
    channels=(TALKS,),
)
_EVENTS = (_TALK, replace(_TALK, recurrence_rule="FREQ=WEEKLY"))
_STATES = (RunState.DRAFT, RunState.PROPOSED, RunState.CANARY, RunState.HALTED)


async def plan(database: Database, turn: int) -> int:
    """Plan an event or, every other turn, a series. Return its number."""
    async with database.transaction() as session:
        alice, _ = await _coordinators(session)
        return await _event(session, _EVENTS[turn % len(_EVENTS)], by=alice)


async def begin(database: Database, turn: int) -> int:
    """Begin a run as Alice and Bob did, in each turn in the next state. Return its number."""
    async with database.transaction() as session:
        by = await _coordinators(session)
        return await _run(session, _STATES[turn % len(_STATES)], by=by)


async def _coordinators(session: AsyncSession) -> tuple[int, int]:
    alice, bob = [
        await people.ensure(session, Identity("libera", name), NOW) for name in ("alice", "bob")
    ]
    return alice.key, bob.key


async def _event(session: AsyncSession, event: Event, *, by: int) -> int:
    fresh = replace(event, uid=str(uuid.uuid4()))
    number = (await events.add(session, fresh, created_by=by, now=NOW)).number
    await _record(session, "event.added", f"event:{number}", by)
    return number


async def _run(session: AsyncSession, state: RunState, *, by: tuple[int, int]) -> int:
    run = await runs.add(session, "December", created_by=by[0], now=NOW)
    await deliveries.freeze(session, run.number, AUDIENCE)
    run = replace(run, state=state, subject="A talk", body="Come!")
    if state is not RunState.DRAFT:
        run = _proposed(run, by)
    await runs.save(session, run)
    await _record(session, "run.new", f"run:{run.number}", by[0])
    return run.number


def _proposed(run: Run, by: tuple[int, int]) -> Run:
    proposed = replace(
        run,
        terms=_TERMS,
        proposed_by=by[0],
        proposed_at=NOW,
        expires_at=NOW + POLICY.expiry,
        started_by=() if run.state is RunState.PROPOSED else by,
    )
    return replace(proposed, digest=digest(proposed, AUDIENCE, POLICY))


async def _record(session: AsyncSession, action: str, subject: str, by: int) -> None:
    await ledger.append(session, at=NOW, actor=by, action=action, subject=subject)
