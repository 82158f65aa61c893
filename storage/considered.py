"""Everybody who was considered for a run's audience, so that each choice can be explained."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ForeignKey, Index, String, cast, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.runs import RunRow


class ConsideredRow(Table):
    """One human, by the `name` that he goes by; `data` is what was found out about him."""

    __tablename__ = "considered"
    __table_args__ = (Index("ix_considered_name", "run", "name"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey(RunRow.number))
    name: Mapped[str]
    data: Mapped[dict[str, Any]]


async def keep(
    session: AsyncSession, run: int, people: Iterable[tuple[str, Mapping[str, Any]]]
) -> None:
    """Keep who was considered for a run, by name, in place of an earlier audience's."""
    await session.execute(delete(ConsideredRow).where(ConsideredRow.run == run))
    rows = [{"run": run, "name": name, "data": dict(data)} for name, data in people]
    if rows:
        await session.execute(insert(ConsideredRow), rows)


async def named(session: AsyncSession, run: int, name: str) -> tuple[Mapping[str, Any], ...]:
    """Return what was found out about those who go by a name: on each wiki another may."""
    rows = await session.scalars(
        select(ConsideredRow.data)
        .where(ConsideredRow.run == run, ConsideredRow.name == name)
        .order_by(ConsideredRow.key)
    )
    return tuple(rows)


async def named_before(session: AsyncSession, run: int, name: str) -> tuple[Mapping[str, Any], ...]:
    """Return what was found out about those who were seen under a name that is not theirs now."""
    written = cast(ConsideredRow.data, String).contains(json.dumps(name), autoescape=True)
    rows = await session.scalars(
        select(ConsideredRow.data)
        .where(ConsideredRow.run == run, written)
        .order_by(ConsideredRow.key)
    )
    return tuple(data for data in rows if name in data.get("names", ()))


async def names(session: AsyncSession, run: int) -> tuple[str, ...]:
    """Return the names of everybody who was considered for a run, each once."""
    found = select(ConsideredRow.name).where(ConsideredRow.run == run).distinct()
    return tuple(await session.scalars(found.order_by(ConsideredRow.name)))
