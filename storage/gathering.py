"""What a long errand has found out so far, so that it goes on there after a crash."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.database import insert_once
from storage.errands import ErrandRow


class GatheringRow(Table):
    """One part of what an errand gathers; its `name` says which, its `data` what came of it."""

    __tablename__ = "gathering"

    errand: Mapped[int] = mapped_column(ForeignKey(ErrandRow.number), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[Any] = mapped_column(JSON)


async def keep(session: AsyncSession, errand: int, name: str, data: object) -> None:
    """Keep a part, as plain data."""
    await session.execute(
        insert_once(session, GatheringRow).values(errand=errand, name=name, data=data)
    )


async def part(session: AsyncSession, errand: int, name: str) -> Any:
    """Return what was kept as a part; None where nothing was."""
    return await session.scalar(
        select(GatheringRow.data).where(GatheringRow.errand == errand, GatheringRow.name == name)
    )


async def forget(session: AsyncSession, errand: int) -> None:
    """Forget all parts of an errand that is done."""
    await session.execute(delete(GatheringRow).where(GatheringRow.errand == errand))
