"""What stands of earlier runs: the last text of ours that each recipient's section was given."""

from __future__ import annotations

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.deliveries import DeliveryRow, value_of
from storage.runs import RunRow
from storage.runvalues import Delivery, DeliveryState, RunKind


async def written(session: AsyncSession, run: int) -> tuple[Delivery, ...]:
    """Return a run's messages that were saved as sections.

    A section that an earlier correction of the run gave a new text comes as that correction's
    delivery: its revision holds what stands there now.
    """
    rows = await session.scalars(_saved(run))
    last = {(row.wiki, row.title): value_of(row) for row in rows}
    return tuple(last.values())


async def written_to(session: AsyncSession, run: int, wiki: str, title: str) -> Delivery | None:
    """Return the message of a run to the recipient who has this page, as `written` does."""
    here = _saved(run).where(DeliveryRow.wiki == wiki, DeliveryRow.title == title)
    rows = (await session.scalars(here)).all()
    return value_of(rows[-1]) if rows else None


def _saved(run: int) -> Select[DeliveryRow]:
    corrects = and_(RunRow.of_run == run, RunRow.kind == RunKind.CORRECTION)
    return (
        select(DeliveryRow)
        .join(RunRow, RunRow.number == DeliveryRow.run)
        .where(
            or_(DeliveryRow.run == run, corrects),
            DeliveryRow.state == DeliveryState.SENT,
            DeliveryRow.revid.is_not(None),
        )
        # Of two corrections, the one that was made first may have been sent last.
        .order_by(DeliveryRow.saved_at, DeliveryRow.run, DeliveryRow.number)
    )
