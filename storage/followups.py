"""What hosts are asked after their events, how often they were, and whether they answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import events, occurrences
from storage.columns import Table
from storage.database import insert_once
from storage.events import EventRow
from storage.values import EventState, FollowUp, FollowUpState, Shown


class FollowUpRow(Table):
    """One question to the host of one occurrence."""

    __tablename__ = "follow_up"
    __table_args__ = (UniqueConstraint("event", "occurrence"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[int] = mapped_column(ForeignKey("event.number"))
    occurrence: Mapped[datetime]
    ended_at: Mapped[datetime]
    asked: Mapped[int] = mapped_column(default=0)
    """How often he was asked."""
    state: Mapped[str]
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]


async def candidates(session: AsyncSession, *, since: datetime) -> tuple[Shown, ...]:
    """Return what may have ended after `since`: started at or after it, or a series."""
    rows = await session.scalars(
        select(EventRow)
        .where(
            EventRow.state == EventState.SCHEDULED,
            EventRow.test.is_(False),
            EventRow.recurrence_rule.is_not(None) | (EventRow.starts_at >= since),
        )
        .order_by(EventRow.number)
    )
    those = [events.value(row) for row in rows]
    known = await occurrences.of_each(session, [each.number for each in those])
    return tuple(Shown(each, known.get(each.number, ())) for each in those)


async def begun(session: AsyncSession, *, since: datetime) -> frozenset[tuple[int, datetime]]:
    """Return the occurrences planned for `since` or later whose hosts are asked, or were."""
    rows = await session.execute(
        select(FollowUpRow.event, FollowUpRow.occurrence).where(FollowUpRow.occurrence >= since)
    )
    return frozenset((row[0], row[1]) for row in rows)


async def begin(
    session: AsyncSession, event: int, occurrence: datetime, *, ended_at: datetime, due_at: datetime
) -> None:
    """Keep that a host is to be asked about an occurrence; it is asked about once for ever."""
    await session.execute(
        insert_once(session, FollowUpRow).values(
            event=event,
            occurrence=occurrence,
            ended_at=ended_at,
            asked=0,
            state=FollowUpState.OPEN,
            wake_at=due_at,
        )
    )


async def due(session: AsyncSession, now: datetime) -> tuple[FollowUp, ...]:
    """Return what is due, locked; what another process attends to at this moment is left out."""
    rows = await session.scalars(
        select(FollowUpRow)
        .where(FollowUpRow.wake_at <= now)
        .order_by(FollowUpRow.wake_at, FollowUpRow.key)
        .with_for_update(skip_locked=True)
    )
    return tuple(_value(row) for row in rows)


async def next_due(session: AsyncSession) -> datetime | None:
    """Return when a host is to be asked next."""
    return await session.scalar(select(func.min(FollowUpRow.wake_at)))


async def save(session: AsyncSession, asked: FollowUp) -> None:
    """Keep how often a host was asked, and when he is to be asked again."""
    await session.execute(
        update(FollowUpRow)
        .where(FollowUpRow.event == asked.event, FollowUpRow.occurrence == asked.occurrence)
        .values(asked=asked.asked, state=asked.state, wake_at=asked.wake_at)
        .execution_options(synchronize_session=False)
    )


async def answer(session: AsyncSession, event: int, occurrence: datetime, now: datetime) -> None:
    """Keep that a host has told of an occurrence: he is not asked any more."""
    await session.execute(
        update(FollowUpRow)
        .where(FollowUpRow.event == event, FollowUpRow.occurrence == occurrence)
        .values(state=FollowUpState.ANSWERED, wake_at=None, answered_at=now)
        .execution_options(synchronize_session=False)
    )


def _value(row: FollowUpRow) -> FollowUp:
    return FollowUp(
        row.event, row.occurrence, row.ended_at, row.asked, FollowUpState(row.state), row.wake_at
    )
