"""Deliveries that a wiki carries out by itself: handed over many at once, claimed till they stand.

What was handed over cannot be called back, and nobody tells which of it was carried out: so a
claim of these is never put back, but stands until the message is seen or given up.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.deliveries import DeliveryRow, value_of, workable
from storage.runs import RunRow
from storage.runvalues import Delivery, DeliveryState, Way


async def waiting(
    session: AsyncSession, run: int, wiki: str, *, canary: int, now: datetime, limit: int
) -> tuple[Delivery, ...]:
    """Return the first deliveries of a run that may be handed over to a wiki now, by number."""
    rows = await session.scalars(
        select(DeliveryRow)
        .join(RunRow, RunRow.number == DeliveryRow.run)
        .where(
            DeliveryRow.run == run,
            DeliveryRow.wiki == wiki,
            DeliveryRow.way == Way.MASS_MESSAGE,
            DeliveryRow.state == DeliveryState.PENDING,
            workable(canary, now),
        )
        .order_by(DeliveryRow.number)
        .limit(limit)
    )
    return tuple(value_of(row) for row in rows)


async def claim(
    session: AsyncSession, run: int, numbers: Collection[int], *, canary: int, now: datetime
) -> frozenset[int]:
    """Claim, all at one instant, those of these few deliveries that may be handed over still.

    Return their numbers. The run's state is read under a lock, so that whoever halts it and then
    counts what is claimed has counted all.
    """
    found = await session.scalars(
        select(DeliveryRow.number)
        .join(RunRow, RunRow.number == DeliveryRow.run)
        .where(
            DeliveryRow.run == run,
            DeliveryRow.number.in_(numbers),
            DeliveryRow.state == DeliveryState.PENDING,
            workable(canary, now),
        )
        .with_for_update(read=True, of=RunRow)
    )
    free = frozenset(found)
    await session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.run == run, DeliveryRow.number.in_(free))
        .values(state=DeliveryState.CLAIMED, claimed_at=now)
        .execution_options(synchronize_session=False)
    )
    return free


async def remember(session: AsyncSession, handed: Delivery) -> None:
    """Keep that one who waits was handed over, and when, though that was forgotten."""
    await session.execute(
        update(DeliveryRow)
        .where(
            DeliveryRow.run == handed.run,
            DeliveryRow.number == handed.recipient.number,
            DeliveryRow.state == DeliveryState.PENDING,
        )
        .values(
            state=DeliveryState.CLAIMED,
            claimed_at=handed.claimed_at,
            saved_title=handed.saved_title,
        )
        .execution_options(synchronize_session=False)
    )


async def all_waiting(session: AsyncSession, run: int, wiki: str) -> tuple[Delivery, ...]:
    """Return the deliveries of a run that are to be handed over to a wiki, now or later."""
    return await _in_state(session, run, wiki, DeliveryState.PENDING)


async def handed_over(session: AsyncSession, run: int, wiki: str) -> tuple[Delivery, ...]:
    """Return the deliveries of a run that a wiki has and of which nothing was seen yet."""
    return await _in_state(session, run, wiki, DeliveryState.CLAIMED)


async def _in_state(
    session: AsyncSession, run: int, wiki: str, state: DeliveryState
) -> tuple[Delivery, ...]:
    rows = await session.scalars(
        select(DeliveryRow)
        .where(
            DeliveryRow.run == run,
            DeliveryRow.wiki == wiki,
            DeliveryRow.way == Way.MASS_MESSAGE,
            DeliveryRow.state == state,
        )
        .order_by(DeliveryRow.number)
    )
    return tuple(value_of(row) for row in rows)
