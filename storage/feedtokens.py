"""The unguessable addresses of persons' own feeds, kept so that nobody can read them here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ForeignKey, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import people, subscriptions
from storage.attendance import AttendanceRow
from storage.columns import Table
from storage.people import IdentityRow
from storage.values import Destination, Place, Subscription
from storage.wishes import WishRow


class FeedTokenRow(Table):
    """One token: its SHA-256, whose it is, and when it was given up."""

    __tablename__ = "feed_token"

    digest: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.key"), index=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose a token is; `revoked` when it gives nothing any more."""

    person: int
    revoked: bool


@dataclass(frozen=True, slots=True)
class Concern:
    """Which events concern a person: those that he named, and what he subscribed to."""

    events: frozenset[int]
    subscriptions: tuple[Subscription, ...]


async def keep(session: AsyncSession, token: str, *, person: int, now: datetime) -> None:
    """Keep a token of a person's, which is his only one from now on."""
    await revoke(session, person, now)
    session.add(FeedTokenRow(digest=_digest(token), person=person, made_at=now))
    await session.flush()


async def revoke(session: AsyncSession, person: int, now: datetime) -> bool:
    """Give up a person's token. Return False when there was none."""
    gone = await session.scalars(
        update(FeedTokenRow)
        .where(FeedTokenRow.person == person, FeedTokenRow.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(FeedTokenRow.digest)
        .execution_options(synchronize_session=False)
    )
    return bool(gone.all())


async def since(session: AsyncSession, person: int) -> datetime | None:
    """Return when a person was given the token that counts, None where there is none."""
    return await session.scalar(
        select(FeedTokenRow.made_at).where(
            FeedTokenRow.person == person, FeedTokenRow.revoked_at.is_(None)
        )
    )


async def holder(session: AsyncSession, token: str) -> Holder | None:
    """Return whose a token is, None for one that never was."""
    row = await session.get(FeedTokenRow, _digest(token))
    return None if row is None else Holder(row.person, row.revoked_at is not None)


async def concern(session: AsyncSession, person: int) -> Concern:
    """Return which events concern a person: he has a place there, or a reminder, or wants such."""
    named = select(AttendanceRow.event).where(AttendanceRow.person == person)
    asked = (
        select(WishRow.event)
        .join(IdentityRow, IdentityRow.key == WishRow.identity)
        .where(IdentityRow.person == person)
    )
    events = await session.scalars(named.union(asked))
    found = []
    for identity in await people.identities(session, person):
        told = Destination(identity.network, Place.PERSON, identity.account)
        found.append(await subscriptions.of(session, told))
    return Concern(frozenset(events), tuple(filter(None, found)))


async def join(session: AsyncSession, *, kept: int, joined: int, now: datetime) -> None:
    """Give `kept` the token of `joined`, unless he has one: whoever has two loses that."""
    if await since(session, kept) is not None:
        await revoke(session, joined, now)
    await session.execute(
        update(FeedTokenRow)
        .where(FeedTokenRow.person == joined)
        .values(person=kept)
        .execution_options(synchronize_session=False)
    )


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
