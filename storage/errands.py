"""Slow work that a command asked for: kept until an engine has done it and answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from storage.columns import Table
from storage.database import claim as claim_rows
from storage.people import IdentityRow, key_of
from storage.runvalues import Errand, ErrandKind
from storage.values import Destination, Identity, Place


class ErrandRow(Table):
    """One errand. `wake_at` is when it wants to be taken up; NULL once it is done."""

    __tablename__ = "errand"

    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    run: Mapped[int] = mapped_column(ForeignKey("run.number"), index=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.key"))
    identity: Mapped[int] = mapped_column(ForeignKey("identity.key"))
    channel: Mapped[str | None]
    """Where the answer goes on the identity's network; None is in private."""
    arguments: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None]


async def ask(
    session: AsyncSession,
    kind: ErrandKind,
    *,
    run: int,
    person: int,
    identity: Identity,
    answer_to: Destination,
    now: datetime,
    arguments: Mapping[str, str] | None = None,
) -> int:
    """Keep an errand and return its number. The answer goes to the network it came from."""
    key = await session.scalar(select(key_of(identity)))
    row = ErrandRow(
        kind=kind,
        run=run,
        person=person,
        identity=key,
        channel=answer_to.address if answer_to.place is Place.CHANNEL else None,
        arguments=dict(arguments or {}),
        asked_at=now,
        wake_at=now,
    )
    session.add(row)
    await session.flush()
    return row.number


async def claim(
    session: AsyncSession, *, holder: str, now: datetime, lease: timedelta
) -> Errand | None:
    """Take the oldest errand that waits, for `lease`.

    Errands of one run are done one after another in the order in which they were asked.
    """
    rows = await claim_rows(
        session,
        ErrandRow,
        ErrandRow.number,
        where=(ErrandRow.wake_at <= now, _FIRST_OF_RUN),
        order_by=(ErrandRow.number,),
        limit=1,
        values={
            "claimed_by": holder,
            "wake_at": now + lease,
            "attempts": ErrandRow.attempts + 1,
        },
    )
    return await _value(session, rows[0]) if rows else None


async def finish(session: AsyncSession, number: int, *, holder: str) -> bool:
    """Settle an errand that `holder` has claimed. Return False when he has it no more."""
    return await _change(session, number, holder, wake_at=None)


async def postpone(session: AsyncSession, number: int, *, holder: str, until: datetime) -> bool:
    """Give a claimed errand back, to be tried again at `until`. Return False as `finish` does."""
    return await _change(session, number, holder, wake_at=until, claimed_by=None)


async def renew(session: AsyncSession, number: int, *, holder: str, until: datetime) -> bool:
    """Keep a claimed errand longer. Return False when `holder` has it no more."""
    return await _change(session, number, holder, wake_at=until)


async def get_on(session: AsyncSession, number: int) -> None:
    """Note that an errand got on: what it does in vain is counted from here."""
    await session.execute(update(ErrandRow).where(ErrandRow.number == number).values(attempts=1))


async def supersede(session: AsyncSession, run: int, kind: ErrandKind) -> int:
    """Settle the errands of a kind that a run waits for: another takes their place.

    Whoever is doing one finds that he has it no more. Return how many there were.
    """
    settled = await session.scalars(
        update(ErrandRow)
        .where(ErrandRow.run == run, ErrandRow.kind == kind, ErrandRow.wake_at.is_not(None))
        .values(wake_at=None, claimed_by=None)
        .returning(ErrandRow.number)
        .execution_options(synchronize_session=False)
    )
    return len(settled.all())


async def release(session: AsyncSession, now: datetime) -> None:
    """End all leases: for the start of a process that has the database to itself."""
    await session.execute(
        update(ErrandRow).where(ErrandRow.wake_at > now).values(wake_at=now, claimed_by=None)
    )


async def next_due(session: AsyncSession) -> datetime | None:
    """Return when the next errand wants to be taken up; None when nothing is asked for."""
    return await session.scalar(select(func.min(ErrandRow.wake_at)).where(_FIRST_OF_RUN))


_earlier = aliased(ErrandRow)
_FIRST_OF_RUN = ~exists().where(
    _earlier.run == ErrandRow.run,
    _earlier.number < ErrandRow.number,
    _earlier.wake_at.is_not(None),
)


async def _change(session: AsyncSession, number: int, holder: str, **values: Any) -> bool:
    changed = await session.scalar(
        update(ErrandRow)
        .where(ErrandRow.number == number, ErrandRow.claimed_by == holder)
        .values(values)
        .returning(ErrandRow.number)
        .execution_options(synchronize_session=False)
    )
    return changed is not None


async def _value(session: AsyncSession, row: ErrandRow) -> Errand:
    holder = await session.get_one(IdentityRow, row.identity)
    private = Destination(holder.network, Place.PERSON, holder.account)
    channel = row.channel and Destination(holder.network, Place.CHANNEL, row.channel)
    return Errand(
        number=row.number,
        kind=ErrandKind(row.kind),
        run=row.run,
        person=row.person,
        identity=Identity(holder.network, holder.account),
        answer_to=channel or private,
        arguments=row.arguments,
        attempts=row.attempts,
    )
