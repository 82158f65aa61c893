"""How long before any event that they come to persons want to be told, once and for all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.people import IdentityRow, key_of
from storage.values import Destination, Identity, Place, StandingWish


class StandingWishRow(Table):
    """One person's wish, told to one account of his. `offsets` are seconds before the start."""

    __tablename__ = "standing_wish"

    person: Mapped[int] = mapped_column(ForeignKey("person.key"), primary_key=True)
    identity: Mapped[int] = mapped_column(ForeignKey("identity.key"))
    offsets: Mapped[list[int]]
    said_at: Mapped[datetime]


async def keep(
    session: AsyncSession,
    person: int,
    offsets: Collection[timedelta],
    *,
    identity: Identity,
    now: datetime,
) -> None:
    """Keep a person's wish in place of an earlier one; without offsets he is told never."""
    key = await session.scalar(select(key_of(identity)))
    row = await session.get(StandingWishRow, person)
    if row is None:
        row = StandingWishRow(person=person)
        session.add(row)
    if key is not None:
        row.identity = key
    row.offsets = [round(each.total_seconds()) for each in offsets]
    row.said_at = now
    await session.flush()


async def of(session: AsyncSession, persons: Collection[int]) -> Mapping[int, StandingWish]:
    """Return the wishes of those of these persons who have one."""
    rows = await session.execute(
        select(StandingWishRow, IdentityRow.network, IdentityRow.account)
        .join(IdentityRow, IdentityRow.key == StandingWishRow.identity)
        .where(StandingWishRow.person.in_(persons))
        .execution_options(populate_existing=True)
    )
    return {
        row.person: StandingWish(
            Destination(network, Place.PERSON, account),
            tuple(timedelta(seconds=each) for each in row.offsets),
        )
        for row, network, account in rows
    }


async def join(session: AsyncSession, *, kept: int, joined: int) -> None:
    """Let `kept` have the wish of `joined`, unless he has one himself."""
    if await session.get(StandingWishRow, kept) is not None:
        await session.execute(delete(StandingWishRow).where(StandingWishRow.person == joined))
        return
    await session.execute(
        update(StandingWishRow)
        .where(StandingWishRow.person == joined)
        .values(person=kept)
        .execution_options(synchronize_session=False)
    )


async def split(session: AsyncSession, identity: Identity, alone: int) -> None:
    """Give a person of his own the wish that was said by an account that is his alone now."""
    await session.execute(
        update(StandingWishRow)
        .where(StandingWishRow.identity == key_of(identity))
        .values(person=alone)
        .execution_options(synchronize_session=False)
    )
