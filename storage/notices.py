"""What to say, where, due when: planned, claimed with a lease, finished.

`wake_at` is when somebody has to look at a row again: its due time, the time of the next try,
or the end of a lease. It is NULL once the matter is settled, so the index holds only what is
open and the next instant is its first entry.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.database import claim as claim_rows
from storage.values import Destination, Notice, NoticeKind, NoticeState, Place


class NoticeRow(Table):
    """One thing to say to one destination."""

    __tablename__ = "notice"

    number: Mapped[int] = mapped_column(primary_key=True)
    once: Mapped[str | None] = mapped_column(unique=True)
    """What makes this notice one and the same however often it is planned."""
    kind: Mapped[str]
    state: Mapped[str]
    due_at: Mapped[datetime]
    wake_at: Mapped[datetime | None]
    network: Mapped[str]
    place: Mapped[str]
    address: Mapped[str]
    event: Mapped[int | None] = mapped_column(ForeignKey("event.number"), index=True)
    occurrence: Mapped[datetime | None]
    offset: Mapped[timedelta | None]
    run: Mapped[int | None] = mapped_column(ForeignKey("run.number"), index=True)
    reply: Mapped[dict[str, Any] | None]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None]
    finished_at: Mapped[datetime | None]
    fault: Mapped[str | None]

    __table_args__ = (
        Index(
            "ix_notice_open",
            "wake_at",
            sqlite_where=text("wake_at IS NOT NULL"),
            postgresql_where=text("wake_at IS NOT NULL"),
        ),
    )


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
    values = {
        "once": once,
        "kind": kind,
        "state": NoticeState.PENDING,
        "due_at": due_at,
        "wake_at": due_at,
        "network": destination.network,
        "place": destination.place,
        "address": destination.address,
        "event": event,
        "occurrence": occurrence,
        "offset": offset,
        "run": run,
        "reply": None if reply is None else dict(reply),
        "attempts": 0,
    }
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    await session.execute(insert(NoticeRow).values(values).on_conflict_do_nothing())


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
    return tuple(_value(row) for row in rows)


async def finish(
    session: AsyncSession,
    numbers: Iterable[int],
    state: NoticeState,
    *,
    holder: str,
    now: datetime,
    fault: str | None = None,
) -> None:
    """Settle notices that `holder` has claimed. Nobody looks at them again."""
    await session.execute(
        update(NoticeRow)
        .where(NoticeRow.number.in_(tuple(numbers)), NoticeRow.claimed_by == holder)
        .values(state=state, wake_at=None, finished_at=now, fault=fault)
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


async def release(session: AsyncSession, now: datetime) -> None:
    """End all leases: for the start of a process that has the database to itself."""
    await session.execute(
        update(NoticeRow)
        .where(NoticeRow.state == NoticeState.CLAIMED)
        .values(state=NoticeState.PENDING, wake_at=now, claimed_by=None)
    )


async def drop_reminders(session: AsyncSession, event: int) -> None:
    """Forget the open reminders of an event that changed; they are planned anew from it."""
    await session.execute(
        delete(NoticeRow).where(
            NoticeRow.event == event,
            NoticeRow.kind == NoticeKind.REMINDER,
            NoticeRow.wake_at.is_not(None),
        )
    )


async def next_due(session: AsyncSession, networks: Collection[str]) -> datetime | None:
    """Return when the next open notice of these networks wants to be looked at."""
    return await session.scalar(
        select(func.min(NoticeRow.wake_at)).where(
            NoticeRow.wake_at.is_not(None), NoticeRow.network.in_(networks)
        )
    )


def _value(row: NoticeRow) -> Notice:
    return Notice(
        number=row.number,
        kind=NoticeKind(row.kind),
        due_at=row.due_at,
        destination=Destination(row.network, Place(row.place), row.address),
        state=NoticeState(row.state),
        attempts=row.attempts,
        event=row.event,
        occurrence=row.occurrence,
        offset=row.offset,
        run=row.run,
        reply=row.reply,
    )
