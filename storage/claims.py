"""Deliveries being worked on: what is claimed, what comes next, what stands on the wiki.

They are claimed one at a time by who holds the lane (see `storage.steps`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.deliveries import DeliveryRow, recipient_of, unsettled, value_of
from storage.runs import RunRow
from storage.runvalues import Delivery, DeliveryState, Recipient, Way

_DELIVERY = DeliveryRow.metadata.tables[DeliveryRow.__tablename__]

ENDING = (
    update(_DELIVERY)
    .where(
        _DELIVERY.c.run == bindparam("of_run"),
        _DELIVERY.c.number == bindparam("of_number"),
        _DELIVERY.c.state == DeliveryState.CLAIMED,
        _DELIVERY.c.claimed_at == bindparam("of_claim"),
    )
    .values(
        state=bindparam("to_state"),
        attempts=bindparam("to_attempts"),
        due_at=bindparam("to_due_at"),
        put_off_at=bindparam("to_put_off_at"),
        revid=bindparam("to_revid"),
        saved_title=bindparam("to_title"),
        saved_at=bindparam("to_saved_at"),
        verified=bindparam("to_verified"),
        outcome=bindparam("to_outcome"),
        detail=bindparam("to_detail"),
        retriable=bindparam("to_retriable"),
    )
)
"""Keeps how a claimed delivery ended, while the claim is the same."""


@dataclass(frozen=True, slots=True)
class Saved:
    """Where the message for recipient `number` stands on his wiki."""

    number: int
    revid: int
    title: str
    saved_at: datetime


async def runs_at_work(
    session: AsyncSession, wiki: str, *, canary: int, now: datetime
) -> tuple[int, ...]:
    """Return the runs that have something to do on a wiki now, oldest first.

    Those that were cancelled are among them until it is known how their last edits ended.
    """
    rows = await session.scalars(
        select(DeliveryRow.run)
        .join(RunRow, RunRow.number == DeliveryRow.run)
        .where(DeliveryRow.wiki == wiki, unsettled(canary, now))
        .distinct()
        .order_by(DeliveryRow.run)
    )
    return tuple(rows)


async def claimed(session: AsyncSession, wiki: str, runs: Collection[int]) -> tuple[Delivery, ...]:
    """Return the deliveries of these runs on a wiki whose edit may be on its way.

    What was handed over is another matter (see `storage.handovers`).
    """
    rows = await session.scalars(
        select(DeliveryRow).where(
            DeliveryRow.wiki == wiki,
            DeliveryRow.run.in_(runs),
            DeliveryRow.state == DeliveryState.CLAIMED,
            DeliveryRow.way != Way.MASS_MESSAGE,
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
    await session.execute(ENDING, ending(delivery))


def ending(delivery: Delivery) -> dict[str, Any]:
    """Return the parameters of ENDING."""
    return {
        "of_run": delivery.run,
        "of_number": delivery.recipient.number,
        "of_claim": delivery.claimed_at,
        "to_state": delivery.state,
        "to_attempts": delivery.attempts,
        "to_due_at": delivery.due_at,
        "to_put_off_at": delivery.put_off_at,
        "to_revid": delivery.revid,
        "to_title": delivery.saved_title,
        "to_saved_at": delivery.saved_at,
        "to_verified": delivery.verified,
        "to_outcome": delivery.outcome,
        "to_detail": delivery.detail,
        "to_retriable": delivery.retriable,
    }


async def oldest(session: AsyncSession, runs: Collection[int]) -> datetime:
    """Return when the first of these runs was created. Raises LookupError when there is none."""
    created_at = await session.scalar(
        select(func.min(RunRow.created_at)).where(RunRow.number.in_(runs))
    )
    if created_at is None:
        raise LookupError(f"no runs {runs}")
    return created_at


async def record(session: AsyncSession, run: int, wiki: str, found: Sequence[Saved]) -> int:
    """Record as sent what stands on a wiki, whatever was thought of it. Return how many.

    What is on record as sent is verified by it, where it is the same revision.
    """
    asked = await session.execute(
        select(DeliveryRow.number, DeliveryRow.state, DeliveryRow.revid).where(
            DeliveryRow.run == run,
            DeliveryRow.wiki == wiki,
            or_(DeliveryRow.state != DeliveryState.SENT, DeliveryRow.verified.is_(False)),
        )
    )
    rows = asked.all()
    unsent = {row.number for row in rows if row.state != DeliveryState.SENT}
    sent = {(row.number, row.revid) for row in rows if row.state == DeliveryState.SENT}
    new = {each.number: _standing(run, each) for each in found if each.number in unsent}
    same = {
        each.number: {"run": run, "number": each.number, "verified": True}
        for each in found
        if (each.number, each.revid) in sent
    }
    for changed in (new, same):
        if changed:
            await session.execute(update(DeliveryRow), list(changed.values()))
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


def _standing(run: int, saved: Saved) -> dict[str, Any]:
    return {
        "run": run,
        "number": saved.number,
        "state": DeliveryState.SENT,
        "revid": saved.revid,
        "saved_title": saved.title,
        "saved_at": saved.saved_at,
        "verified": True,
        "outcome": "",
        "detail": "",
        "retriable": False,
    }
