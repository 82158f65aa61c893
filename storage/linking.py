"""Joining the identities of one human, and the words given for new coordinators."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, UniqueConstraint, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.people import IdentityRow, PersonRow
from storage.values import Identity

MOST_WRONG_TRIES = 5


class NominationRow(Table):
    """One coordinator's word for somebody, waiting for a second's."""

    __tablename__ = "nomination"
    __table_args__ = (UniqueConstraint("nominee", "nominated_by"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    nominee: Mapped[int] = mapped_column(ForeignKey("person.key"))
    nominated_by: Mapped[int] = mapped_column(ForeignKey("person.key"))
    expires_at: Mapped[datetime]


class LinkRow(Table):
    """Two persons who were once joined: one human in confirmations, for ever."""

    __tablename__ = "link"

    key: Mapped[int] = mapped_column(primary_key=True)
    kept: Mapped[int] = mapped_column(ForeignKey("person.key"))
    joined: Mapped[int] = mapped_column(ForeignKey("person.key"))
    linked_at: Mapped[datetime]


class LinkCodeRow(Table):
    """A one-time code by which a second identity proves to be the same human's."""

    __tablename__ = "link_code"

    key: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.key"))
    expires_at: Mapped[datetime]
    wrong_tries: Mapped[int] = mapped_column(default=0)


async def nominate(
    session: AsyncSession, nominee: int, *, nominated_by: int, expires_at: datetime
) -> None:
    """Keep one coordinator's word for a person; said again, it lasts from then on."""
    await session.execute(
        delete(NominationRow).where(
            NominationRow.nominee == nominee, NominationRow.nominated_by == nominated_by
        )
    )
    session.add(NominationRow(nominee=nominee, nominated_by=nominated_by, expires_at=expires_at))
    await session.flush()


async def nominators(session: AsyncSession, nominee: int, now: datetime) -> tuple[int, ...]:
    """Return whose word for a person still holds."""
    found = await session.scalars(
        select(NominationRow.nominated_by)
        .where(NominationRow.nominee == nominee, NominationRow.expires_at > now)
        .order_by(NominationRow.key)
    )
    return tuple(found)


async def forget_nominations(session: AsyncSession, nominee: int) -> None:
    """Take back every word given for a person: he was appointed or dismissed."""
    await session.execute(delete(NominationRow).where(NominationRow.nominee == nominee))


async def links(session: AsyncSession) -> tuple[tuple[int, int], ...]:
    """Return all pairs of persons that were ever joined."""
    rows = await session.execute(select(LinkRow.kept, LinkRow.joined).order_by(LinkRow.key))
    return tuple((kept, joined) for kept, joined in rows)


async def keep_code(
    session: AsyncSession, code_hash: str, *, person: int, expires_at: datetime
) -> None:
    """Keep a person's one-time code, in place of an earlier one."""
    await session.execute(delete(LinkCodeRow).where(LinkCodeRow.person == person))
    session.add(LinkCodeRow(code_hash=code_hash, person=person, expires_at=expires_at))
    await session.flush()


async def owner(session: AsyncSession, code_hash: str, now: datetime) -> int | None:
    """Return whose open code this is, and leave it open."""
    return await session.scalar(select(LinkCodeRow.person).where(*_open(code_hash, now)))


async def use_code(session: AsyncSession, code_hash: str, now: datetime) -> int | None:
    """Return whose open code this is, and use it up.

    A code that fits none counts as a wrong try against every open one, whoever guesses: a code
    dies after MOST_WRONG_TRIES.
    """
    person = await session.scalar(
        delete(LinkCodeRow).where(*_open(code_hash, now)).returning(LinkCodeRow.person)
    )
    if person is None:
        tries = LinkCodeRow.wrong_tries + 1
        await session.execute(update(LinkCodeRow).values(wrong_tries=tries))
    return person


async def join(session: AsyncSession, *, kept: int, joined: int, now: datetime) -> None:
    """Give all identities of `joined` to `kept`, and remember that they are one human."""
    await session.execute(
        update(IdentityRow).where(IdentityRow.person == joined).values(person=kept)
    )
    session.add(LinkRow(kept=kept, joined=joined, linked_at=now))
    await session.flush()


async def split(session: AsyncSession, identity: Identity, now: datetime) -> int:
    """Give an identity a person of its own again and return that person's key.

    They stay one human in confirmations: the new person is linked to the old one.
    """
    row = await session.scalar(
        select(IdentityRow).where(
            IdentityRow.network == identity.network, IdentityRow.account == identity.account
        )
    )
    if row is None:
        raise LookupError(f"no identity {identity}")
    alone = PersonRow(name=identity.account, created_at=now)
    session.add(alone)
    await session.flush()
    session.add(LinkRow(kept=row.person, joined=alone.key, linked_at=now))
    row.person = alone.key
    await session.flush()
    return alone.key


def _open(code_hash: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        LinkCodeRow.code_hash == code_hash,
        LinkCodeRow.expires_at > now,
        LinkCodeRow.wrong_tries < MOST_WRONG_TRIES,
    )
