"""Persons, their identities and roles. Names and accounts stand here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, ScalarSelect, UniqueConstraint, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.values import Identity, Person


class PersonRow(Table):
    """A human, known elsewhere by `key` alone."""

    __tablename__ = "person"

    key: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    zone: Mapped[str | None]
    language: Mapped[str | None]
    created_at: Mapped[datetime]


class IdentityRow(Table):
    """An account on a network and the person who holds it now."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("network", "account"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    network: Mapped[str]
    account: Mapped[str]
    person: Mapped[int] = mapped_column(ForeignKey("person.key"), index=True)
    created_at: Mapped[datetime]


class AppointmentRow(Table):
    """A person's time as coordinator. `until` is None while it lasts."""

    __tablename__ = "appointment"

    key: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.key"))
    since: Mapped[datetime]
    until: Mapped[datetime | None]


# Asked for with every command, and made once: to make it takes longer than to run it.
_HOLDER = (
    select(PersonRow.key, PersonRow.name, PersonRow.zone, PersonRow.language, AppointmentRow.since)
    .join(IdentityRow, IdentityRow.person == PersonRow.key)
    .outerjoin(
        AppointmentRow,
        and_(AppointmentRow.person == PersonRow.key, AppointmentRow.until.is_(None)),
    )
    .where(IdentityRow.network == bindparam("network"), IdentityRow.account == bindparam("account"))
)


async def find(session: AsyncSession, identity: Identity) -> Person | None:
    """Return whoever holds this identity now."""
    found = await session.execute(
        _HOLDER, {"network": identity.network, "account": identity.account}
    )
    row = found.one_or_none()
    return None if row is None else Person(*row)


def key_of(identity: Identity) -> ScalarSelect[int]:
    """Return the question for the key by which an identity is kept; nothing for an unknown one."""
    return (
        select(IdentityRow.key)
        .where(IdentityRow.network == identity.network, IdentityRow.account == identity.account)
        .scalar_subquery()
    )


async def get(session: AsyncSession, key: int) -> Person:
    """Return a person by key. Raises LookupError when there is none."""
    row = await session.get(PersonRow, key)
    if row is None:
        raise LookupError(f"no person {key}")
    return _value(row, await _since(session, key))


async def ensure(
    session: AsyncSession, identity: Identity, now: datetime, *, language: str | None = None
) -> Person:
    """Return whoever holds this identity, made known now, as a reader of `language`, if need be."""
    known = await find(session, identity)
    if known is not None:
        return known
    person = PersonRow(name=identity.account, language=language, created_at=now)
    session.add(person)
    await session.flush()
    session.add(
        IdentityRow(
            network=identity.network,
            account=identity.account,
            person=person.key,
            created_at=now,
        )
    )
    await session.flush()
    return _value(person, None)


async def identities(session: AsyncSession, person: int) -> tuple[Identity, ...]:
    """Return all identities that a person holds now, oldest first."""
    rows = await session.scalars(
        select(IdentityRow).where(IdentityRow.person == person).order_by(IdentityRow.key)
    )
    return tuple(Identity(row.network, row.account) for row in rows)


async def coordinators(session: AsyncSession) -> tuple[Person, ...]:
    """Return all coordinators of this moment, longest-serving first."""
    rows = await session.execute(
        select(PersonRow, AppointmentRow.since)
        .join(AppointmentRow, AppointmentRow.person == PersonRow.key)
        .where(AppointmentRow.until.is_(None))
        .order_by(AppointmentRow.since, PersonRow.key)
    )
    return tuple(_value(row, since) for row, since in rows)


async def ever_coordinators(session: AsyncSession, network: str) -> Mapping[str, bool]:
    """Return the accounts on a network of all who ever were coordinators, and whether they are."""
    rows = await session.execute(
        select(IdentityRow.account, AppointmentRow.until)
        .join(AppointmentRow, AppointmentRow.person == IdentityRow.person)
        .where(IdentityRow.network == network)
    )
    found: dict[str, bool] = {}
    for account, until in rows:
        found[account] = found.get(account, False) or until is None
    return found


async def appoint(session: AsyncSession, person: int, now: datetime) -> bool:
    """Make a person coordinator. Return False when he already is."""
    if await _since(session, person) is not None:
        return False
    session.add(AppointmentRow(person=person, since=now))
    await session.flush()
    return True


async def dismiss(session: AsyncSession, person: int, now: datetime) -> bool:
    """End a person's time as coordinator. Return False when there was none."""
    row = await session.scalar(
        select(AppointmentRow).where(
            AppointmentRow.person == person, AppointmentRow.until.is_(None)
        )
    )
    if row is None:
        return False
    row.until = now
    await session.flush()
    return True


async def set_zone(session: AsyncSession, person: int, zone: str) -> None:
    """Keep a person's IANA time zone."""
    row = await session.get_one(PersonRow, person)
    row.zone = zone
    await session.flush()


async def set_name(session: AsyncSession, person: int, name: str) -> None:
    """Keep what a person is called."""
    row = await session.get_one(PersonRow, person)
    row.name = name
    await session.flush()


async def set_language(session: AsyncSession, person: int, language: str) -> None:
    """Keep the language that a person reads (an RFC 5646 tag)."""
    row = await session.get_one(PersonRow, person)
    row.language = language
    await session.flush()


async def _since(session: AsyncSession, person: int) -> datetime | None:
    return await session.scalar(
        select(AppointmentRow.since).where(
            AppointmentRow.person == person, AppointmentRow.until.is_(None)
        )
    )


def _value(row: PersonRow, since: datetime | None) -> Person:
    return Person(row.key, row.name, row.zone, row.language, since)
