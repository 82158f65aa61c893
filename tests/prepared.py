"""Runs as coordinators would have prepared and confirmed them, made directly in the database."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select, update

from commands.messages import recalled
from commands.rules.breaker import resumed
from storage import deliveries, people, reverts, runs
from storage.database import Database
from storage.deliveries import DeliveryRow
from storage.notices import NoticeRow
from storage.runvalues import Delivery, DeliveryState, Recipient, Run, RunState
from storage.values import Identity

TALK = {"svwiki": "Användardiskussion"}


def recipients(pages: Iterable[tuple[str, str]]) -> list[Recipient]:
    """Return recipients of (wiki, user), numbered in this order."""
    return [
        Recipient(
            number,
            wiki,
            f"{TALK.get(wiki, 'User talk')}:{user}",
            user,
            f"{user}@{wiki}",
            "you gave a talk",
        )
        for number, (wiki, user) in enumerate(pages, start=1)
    ]


def page(title: str, *, wiki: str = "metawiki", user: str | None = None) -> Recipient:
    """Return the only recipient of a run: a user talk page unless `user` is given as empty."""
    owner = title.partition(":")[2] if user is None else user or None
    return Recipient(1, wiki, title, owner, title, "you gave a talk")


async def confirmed(database: Database, audience: Sequence[Recipient], **different: object) -> Run:
    """Return a run that two have confirmed just now, with a digest like no other."""
    now = datetime.now(UTC)
    usual: dict[str, object] = {
        "state": RunState.CANARY,
        "subject": "Tech talk in December",
        "body": "There will be a talk.",
        "footer": "<small>Sent on behalf of Alice, because {reason}.</small>",
        "digest": secrets.token_hex(32),
        "proposed_at": now,
        "started_at": now,
    }
    async with database.transaction() as session:
        alice = await people.ensure(session, Identity("libera", "alice"), now)
        run = await runs.add(session, "December", created_by=alice.key, now=now)
        await deliveries.freeze(session, run.number, audience)
        run = replace(run, proposed_by=alice.key, **(usual | different))  # type: ignore[arg-type]
        await runs.save(session, run)
    return run


async def the_run(database: Database, number: int = 1) -> Run:
    """Return a run as it is by now."""
    async with database.reading() as session:
        found = await runs.get(session, number)
    assert found is not None
    return found


async def stands(database: Database, run: Run) -> RunState:
    """Return the state in which a run is by now."""
    return (await the_run(database, run.number)).state


async def all_deliveries(database: Database, run: Run) -> tuple[Delivery, ...]:
    """Return what became of all recipients of a run by now."""
    async with database.reading() as session:
        return await deliveries.of_run(session, run.number)


async def as_it_was_at_the_start(database: Database, number: int) -> Run:
    """Make the database forget all that was delivered of a run, as an old backup would."""
    async with database.transaction() as session:
        await session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.run == number)
            .values(state=DeliveryState.PENDING, revid=None, saved_title=None, saved_at=None)
        )
        run = await runs.get(session, number, lock=True)
        assert run is not None
        await runs.save(session, replace(run, state=RunState.CANARY))
    return run


async def halt(database: Database, run: Run) -> None:
    """Halt a run, as a coordinator does."""
    async with database.transaction() as session:
        under_way = await runs.get(session, run.number, lock=True)
        assert under_way is not None
        await runs.save(session, replace(under_way, state=RunState.HALTED))


async def cancel(database: Database, run: Run) -> None:
    """End a run for good, as `run cancel` does."""
    async with database.transaction() as session:
        found = await runs.get(session, run.number, lock=True)
        assert found is not None
        await deliveries.skip_waiting(session, run.number, outcome="cancelled")
        await runs.save(session, replace(found, state=RunState.CANCELLED))


async def resume(database: Database, run: Run) -> None:
    """Let a halted run go on, as `resume` and `run retry` do."""
    async with database.transaction() as session:
        halted = await runs.get(session, run.number, lock=True)
        assert halted is not None
        await deliveries.retry(session, run.number)
        canaries = await deliveries.canaries(session, run.number, 5)
        state = resumed(canaries, rests_until=halted.rests_until, now=datetime.now(UTC))
        await reverts.forgive(session, run.number)
        await runs.save(session, replace(halted, state=state, halt_reason=None))


async def said(database: Database, run: Run) -> list[str]:
    """Return the keys of what the coordinators were told of a run."""
    async with database.reading() as session:
        rows = await session.scalars(
            select(NoticeRow).where(NoticeRow.run == run.number).order_by(NoticeRow.number)
        )
        return [each.key for row in rows for each in recalled(row.reply or {}).lines]
