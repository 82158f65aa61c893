"""Who was shown what, who said yes to it, and who said no."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.database import insert_once
from storage.people import IdentityRow
from storage.runvalues import Confirmation, Objection
from storage.values import Identity


class ShownRow(Table):
    """One digest whose preview, with its personal code, was given to one person."""

    __tablename__ = "shown"

    run: Mapped[int] = mapped_column(ForeignKey("run.number"), primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.key"), primary_key=True)
    shown_at: Mapped[datetime]


class ConfirmationRow(Table):
    """One person's yes to one digest. A proposal that is voided takes its rows along."""

    __tablename__ = "confirmation"
    __table_args__ = (UniqueConstraint("run", "digest", "person"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("run.number"), index=True)
    digest: Mapped[str]
    person: Mapped[int] = mapped_column(ForeignKey("person.key"))
    identity: Mapped[int] = mapped_column(ForeignKey("identity.key"))
    said_at: Mapped[datetime]


class ObjectionRow(Table):
    """One person's no to a run. It stands until the run is changed, or its author proposes it."""

    __tablename__ = "objection"

    key: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("run.number"), index=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.key"))
    reason: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


async def show(session: AsyncSession, run: int, digest: str, *, person: int, now: datetime) -> None:
    """Note that a person is shown what a digest covers. Noting it again changes nothing."""
    await session.execute(
        insert_once(session, ShownRow).values(run=run, digest=digest, person=person, shown_at=now)
    )


async def shown(session: AsyncSession, run: int) -> tuple[tuple[str, int], ...]:
    """Return all digests of a run that were ever shown, each with the person, oldest first."""
    rows = await session.execute(
        select(ShownRow.digest, ShownRow.person)
        .where(ShownRow.run == run)
        .order_by(ShownRow.shown_at, ShownRow.person)
    )
    return tuple((digest, person) for digest, person in rows)


async def confirm(
    session: AsyncSession,
    run: int,
    digest: str,
    *,
    person: int,
    identity: Identity,
    now: datetime,
) -> bool:
    """Keep a person's yes, which stands as long as the identity is his.

    Return False when he said it before. Raises LookupError when the identity is not his.
    """
    key = await session.scalar(
        select(IdentityRow.key).where(
            IdentityRow.network == identity.network,
            IdentityRow.account == identity.account,
            IdentityRow.person == person,
        )
    )
    if key is None:
        raise LookupError(f"{identity} is not of person {person}")
    of_this = (
        ConfirmationRow.run == run,
        ConfirmationRow.digest == digest,
        ConfirmationRow.person == person,
    )
    his = select(IdentityRow.key).where(IdentityRow.person == person)
    await session.execute(
        delete(ConfirmationRow)
        .where(*of_this, ConfirmationRow.identity.not_in(his))
        .execution_options(synchronize_session=False)
    )
    row = {"run": run, "digest": digest, "person": person, "identity": key, "said_at": now}
    kept = await session.scalar(
        insert_once(session, ConfirmationRow).values(row).returning(ConfirmationRow.key)
    )
    return kept is not None


async def confirmations(session: AsyncSession, run: int) -> tuple[Confirmation, ...]:
    """Return the confirmations of a run that stand, oldest first.

    One that was voided does not, nor one whose identity is not the person's any more.
    """
    rows = await session.execute(
        select(ConfirmationRow, IdentityRow)
        .join(IdentityRow, IdentityRow.key == ConfirmationRow.identity)
        .where(ConfirmationRow.run == run, IdentityRow.person == ConfirmationRow.person)
        .order_by(ConfirmationRow.key)
    )
    return tuple(
        Confirmation(row.person, Identity(by.network, by.account), row.digest, row.said_at)
        for row, by in rows
    )


async def void(session: AsyncSession, run: int) -> int:
    """Take all confirmations of a run away; the ledger keeps that they were. Return how many."""
    gone = await session.scalars(
        delete(ConfirmationRow).where(ConfirmationRow.run == run).returning(ConfirmationRow.key)
    )
    return len(gone.all())


async def object_to(
    session: AsyncSession, run: int, *, person: int, reason: str, now: datetime
) -> None:
    """Keep a person's no."""
    session.add(ObjectionRow(run=run, person=person, reason=reason, said_at=now))
    await session.flush()


async def objections(session: AsyncSession, run: int) -> tuple[Objection, ...]:
    """Return the objections to a run that stand, oldest first."""
    rows = await session.scalars(
        select(ObjectionRow)
        .where(ObjectionRow.run == run, ObjectionRow.lifted_at.is_(None))
        .order_by(ObjectionRow.key)
    )
    return tuple(Objection(row.person, row.reason, row.said_at) for row in rows)


async def lift_objections(session: AsyncSession, run: int, now: datetime) -> None:
    """End all objections to a run: it is not what they were raised against any more."""
    await session.execute(
        update(ObjectionRow)
        .where(ObjectionRow.run == run, ObjectionRow.lifted_at.is_(None))
        .values(lifted_at=now)
    )
