"""The steps by which each event is made known: who takes them, when, and which are done."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import events
from storage.columns import Table
from storage.database import insert_once
from storage.events import EventRow
from storage.promotionvalues import Deed, Doer, Step, StepState
from storage.values import Event, EventState


class PromotionStepRow(Table):
    """One step of the plan for one occurrence. `step` is its name in the plan."""

    __tablename__ = "promotion_step"
    __table_args__ = (UniqueConstraint("event", "occurrence", "number"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[int] = mapped_column(ForeignKey("event.number"))
    occurrence: Mapped[datetime]
    number: Mapped[int]
    step: Mapped[str]
    doer: Mapped[str]
    deed: Mapped[str | None]
    before: Mapped[timedelta]
    due_at: Mapped[datetime]
    state: Mapped[str]
    text: Mapped[str]
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    """When something is to be done about it, None once nothing is."""
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))


async def latest(session: AsyncSession, event: int) -> tuple[Step, ...]:
    """Return the plan for the newest occurrence that has one, by the numbers of its steps."""
    newest = (
        select(func.max(PromotionStepRow.occurrence))
        .where(PromotionStepRow.event == event)
        .scalar_subquery()
    )
    rows = await session.scalars(
        select(PromotionStepRow)
        .where(PromotionStepRow.event == event, PromotionStepRow.occurrence == newest)
        .order_by(PromotionStepRow.number)
    )
    return tuple(_value(row) for row in rows)


async def add(session: AsyncSession, steps: Iterable[Step]) -> None:
    """Keep new steps; their keys are not looked at. What another process has added stays."""
    if rows := [_columns(step) for step in steps]:
        await session.execute(insert_once(session, PromotionStepRow), rows)


async def save(session: AsyncSession, step: Step) -> None:
    """Keep a step's changed values. The caller has its event locked."""
    row = await session.get_one(PromotionStepRow, step.key)
    for name, value in _columns(step).items():
        setattr(row, name, value)
    await session.flush()


async def next_due(
    session: AsyncSession, now: datetime, *, besides: Collection[int] = ()
) -> tuple[Event, Step] | None:
    """Return a step about which something is to be done, the longest due first, and its event.

    The event is locked; a step that another process saw to meanwhile comes back no more.
    """
    due = (PromotionStepRow.wake_at <= now, PromotionStepRow.key.not_in(besides))
    while True:
        found = await session.scalar(
            select(PromotionStepRow).where(*due).order_by(PromotionStepRow.wake_at).limit(1)
        )
        if found is None:
            return None
        event = await events.get(session, found.event, lock=True)
        row = await session.scalar(
            select(PromotionStepRow)
            .where(*due, PromotionStepRow.key == found.key)
            .execution_options(populate_existing=True)
        )
        if event is not None and row is not None:
            return event, _value(row)


async def next_wake(session: AsyncSession) -> datetime | None:
    """Return when something is to be done next about a step."""
    return await session.scalar(select(func.min(PromotionStepRow.wake_at)))


async def behind(session: AsyncSession, now: datetime) -> tuple[int, ...]:
    """Return the live series whose newest plan is for an occurrence that has begun."""
    newest = func.max(PromotionStepRow.occurrence)
    rows = await session.scalars(
        select(PromotionStepRow.event)
        .join(EventRow, EventRow.number == PromotionStepRow.event)
        .where(EventRow.state == EventState.SCHEDULED, EventRow.planned_until.is_not(None))
        .group_by(PromotionStepRow.event)
        .having(newest <= now)
        .order_by(PromotionStepRow.event)
    )
    return tuple(rows)


def _columns(step: Step) -> dict[str, Any]:
    return {
        "event": step.event,
        "occurrence": step.occurrence,
        "number": step.number,
        "step": step.name,
        "doer": step.doer,
        "deed": step.deed,
        "before": step.before,
        "due_at": step.due_at,
        "state": step.state,
        "text": step.text,
        "wake_at": step.wake_at,
        "done_at": step.done_at,
        "done_by": step.done_by,
    }


def _value(row: PromotionStepRow) -> Step:
    return Step(
        key=row.key,
        event=row.event,
        occurrence=row.occurrence,
        number=row.number,
        name=row.step,
        doer=Doer(row.doer),
        before=row.before,
        due_at=row.due_at,
        deed=Deed(row.deed) if row.deed else None,
        text=row.text,
        state=StepState(row.state),
        wake_at=row.wake_at,
        done_at=row.done_at,
        done_by=row.done_by,
    )
