"""Personal wishes to be reminded of an event: said in private, to the account that asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.people import IdentityRow, key_of
from storage.values import Destination, Identity, Place


class WishRow(Table):
    """One account's wish to be told one offset before an event starts."""

    __tablename__ = "wish"
    __table_args__ = (UniqueConstraint("event", "identity", "offset"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[int] = mapped_column(ForeignKey("event.number"), index=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.key"))
    identity: Mapped[int] = mapped_column(ForeignKey("identity.key"))
    offset: Mapped[timedelta]
    created_at: Mapped[datetime]


async def add(
    session: AsyncSession,
    event: int,
    offsets: Iterable[timedelta],
    *,
    identity: Identity,
    person: int,
    now: datetime,
) -> None:
    """Keep wishes of an account; those it has already stay as they are."""
    had = (await of(session, event)).get(told(identity), ())
    key = await session.scalar(select(key_of(identity)))
    session.add_all(
        WishRow(
            event=event,
            person=person,
            identity=key,
            offset=offset,
            created_at=now,
        )
        for offset in set(offsets).difference(had)
    )
    await session.flush()


async def of(session: AsyncSession, event: int) -> Mapping[Destination, tuple[timedelta, ...]]:
    """Return all wishes about an event, longest offset first, by whom to tell."""
    rows = await session.execute(
        select(WishRow.offset, IdentityRow.network, IdentityRow.account)
        .join(IdentityRow, IdentityRow.key == WishRow.identity)
        .where(WishRow.event == event)
        .order_by(WishRow.offset.desc())
    )
    wishes: dict[Destination, tuple[timedelta, ...]] = {}
    for offset, network, account in rows:
        destination = Destination(network, Place.PERSON, account)
        wishes[destination] = (*wishes.get(destination, ()), offset)
    return wishes


async def by_person(session: AsyncSession, event: int) -> Mapping[int, tuple[timedelta, ...]]:
    """Return all wishes about an event by whose they are, whichever account asked."""
    rows = await session.execute(
        select(IdentityRow.person, WishRow.offset)
        .join(IdentityRow, IdentityRow.key == WishRow.identity)
        .where(WishRow.event == event)
    )
    found: dict[int, tuple[timedelta, ...]] = {}
    for person, offset in rows:
        found[person] = (*found.get(person, ()), offset)
    return found


async def drop(session: AsyncSession, event: int, identity: Identity) -> int:
    """Forget the wishes of an account about an event. Return how many there were."""
    gone = await session.scalars(
        delete(WishRow)
        .where(WishRow.event == event, WishRow.identity == key_of(identity))
        .returning(WishRow.key)
    )
    return len(gone.all())


def told(identity: Identity) -> Destination:
    """Return where an account is told something in private."""
    return Destination(identity.network, Place.PERSON, identity.account)
