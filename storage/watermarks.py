"""How far something that goes on without us was read, so that a restart goes on from there."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.database import insert_once


class WatermarkRow(Table):
    """The place up to which `name` was read."""

    __tablename__ = "watermark"

    name: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str]


async def get(session: AsyncSession, name: str) -> str | None:
    """Return up to where something was read, None where it never was."""
    row = await session.get(WatermarkRow, name)
    return None if row is None else row.place


async def put(session: AsyncSession, name: str, place: str) -> None:
    """Keep up to where something was read."""
    first = await session.scalar(
        insert_once(session, WatermarkRow)
        .values(name=name, place=place)
        .returning(WatermarkRow.name)
    )
    if first is None:
        await session.execute(
            update(WatermarkRow).where(WatermarkRow.name == name).values(place=place)
        )
