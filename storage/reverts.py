"""Messages that somebody took back on the wiki, and which of them weigh against their run still.

Whoever lets a halted run go on has looked at them: they weigh no more.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from storage.columns import Table
from storage.database import insert_once
from storage.deliveries import DeliveryRow
from storage.runs import RunRow
from storage.runvalues import DeliveryState


class RevertRow(Table):
    """One message of a run that was taken back."""

    __tablename__ = "revert"
    __table_args__ = (ForeignKeyConstraint(["run", "number"], ["delivery.run", "delivery.number"]),)

    run: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
    weighs: Mapped[bool] = mapped_column(default=True)


async def see(session: AsyncSession, run: int, numbers: Collection[int], now: datetime) -> int:
    """Keep which recipients' messages were taken back. Return how many were not known."""
    new = 0
    for number in numbers:
        kept = await session.scalar(
            insert_once(session, RevertRow)
            .values(run=run, number=number, seen_at=now, weighs=True)
            .returning(RevertRow.number)
        )
        new += kept is not None
    return new


async def ours(session: AsyncSession, run: int) -> frozenset[int]:
    """Return which of a run's messages a correction or a retraction of ours has changed."""
    first, since = aliased(DeliveryRow), aliased(DeliveryRow)
    numbers = await session.scalars(
        select(first.number)
        .join(since, since.wiki == first.wiki)
        .join(RunRow, RunRow.number == since.run)
        .where(
            first.run == run,
            RunRow.of_run == run,
            since.state == DeliveryState.SENT,
            or_(since.title == first.title, since.title == first.saved_title),
        )
    )
    return frozenset(numbers)


async def weighing(session: AsyncSession, run: int) -> int:
    """Return how many weigh against a run."""
    found = await session.scalar(
        select(func.count()).select_from(RevertRow).where(RevertRow.run == run, RevertRow.weighs)
    )
    return found or 0


async def forgive(session: AsyncSession, run: int) -> None:
    """Let those seen so far weigh no more."""
    await session.execute(
        update(RevertRow)
        .where(RevertRow.run == run)
        .values(weighs=False)
        .execution_options(synchronize_session=False)
    )
