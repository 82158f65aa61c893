"""Deliveries being worked on: claimed one at a time by who holds the lane, and settled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.deliveries import DeliveryRow, recipient_of, value_of, workable
from storage.runs import RunRow
from storage.values import Delivery, DeliveryState, Recipient


@dataclass(frozen=True, slots=True)
class Saved:
    """Where the message for recipient `number` stands on his wiki."""

    number: int
    revid: int
    title: str
    saved_at: datetime


async def runs_at_work(session: AsyncSession, wiki: str, canary: int) -> tuple[int, ...]:
    """Return the runs that have something to do on a wiki now, oldest first."""
    rows = await session.scalars(
        select(DeliveryRow.run)
        .join(RunRow, RunRow.number == DeliveryRow.run)
        .where(DeliveryRow.wiki == wiki, workable(canary))
        .distinct()
        .order_by(DeliveryRow.run)
    )
    return tuple(rows)


async def claim_next(
    session: AsyncSession, wiki: str, *, runs: Collection[int], canary: int, now: datetime
) -> Delivery | None:
    """Take the next delivery of these runs on a wiki.

    The caller holds the lane in this transaction. The run's state is read under a lock, so
    that whoever halts a run and then counts what is claimed has counted all.
    """
    row = await session.scalar(
        select(DeliveryRow)
        .join(RunRow, RunRow.number == DeliveryRow.run)
        .where(
            DeliveryRow.wiki == wiki,
            DeliveryRow.run.in_(runs),
            DeliveryRow.state == DeliveryState.PENDING,
            workable(canary),
        )
        .order_by(DeliveryRow.run, DeliveryRow.number)
        .limit(1)
        .with_for_update(read=True, of=RunRow)
    )
    if row is None:
        return None
    row.state, row.claimed_at = DeliveryState.CLAIMED, now
    await session.flush()
    return value_of(row)


async def claimed(session: AsyncSession, wiki: str, runs: Collection[int]) -> tuple[Delivery, ...]:
    """Return the deliveries of these runs on a wiki whose edit may be on its way."""
    rows = await session.scalars(
        select(DeliveryRow).where(
            DeliveryRow.wiki == wiki,
            DeliveryRow.run.in_(runs),
            DeliveryRow.state == DeliveryState.CLAIMED,
        )
    )
    return tuple(value_of(row) for row in rows)


async def upcoming(session: AsyncSession, after: Delivery, *, limit: int) -> tuple[Recipient, ...]:
    """Return who comes next in the lane after a delivery of the same run."""
    rows = await session.scalars(
        select(DeliveryRow)
        .where(
            DeliveryRow.wiki == after.recipient.wiki,
            DeliveryRow.state == DeliveryState.PENDING,
            DeliveryRow.run == after.run,
            DeliveryRow.number > after.recipient.number,
        )
        .order_by(DeliveryRow.number)
        .limit(limit)
    )
    return tuple(recipient_of(row) for row in rows)


async def settle(session: AsyncSession, delivery: Delivery) -> None:
    """Keep how a claimed delivery ended, or that it waits again, while the claim is the same."""
    await session.execute(
        update(DeliveryRow)
        .where(
            DeliveryRow.run == delivery.run,
            DeliveryRow.number == delivery.recipient.number,
            DeliveryRow.state == DeliveryState.CLAIMED,
            DeliveryRow.claimed_at == delivery.claimed_at,
        )
        .values(_ending(delivery))
        .execution_options(synchronize_session=False)
    )


async def oldest(session: AsyncSession, runs: Collection[int]) -> datetime:
    """Return when the first of these runs was created. Raises LookupError when there is none."""
    created_at = await session.scalar(
        select(func.min(RunRow.created_at)).where(RunRow.number.in_(runs))
    )
    if created_at is None:
        raise LookupError(f"no runs {runs}")
    return created_at


async def record(session: AsyncSession, run: int, wiki: str, found: Sequence[Saved]) -> int:
    """Record as sent what stands on a wiki, whatever was thought of it. Return how many."""
    unrecorded = set(
        await session.scalars(
            select(DeliveryRow.number).where(
                DeliveryRow.run == run,
                DeliveryRow.wiki == wiki,
                DeliveryRow.state != DeliveryState.SENT,
            )
        )
    )
    new = {each.number: each for each in found if each.number in unrecorded}
    if new:
        await session.execute(update(DeliveryRow), [_standing(run, each) for each in new.values()])
    return len(new)


async def same_target(
    session: AsyncSession,
    delivery: Delivery,
    *,
    title: str,
    owner: str | None,
    anywhere: bool,
) -> int | None:
    """Return the number of another recipient of the run who has this page, or is this owner.

    `anywhere` looks for the owner on all wikis of the run, else only on the delivery's own.
    Those skipped count for nothing: else two pages that lead to one another lose both.
    """
    here = DeliveryRow.wiki == delivery.recipient.wiki
    page = and_(here, or_(DeliveryRow.title == title, DeliveryRow.saved_title == title))
    human = DeliveryRow.user == owner if anywhere else and_(here, DeliveryRow.user == owner)
    return await session.scalar(
        select(func.min(DeliveryRow.number)).where(
            DeliveryRow.run == delivery.run,
            DeliveryRow.number != delivery.recipient.number,
            DeliveryRow.state != DeliveryState.SKIPPED,
            page if owner is None else or_(page, human),
        )
    )


def _ending(delivery: Delivery) -> dict[str, Any]:
    return {
        "state": delivery.state,
        "attempts": delivery.attempts,
        "claimed_at": delivery.claimed_at,
        "revid": delivery.revid,
        "saved_title": delivery.saved_title,
        "saved_at": delivery.saved_at,
        "outcome": delivery.outcome,
        "detail": delivery.detail,
        "retriable": delivery.retriable,
    }


def _standing(run: int, saved: Saved) -> dict[str, Any]:
    return {
        "run": run,
        "number": saved.number,
        "state": DeliveryState.SENT,
        "revid": saved.revid,
        "saved_title": saved.title,
        "saved_at": saved.saved_at,
        "outcome": "",
        "detail": "",
        "retriable": False,
    }
