"""What has been told of each run's progress, so that it is told once and not too often."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.database import insert_once


class ProgressRow(Table):
    """The last progress line of a run."""

    __tablename__ = "progress"

    run: Mapped[int] = mapped_column(ForeignKey("run.number"), primary_key=True)
    percent: Mapped[int]
    told_at: Mapped[datetime]


async def begin(session: AsyncSession, run: int, now: datetime) -> bool:
    """Note that a run's start is told. Return False when it was told before."""
    begun = await session.scalar(
        insert_once(session, ProgressRow)
        .values(run=run, percent=0, told_at=now)
        .returning(ProgressRow.run)
    )
    return begun is not None


async def advance(
    session: AsyncSession, run: int, percent: int, *, now: datetime, pause: timedelta
) -> bool:
    """Note that a percentage is told. Return False when it was, or when `pause` is not over."""
    told = await session.scalar(
        update(ProgressRow)
        .where(
            ProgressRow.run == run,
            ProgressRow.percent < percent,
            ProgressRow.told_at <= now - pause,
        )
        .values(percent=percent, told_at=now)
        .returning(ProgressRow.run)
        .execution_options(synchronize_session=False)
    )
    return told is not None
