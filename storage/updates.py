"""Which lines of a network that may deliver one twice were obeyed already."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.database import insert_once

REMEMBERED = timedelta(days=3)
"""Longer than a network keeps what was not fetched (Bot API, getUpdates: 24 hours)."""


class UpdateRow(Table):
    """One line that was obeyed, by the network's own number for it."""

    __tablename__ = "heard_update"

    network: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    heard_at: Mapped[datetime] = mapped_column(index=True)


async def note(session: AsyncSession, network: str, number: int, now: datetime) -> bool:
    """Note that a line is obeyed. Return False when it was before. Old notes are forgotten."""
    await session.execute(delete(UpdateRow).where(UpdateRow.heard_at < now - REMEMBERED))
    first = await session.scalar(
        insert_once(session, UpdateRow)
        .values(network=network, number=number, heard_at=now)
        .returning(UpdateRow.number)
    )
    return first is not None
