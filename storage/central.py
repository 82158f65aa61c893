"""Global accounts as the wikis told of them, kept for a while: they are asked for one by one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.database import insert_or_replace

_AT_ONCE = 500
"""Names in one statement: databases bound how many values it may have."""


class GlobalAccountRow(Table):
    """One name; `data` is what it stands for, null where there is no global account."""

    __tablename__ = "global_account"

    name: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[Any] = mapped_column(JSON)
    asked_at: Mapped[datetime] = mapped_column(index=True)


async def known(
    session: AsyncSession, names: Collection[str], *, since: datetime
) -> dict[str, Mapping[str, Any] | None]:
    """Return what was told of these names since then, by name; the others are left out."""
    found: dict[str, Mapping[str, Any] | None] = {}
    ordered = sorted(set(names))
    for first in range(0, len(ordered), _AT_ONCE):
        rows = await session.execute(
            select(GlobalAccountRow.name, GlobalAccountRow.data).where(
                GlobalAccountRow.name.in_(ordered[first : first + _AT_ONCE]),
                GlobalAccountRow.asked_at >= since,
            )
        )
        found |= {row.name: row.data for row in rows}
    return found


async def keep(
    session: AsyncSession, told: Mapping[str, Mapping[str, Any] | None], *, now: datetime
) -> None:
    """Keep what was told of names now, in place of what was told before."""
    rows = [{"name": name, "data": told[name], "asked_at": now} for name in sorted(told)]
    for first in range(0, len(rows), _AT_ONCE):
        await session.execute(
            insert_or_replace(session, GlobalAccountRow, by="name"), rows[first : first + _AT_ONCE]
        )


async def forget(session: AsyncSession, before: datetime) -> None:
    """Forget what was told before then, but for what somebody is just asking about anew."""
    old = (
        select(GlobalAccountRow.name)
        .where(GlobalAccountRow.asked_at < before)
        .with_for_update(skip_locked=True)
    )
    await session.execute(
        delete(GlobalAccountRow)
        .where(GlobalAccountRow.name.in_(old))
        .execution_options(synchronize_session=False)
    )
