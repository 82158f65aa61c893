"""Who said that he comes to an event."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.database import insert_once


class AttendanceState(StrEnum):
    """How somebody stands on an event's list."""

    COMING = "coming"
    WAITING = "waiting"
    OFFERED = "offered"
    """A place became free, and is his for a while."""


class AttendanceRow(Table):
    """One person's word that he comes to one event, to every occurrence of a series."""

    __tablename__ = "attendance"

    event: Mapped[int] = mapped_column(ForeignKey("event.number"), primary_key=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.key"), primary_key=True, index=True)
    said_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="coming")
    private: Mapped[bool] = mapped_column(default=False)
    identity: Mapped[int | None] = mapped_column(ForeignKey("identity.key"))
    """By which he is told of the event in private."""
    offered_until: Mapped[datetime | None] = mapped_column(index=True)
    """Until when the place that became free waits for his answer."""


# Asked for with every event shown, and made once: to make it takes longer than to run it.
_COUNT = (
    select(func.count()).select_from(AttendanceRow).where(AttendanceRow.event == bindparam("event"))
)


async def come(session: AsyncSession, event: int, *, person: int, now: datetime) -> bool:
    """Keep that a person comes. Return False when he had said so already."""
    said = await session.scalar(
        insert_once(session, AttendanceRow)
        .values(event=event, person=person, said_at=now)
        .returning(AttendanceRow.person)
    )
    return said is not None


async def stay_away(session: AsyncSession, event: int, *, person: int) -> bool:
    """Forget that a person comes. Return False when he had not said so."""
    said = await session.scalar(
        delete(AttendanceRow)
        .where(AttendanceRow.event == event, AttendanceRow.person == person)
        .returning(AttendanceRow.person)
    )
    return said is not None


async def join(session: AsyncSession, *, kept: int, joined: int) -> tuple[int, ...]:
    """Let `kept` come to whatever `joined` came to.

    Return the events to which both came: they have one fewer now.
    """
    his = select(AttendanceRow.event).where(AttendanceRow.person == kept)
    both = await session.scalars(
        delete(AttendanceRow)
        .where(AttendanceRow.person == joined, AttendanceRow.event.in_(his))
        .returning(AttendanceRow.event)
        .execution_options(synchronize_session=False)
    )
    fewer = tuple(both.all())
    await session.execute(
        update(AttendanceRow)
        .where(AttendanceRow.person == joined)
        .values(person=kept)
        .execution_options(synchronize_session=False)
    )
    return fewer


async def count(session: AsyncSession, event: int) -> int:
    """Return how many come."""
    return await session.scalar(_COUNT, {"event": event}) or 0
