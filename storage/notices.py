"""What to say, where, due when: planned, claimed with a lease, finished.

`wake_at` is when somebody has to look at a row again: its due time, the time of the next try,
or the end of a lease. It is NULL once the matter is settled, so the index holds only what is
open, and each network's next instant is its first entry there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import addresses
from storage.columns import Table
from storage.database import claim as claim_rows
from storage.database import insert_once
from storage.values import Destination, Notice, NoticeKind, NoticeState, Place

_AT_ONCE = 1000
"""So many accounts are looked up in one statement: databases limit its parameters."""


class NoticeRow(Table):
    """One thing to say to one destination."""

    __tablename__ = "notice"

    number: Mapped[int] = mapped_column(primary_key=True)
    once: Mapped[str | None] = mapped_column(unique=True)
    """A digest of what makes this notice one and the same however often it is planned."""
    kind: Mapped[str]
    state: Mapped[str]
    due_at: Mapped[datetime]
    wake_at: Mapped[datetime | None]
    network: Mapped[str]
    place: Mapped[str]
    address: Mapped[str]
    """A channel's name, or the key of the identity of a person."""
    event: Mapped[int | None] = mapped_column(ForeignKey("event.number"), index=True)
    occurrence: Mapped[datetime | None]
    offset: Mapped[timedelta | None]
    run: Mapped[int | None] = mapped_column(ForeignKey("run.number"), index=True)
    reply: Mapped[dict[str, Any] | None]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None]
    finished_at: Mapped[datetime | None]
    fault: Mapped[str | None]


async def plan(
    session: AsyncSession,
    *,
    kind: NoticeKind,
    due_at: datetime,
    destination: Destination,
    once: str | None = None,
    event: int | None = None,
    occurrence: datetime | None = None,
    offset: timedelta | None = None,
    run: int | None = None,
    reply: Mapping[str, object] | None = None,
) -> None:
    """Plan a notice. With `once`, planning the same again changes nothing."""
    values = to_plan(once, kind, due_at, destination) | {
        "event": event,
        "occurrence": occurrence,
        "offset": offset,
        "run": run,
        "reply": None if reply is None else dict(reply),
    }
    await insert(session, [values])


async def plan_everywhere(
    session: AsyncSession,
    destinations: Iterable[Destination],
    *,
    kind: NoticeKind,
    due_at: datetime,
    event: int,
    reply: Mapping[str, object],
) -> None:
    """Plan the same of an event for many at once."""
    about = {"event": event, "reply": dict(reply)}
    rows = [to_plan(None, kind, due_at, each) | about for each in destinations]
    await insert(session, rows)


async def claim(
    session: AsyncSession,
    *,
    networks: Collection[str],
    holder: str,
    now: datetime,
    lease: timedelta,
    limit: int,
) -> tuple[Notice, ...]:
    """Take what is due, for `lease`, in the order in which it was due.

    A row qualifies when its time has come and it is pending, or claimed by somebody whose
    lease ran out.
    """
    rows = await claim_rows(
        session,
        NoticeRow,
        NoticeRow.number,
        where=(NoticeRow.wake_at <= now, NoticeRow.network.in_(networks)),
        order_by=(NoticeRow.wake_at, NoticeRow.number),
        limit=limit,
        values={
            "state": NoticeState.CLAIMED,
            "claimed_by": holder,
            "wake_at": now + lease,
            "attempts": NoticeRow.attempts + 1,
        },
    )
    rows.sort(key=lambda row: (row.due_at, row.number))
    return await values_of(session, rows)


async def hold(session: AsyncSession, number: int, *, holder: str, until: datetime) -> bool:
    """Lengthen the lease of a claimed notice. Return False when it is not `holder`'s any more."""
    held = await session.scalars(
        update(NoticeRow)
        .where(
            NoticeRow.number == number,
            NoticeRow.state == NoticeState.CLAIMED,
            NoticeRow.claimed_by == holder,
        )
        .values(wake_at=until)
        .returning(NoticeRow.number)
        .execution_options(synchronize_session=False)
    )
    return held.first() is not None


async def finish(
    session: AsyncSession,
    numbers: Iterable[int],
    state: NoticeState,
    *,
    holder: str,
    now: datetime,
    fault: str | None = None,
) -> None:
    """Settle notices that `holder` has claimed. Nobody looks at them again.

    What was said is not kept: it may name people.
    """
    await session.execute(
        update(NoticeRow)
        .where(NoticeRow.number.in_(tuple(numbers)), NoticeRow.claimed_by == holder)
        .values(state=state, wake_at=None, finished_at=now, fault=fault, reply=None)
    )


async def postpone(
    session: AsyncSession, number: int, *, holder: str, until: datetime, fault: str
) -> None:
    """Give a claimed notice back, to be tried again at `until`."""
    await session.execute(
        update(NoticeRow)
        .where(NoticeRow.number == number, NoticeRow.claimed_by == holder)
        .values(state=NoticeState.PENDING, wake_at=until, claimed_by=None, fault=fault)
    )


