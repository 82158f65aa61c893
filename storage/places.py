"""Chats that moved to another id, and chats that cannot be written to at present."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import addresses
from storage.columns import Table
from storage.database import insert_once
from storage.values import Destination, Place


class MoveRow(Table):
    """A chat that goes on under another id: all that is kept for `old` belongs to `new`."""

    __tablename__ = "chat_move"

    network: Mapped[str] = mapped_column(primary_key=True)
    old: Mapped[str] = mapped_column(primary_key=True)
    new: Mapped[str]
    moved_at: Mapped[datetime]


class LossRow(Table):
    """A chat that the bot was removed from or silenced in; kept as in `storage.addresses`."""

    __tablename__ = "chat_loss"

    network: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    since: Mapped[datetime]


async def move(session: AsyncSession, network: str, old: str, new: str, now: datetime) -> bool:
    """Keep where a chat went. Return False when that was known."""
    first = await session.scalar(
        insert_once(session, MoveRow)
        .values(network=network, old=old, new=new, moved_at=now)
        .returning(MoveRow.old)
    )
    return first is not None


async def moves(session: AsyncSession, network: str) -> Mapping[str, str]:
    """Return the new id of each chat that moved, by the old one."""
    rows = await session.execute(select(MoveRow.old, MoveRow.new).where(MoveRow.network == network))
    return {row.old: row.new for row in rows}


async def lose(session: AsyncSession, destination: Destination, reason: str, now: datetime) -> bool:
    """Note that nothing can be said there. Return False when that was known.

    Raises LookupError for an unknown account.
    """
    kept = await addresses.kept(session, [destination])
    first = await session.scalar(
        insert_once(session, LossRow)
        .values(
            network=destination.network,
            place=destination.place,
            address=kept[destination],
            reason=reason,
            since=now,
        )
        .returning(LossRow.address)
    )
    return first is not None


async def regain(session: AsyncSession, destination: Destination) -> bool:
    """Note that something can be said there again. Return False when it always could."""
    lost = await session.scalar(
        delete(LossRow)
        .where(
            LossRow.network == destination.network,
            LossRow.place == destination.place,
            addresses.is_kept_as(LossRow.address, destination),
        )
        .returning(LossRow.address)
    )
    return lost is not None


async def lost(session: AsyncSession, network: str) -> list[Destination]:
    """Return where nothing can be said at present."""
    rows = list(await session.scalars(select(LossRow).where(LossRow.network == network)))
    persons = (row.address for row in rows if row.place == Place.PERSON)
    accounts = await addresses.accounts(session, persons)
    known = {Place.CHANNEL: {row.address: row.address for row in rows}, Place.PERSON: accounts}
    return [
        Destination(network, Place(row.place), known[Place(row.place)][row.address])
        for row in rows
        if row.address in known[Place(row.place)]
    ]
