"""How a run's audience came about: what each step of the funnel took, and whom it left out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ForeignKey, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.runvalues import FunnelStep, LeftOut


class FunnelRow(Table):
    """One step of a run's funnel."""

    __tablename__ = "funnel"

    run: Mapped[int] = mapped_column(ForeignKey("run.number"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str]
    taken: Mapped[int]
    left: Mapped[int]


class LeftOutRow(Table):
    """One who was listed and is not written to."""

    __tablename__ = "left_out"

    key: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("run.number"), index=True)
    wiki: Mapped[str]
    title: Mapped[str]
    as_listed: Mapped[str]
    step: Mapped[str]
    detail: Mapped[str]


async def keep(
    session: AsyncSession, run: int, steps: Sequence[FunnelStep], left_out: Sequence[LeftOut]
) -> None:
    """Keep a run's funnel in place of an earlier one."""
    await session.execute(delete(FunnelRow).where(FunnelRow.run == run))
    await session.execute(delete(LeftOutRow).where(LeftOutRow.run == run))
    if steps:
        rows = [
            {"run": run, "position": n, "step": s.step, "taken": s.taken, "left": s.left}
            for n, s in enumerate(steps)
        ]
        await session.execute(insert(FunnelRow), rows)
    if left_out:
        await session.execute(insert(LeftOutRow), [_row(run, each) for each in left_out])


async def steps(session: AsyncSession, run: int) -> tuple[FunnelStep, ...]:
    """Return the steps of a run's funnel in order."""
    rows = await session.scalars(
        select(FunnelRow).where(FunnelRow.run == run).order_by(FunnelRow.position)
    )
    return tuple(FunnelStep(row.step, row.taken, row.left) for row in rows)


async def left_out(session: AsyncSession, run: int) -> tuple[LeftOut, ...]:
    """Return everybody of a run's list who is not written to, in the order of the list."""
    rows = await session.scalars(
        select(LeftOutRow).where(LeftOutRow.run == run).order_by(LeftOutRow.key)
    )
    return tuple(LeftOut(row.wiki, row.title, row.as_listed, row.step, row.detail) for row in rows)


def _row(run: int, left: LeftOut) -> dict[str, object]:
    return {
        "run": run,
        "wiki": left.wiki,
        "title": left.title,
        "as_listed": left.as_listed,
        "step": left.step,
        "detail": left.detail,
    }
