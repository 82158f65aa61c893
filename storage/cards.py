"""Messages that show the state of something, to be edited when that changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, UniqueConstraint, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import addresses
from storage.columns import Table
from storage.values import Card, CardKind, Destination, Place


class CardRow(Table):
    """One message on a network. `wake_at` is when to look at it again, None once it is final.

    `address` is kept as in `storage.addresses`. `shown` is a digest of what the message shows
    now, `language` that of its words.
    """

    __tablename__ = "card"
    __table_args__ = (UniqueConstraint("network", "place", "address", "message"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    network: Mapped[str]
    place: Mapped[str]
    address: Mapped[str]
    message: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    number: Mapped[int] = mapped_column(index=True)
    digest: Mapped[str]
    person: Mapped[int | None]
    language: Mapped[str | None]
    shown: Mapped[str]
    wake_at: Mapped[datetime | None] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Posted:
    """A card and the message that it became."""

    key: int
    card: Card
    destination: Destination
    message: int
    language: str | None
    shown: str


async def post(
    session: AsyncSession,
    card: Card,
    *,
    destination: Destination,
    message: int,
    language: str | None,
    shown: str,
    wake_at: datetime,
) -> int:
    """Keep the message that a card became, to be looked at from `wake_at` on. Return its key.

    Raises LookupError for an unknown account.
    """
    kept = await addresses.kept(session, [destination])
    row = CardRow(
        network=destination.network,
        place=destination.place,
        address=kept[destination],
        message=message,
        kind=card.kind,
        number=card.number,
        digest=card.digest,
        person=card.person,
        language=language,
        shown=shown,
        wake_at=wake_at,
    )
    session.add(row)
    await session.flush()
    return row.key


async def due(session: AsyncSession, network: str, now: datetime, limit: int) -> list[Posted]:
    """Return cards to be looked at, locked, those that wait longest first.

    Those that are being changed at this moment are left out.
    """
    rows = await session.scalars(
        select(CardRow)
        .where(CardRow.network == network, CardRow.wake_at <= now)
        .order_by(CardRow.wake_at, CardRow.key)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = list(rows)
    persons = (row.address for row in found if row.place == Place.PERSON)
    accounts = await addresses.accounts(session, persons)
    return [_value(row, accounts) for row in found]


async def next_due(session: AsyncSession, network: str) -> datetime | None:
    """Return when the next card is to be looked at."""
    return await session.scalar(select(func.min(CardRow.wake_at)).where(CardRow.network == network))


async def show(session: AsyncSession, key: int, shown: str, wake_at: datetime | None) -> None:
    """Note what a card's message shows now, and when to look again (None: never)."""
    await session.execute(
        update(CardRow).where(CardRow.key == key).values(shown=shown, wake_at=wake_at)
    )


async def settle(
    session: AsyncSession,
    key: int,
    shown: str,
    *,
    held_until: datetime,
    wake_at: datetime | None,
) -> None:
    """Note what came of an edit, as `show` does, unless the card is to be looked at before then.

    `held_until` is when it was to be looked at had the edit come to no end.
    """
    await session.execute(
        update(CardRow)
        .where(CardRow.key == key, CardRow.wake_at == held_until)
        .values(shown=shown, wake_at=wake_at)
    )


async def look_again(
    session: AsyncSession, kinds: Collection[CardKind], number: int, now: datetime
) -> None:
    """Have all cards of an event or a run looked at, but for those that are final."""
    await session.execute(
        update(CardRow)
        .where(CardRow.number == number, CardRow.kind.in_(kinds), CardRow.wake_at > now)
        .values(wake_at=now)
        .execution_options(synchronize_session=False)
    )


async def forget(session: AsyncSession, keys: Collection[int]) -> None:
    """Forget cards whose messages are gone."""
    await session.execute(delete(CardRow).where(CardRow.key.in_(keys)))


def _value(row: CardRow, accounts: Mapping[str, str]) -> Posted:
    card = Card(CardKind(row.kind), row.number, row.digest, row.person)
    person = row.place == Place.PERSON
    address = accounts.get(row.address, "") if person else row.address
    destination = Destination(row.network, Place(row.place), address)
    return Posted(row.key, card, destination, row.message, row.language, row.shown)
