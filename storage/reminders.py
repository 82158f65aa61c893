"""The reminders among the notices: planned by event, judged together, one said for several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.notices import NoticeRow, insert, same_matter, to_plan, told_at, values_of
from storage.values import Destination, Notice, NoticeKind, NoticeState, Planned


async def plan(session: AsyncSession, event: int, reminders: Iterable[Planned]) -> None:
    """Plan the reminders of an event; those planned or settled before stay as they are."""
    rows = [
        to_plan(each.once, NoticeKind.REMINDER, each.due_at, each.destination)
        | {"event": event, "occurrence": each.occurrence, "offset": each.offset}
        for each in reminders
    ]
    if rows:
        await insert(session, rows)


async def drop(session: AsyncSession, event: int, *, after: datetime) -> None:
    """Forget what is due after an instant of an event that changed; it is planned anew from it.

    What was due before stays, and is judged by the event as it then is: a change must not lose
    a reminder that is merely late.
    """
    await session.execute(delete(NoticeRow).where(*_open(event), NoticeRow.due_at > after))


async def drop_for(session: AsyncSession, event: int, destination: Destination) -> None:
    """Forget all that a destination has not yet been told of an event."""
    await session.execute(delete(NoticeRow).where(*_open(event), *told_at(destination)))


async def hasten(session: AsyncSession, event: int, occurrence: datetime, now: datetime) -> None:
    """Have the start lines of an occurrence said now, as far as they are still to be said."""
    await session.execute(
        update(NoticeRow)
        .where(
            *_open(event),
            NoticeRow.occurrence == occurrence,
            NoticeRow.offset == timedelta(0),
            NoticeRow.state == NoticeState.PENDING,
            NoticeRow.due_at > now,
        )
        .values(due_at=now, wake_at=now)
        .execution_options(synchronize_session=False)
    )


async def drop_occurrence(session: AsyncSession, event: int, occurrence: datetime) -> None:
    """Forget what is still to be said of an occurrence that is over."""
    await session.execute(
        delete(NoticeRow).where(*_open(event), NoticeRow.occurrence == occurrence)
    )


async def told(
    session: AsyncSession, event: int, occurrence: datetime | None
) -> tuple[Destination, ...]:
    """Return where something was said, or is being said, of an occurrence; with None, of any."""
    where = [
        NoticeRow.event == event,
        NoticeRow.kind.in_((NoticeKind.REMINDER, NoticeKind.ANNOUNCEMENT, NoticeKind.LINK)),
        NoticeRow.state.in_((NoticeState.SENT, NoticeState.CLAIMED)),
    ]
    if occurrence is not None:
        where.append(NoticeRow.occurrence == occurrence)
    rows = await session.scalars(select(NoticeRow).where(*where))
    found = dict.fromkeys(each.destination for each in await values_of(session, rows))
    return tuple(each for each in found if each.address)


async def pending(session: AsyncSession, event: int) -> tuple[Notice, ...]:
    """Return the reminders of an event that are still to be said, by due time."""
    rows = await session.scalars(
        select(NoticeRow).where(*_open(event)).order_by(NoticeRow.due_at, NoticeRow.number)
    )
    return await values_of(session, rows)


async def due_with(session: AsyncSession, notice: Notice, now: datetime) -> tuple[Notice, ...]:
    """Return the open reminders of the same event and destination that are due, itself too."""
    rows = await session.scalars(
        select(NoticeRow).where(
            *same_matter(notice), NoticeRow.due_at <= now, NoticeRow.wake_at.is_not(None)
        )
    )
    return await values_of(session, rows)


async def said(session: AsyncSession, notice: Notice) -> Mapping[datetime | None, timedelta]:
    """Return the smallest offset that the destination was told of the event, by occurrence."""
    rows = await session.execute(
        select(NoticeRow.occurrence, func.min(NoticeRow.offset))
        .where(*same_matter(notice), NoticeRow.state == NoticeState.SENT)
        .group_by(NoticeRow.occurrence)
    )
    return {occurrence: offset for occurrence, offset in rows if offset is not None}


async def absorb(session: AsyncSession, numbers: Iterable[int], now: datetime) -> None:
    """Settle reminders that another one said, whoever has claimed them by now."""
    await session.execute(
        update(NoticeRow)
        .where(NoticeRow.number.in_(tuple(numbers)), NoticeRow.wake_at.is_not(None))
        .values(state=NoticeState.MERGED, wake_at=None, finished_at=now)
        .execution_options(synchronize_session=False)
    )


def _open(event: int) -> tuple[ColumnElement[bool], ...]:
    return (
        NoticeRow.event == event,
        NoticeRow.kind == NoticeKind.REMINDER,
        NoticeRow.wake_at.is_not(None),
    )
