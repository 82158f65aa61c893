"""What became of single occurrences: begun, ended, recorded, and what the host told of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import events
from storage.columns import Table
from storage.values import Occurrence


class OccurrenceRow(Table):
    """One occurrence of which something is known beside its plan."""

    __tablename__ = "occurrence"
    __table_args__ = (UniqueConstraint("event", "at"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[int] = mapped_column(ForeignKey("event.number"))
    at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    recording: Mapped[str | None]
    slides: Mapped[str | None]
    notes: Mapped[str | None]
    attended: Mapped[int | None]
    questions: Mapped[list[str]] = mapped_column(default=list)


async def of(session: AsyncSession, event: int) -> tuple[Occurrence, ...]:
    """Return what is known of an event's occurrences, in order."""
    rows = await session.scalars(
        select(OccurrenceRow).where(OccurrenceRow.event == event).order_by(OccurrenceRow.at)
    )
    return tuple(value(row) for row in rows)


async def begun(session: AsyncSession, *, since: datetime) -> Mapping[int, tuple[Occurrence, ...]]:
    """Return the occurrences planned for `since` or later that were begun or ended, by event."""
    rows = await session.scalars(
        select(OccurrenceRow)
        .where(
            OccurrenceRow.at >= since,
            or_(OccurrenceRow.started_at.is_not(None), OccurrenceRow.ended_at.is_not(None)),
        )
        .order_by(OccurrenceRow.at)
    )
    found: dict[int, tuple[Occurrence, ...]] = {}
    for row in rows:
        found[row.event] = (*found.get(row.event, ()), value(row))
    return found


async def of_each(
    session: AsyncSession, events: Collection[int]
) -> Mapping[int, tuple[Occurrence, ...]]:
    """Return what is known of several events' occurrences, in order, for whom there is any."""
    found: defaultdict[int, tuple[Occurrence, ...]] = defaultdict(tuple)
    for row in await session.scalars(
        select(OccurrenceRow).where(OccurrenceRow.event.in_(events)).order_by(OccurrenceRow.at)
    ):
        found[row.event] += (value(row),)
    return found


async def get(session: AsyncSession, event: int, at: datetime) -> Occurrence:
    """Return what is known of one occurrence, which may be nothing."""
    row = await _row(session, event, at)
    return Occurrence(event, at) if row is None else value(row)


async def save(session: AsyncSession, occurrence: Occurrence, *, now: datetime) -> None:
    """Keep what is known of an occurrence. The caller has the event locked."""
    row = await _row(session, occurrence.event, occurrence.at)
    if row is None:
        row = OccurrenceRow(event=occurrence.event, at=occurrence.at)
        session.add(row)
    row.started_at, row.ended_at = occurrence.started_at, occurrence.ended_at
    row.recording, row.slides, row.notes = (
        occurrence.recording,
        occurrence.slides,
        occurrence.notes,
    )
    row.attended, row.questions = occurrence.attended, list(occurrence.questions)
    await session.flush()
    await events.touch(session, occurrence.event, changed_at=now)


def value(row: OccurrenceRow) -> Occurrence:
    """Return an occurrence as the frozen value that leaves storage."""
    return Occurrence(
        row.event,
        row.at,
        row.started_at,
        row.ended_at,
        row.recording,
        row.slides,
        row.notes,
        row.attended,
        tuple(row.questions),
    )


async def _row(session: AsyncSession, event: int, at: datetime) -> OccurrenceRow | None:
    found: OccurrenceRow | None = await session.scalar(
        select(OccurrenceRow).where(OccurrenceRow.event == event, OccurrenceRow.at == at)
    )
    return found