async def withdraw(
    session: AsyncSession, events: Collection[int], destination: Destination
) -> None:
    """Forget what a destination that wants no more of some events was not yet told of them."""
    await session.execute(
        delete(NoticeRow).where(
            NoticeRow.event.in_(events),
            NoticeRow.kind.in_([NoticeKind.REMINDER, NoticeKind.ANNOUNCEMENT]),
            NoticeRow.wake_at.is_not(None),
            *told_at(destination),
        )
    )


async def hurry(session: AsyncSession, network: str, now: datetime) -> None:
    """Let what was put off be tried again now: its network is back."""
    await session.execute(
        update(NoticeRow)
        .where(
            NoticeRow.network == network,
            NoticeRow.state == NoticeState.PENDING,
            NoticeRow.due_at <= now,
            NoticeRow.wake_at > now,
        )
        .values(wake_at=now)
    )


async def release(session: AsyncSession, now: datetime) -> None:
    """End all leases: for the start of a process that has the database to itself."""
    await session.execute(
        update(NoticeRow)
        .where(NoticeRow.state == NoticeState.CLAIMED)
        .values(state=NoticeState.PENDING, wake_at=now, claimed_by=None)
    )


async def superseded(session: AsyncSession, notice: Notice) -> bool:
    """Return whether the same destination was since given newer news of the same matter."""
    newer = select(NoticeRow.number).where(*same_matter(notice), NoticeRow.number > notice.number)
    return await session.scalar(newer.limit(1)) is not None


async def stands(session: AsyncSession, once: str) -> NoticeState | None:
    """Return how the notice stands that was planned as this one, None where none was."""
    digest = hashlib.sha256(once.encode()).hexdigest()
    found = await session.scalar(select(NoticeRow.state).where(NoticeRow.once == digest))
    return None if found is None else NoticeState(found)


async def next_due(session: AsyncSession, networks: Collection[str]) -> datetime | None:
    """Return when the next open notice of these networks wants to be looked at."""
    first = [
        await session.scalar(
            select(NoticeRow.wake_at)
            .where(NoticeRow.network == network, NoticeRow.wake_at.is_not(None))
            .order_by(NoticeRow.wake_at)
            .limit(1)
        )
        for network in networks
    ]
    return min((instant for instant in first if instant is not None), default=None)


def to_plan(
    once: str | None, kind: NoticeKind, due_at: datetime, destination: Destination
) -> dict[str, Any]:
    """Return what every new row has."""
    return {
        "once": once and hashlib.sha256(once.encode()).hexdigest(),
        "kind": kind,
        "state": NoticeState.PENDING,
        "due_at": due_at,
        "wake_at": due_at,
        "network": destination.network,
        "place": destination.place,
        "address": destination.address,
        "attempts": 0,
    }


async def insert(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Keep new rows, all with the same columns; of what was planned before nothing changes.

    Raises LookupError when one is for an account that nobody is known by.
    """
    for first in range(0, len(rows), _AT_ONCE):
        some = rows[first : first + _AT_ONCE]
        destinations = [Destination(r["network"], Place(r["place"]), r["address"]) for r in some]
        kept = await addresses.kept(session, destinations)
        addressed = [
            {**row, "address": kept[to]} for row, to in zip(some, destinations, strict=True)
        ]
        await session.execute(insert_once(session, NoticeRow), addressed)


def same_matter(notice: Notice) -> list[ColumnElement[bool]]:
    """Return when a row tells the same destination of the same event or run."""
    return [
        NoticeRow.kind == notice.kind,
        NoticeRow.event.is_not_distinct_from(notice.event),
        NoticeRow.run.is_not_distinct_from(notice.run),
        *told_at(notice.destination),
    ]


def told_at(destination: Destination) -> list[ColumnElement[bool]]:
    """Return when a row is for a destination."""
    return [
        NoticeRow.network == destination.network,
        NoticeRow.place == destination.place,
        addresses.is_kept_as(NoticeRow.address, destination),
    ]


async def values_of(session: AsyncSession, rows: Iterable[NoticeRow]) -> tuple[Notice, ...]:
    """Return rows as the frozen values that leave storage, in their order."""
    found = tuple(rows)
    persons = (row.address for row in found if row.place == Place.PERSON)
    accounts = await addresses.accounts(session, persons)
    return tuple(_value(row, accounts) for row in found)


def _value(row: NoticeRow, accounts: Mapping[str, str]) -> Notice:
    person = row.place == Place.PERSON
    address = accounts.get(row.address, "") if person else row.address
    return Notice(
        number=row.number,
        kind=NoticeKind(row.kind),
        due_at=row.due_at,
        destination=Destination(row.network, Place(row.place), address),
        state=NoticeState(row.state),
        attempts=row.attempts,
        event=row.event,
        occurrence=row.occurrence,
        offset=row.offset,
        run=row.run,
        reply=row.reply,
    )
