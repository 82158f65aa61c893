"""All that may be shown of events, and what of it changed since a reader last looked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import events, occurrences
from storage.attendance import AttendanceRow
from storage.events import EventRow
from storage.values import AttendanceState, Shown


async def changed_since(
    session: AsyncSession, known: int, *, limit: int
) -> tuple[tuple[Shown, int], ...]:
    """Return what was changed after an edition, each with its edition, in their order.

    Everything is returned, also what must not be shown any more: the reader decides.
    """
    rows = tuple(
        await session.scalars(
            select(EventRow).where(EventRow.version > known).order_by(EventRow.version).limit(limit)
        )
    )
    numbers = [row.number for row in rows]
    held = await occurrences.of_each(session, numbers)
    coming = await _coming(session, numbers)
    return tuple(
        (
            Shown(events.value(row), held.get(row.number, ()), coming.get(row.number, 0)),
            row.version,
        )
        for row in rows
    )


async def _coming(session: AsyncSession, numbers: Collection[int]) -> Mapping[int, int]:
    rows = await session.execute(
        select(AttendanceRow.event, func.count())
        .where(AttendanceRow.event.in_(numbers), AttendanceRow.state == AttendanceState.COMING)
        .group_by(AttendanceRow.event)
    )
    return {row[0]: row[1] for row in rows}
