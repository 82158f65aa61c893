"""Who wants to hear of which events: channels, chats, persons and pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import addresses
from storage.columns import Table
from storage.values import Destination, Place, Subscription


class SubscriptionRow(Table):
    """One destination's wishes; an empty list asks for all. `address` as in `storage.addresses`."""

    __tablename__ = "subscription"
    __table_args__ = (UniqueConstraint("network", "place", "address"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    network: Mapped[str]
    place: Mapped[str]
    address: Mapped[str]
    kinds: Mapped[list[str]]
    topics: Mapped[list[str]]
    languages: Mapped[list[str]]
    subscribed_by: Mapped[int] = mapped_column(ForeignKey("person.key"))
    subscribed_at: Mapped[datetime]


async def keep(
    session: AsyncSession, subscription: Subscription, *, person: int, now: datetime
) -> None:
    """Keep what a destination wants from now on. Raises LookupError for an unknown account."""
    destination = subscription.destination
    row = await session.scalar(select(SubscriptionRow).where(*_at(destination)))
    if row is None:
        kept = await addresses.kept(session, [destination])
        row = SubscriptionRow(
            network=destination.network, place=destination.place, address=kept[destination]
        )
        session.add(row)
    row.kinds, row.topics = list(subscription.kinds), list(subscription.topics)
    row.languages = list(subscription.languages)
    row.subscribed_by, row.subscribed_at = person, now
    await session.flush()


async def drop(session: AsyncSession, destination: Destination) -> None:
    """Forget what a destination wants."""
    await session.execute(delete(SubscriptionRow).where(*_at(destination)))


async def of(session: AsyncSession, destination: Destination) -> Subscription | None:
    """Return what a destination wants, None where it has not said it."""
    row = await session.scalar(select(SubscriptionRow).where(*_at(destination)))
    return None if row is None else _value(row, destination.address)


async def everywhere(session: AsyncSession) -> tuple[Subscription, ...]:
    """Return all subscriptions, oldest first; whoever was forgotten is left out."""
    rows = (await session.scalars(select(SubscriptionRow).order_by(SubscriptionRow.number))).all()
    return await _values(session, rows)


async def pages(session: AsyncSession) -> tuple[Subscription, ...]:
    """Return the subscriptions of wiki pages, oldest first."""
    rows = await session.scalars(
        select(SubscriptionRow)
        .where(SubscriptionRow.place == Place.PAGE)
        .order_by(SubscriptionRow.number)
    )
    return await _values(session, rows.all())


def _at(destination: Destination) -> tuple[ColumnElement[bool], ...]:
    return (
        SubscriptionRow.network == destination.network,
        SubscriptionRow.place == destination.place,
        addresses.is_kept_as(SubscriptionRow.address, destination),
    )


async def _values(
    session: AsyncSession, rows: Iterable[SubscriptionRow]
) -> tuple[Subscription, ...]:
    found = tuple(rows)
    persons = (row.address for row in found if row.place == Place.PERSON)
    accounts = await addresses.accounts(session, persons)
    return tuple(
        _value(row, address)
        for row in found
        if (address := accounts.get(row.address) if row.place == Place.PERSON else row.address)
    )


def _value(row: SubscriptionRow, address: str) -> Subscription:
    return Subscription(
        Destination(row.network, Place(row.place), address),
        tuple(row.kinds),
        tuple(row.topics),
        tuple(row.languages),
    )
