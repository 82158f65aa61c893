"""The issues of the digest: planned, previewed, held or sent, each to each destination once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, UniqueConstraint, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.database import claim as claim_rows
from storage.database import insert_once
from storage.issuevalues import Copy, CopyKind, CopyState, HeldWhy, Issue, IssueState

_OPEN = (IssueState.PLANNED, IssueState.HELD)


class IssueRow(Table):
    """One issue. `due_at` is when it goes out, and what makes it one and the same."""

    __tablename__ = "issue"

    number: Mapped[int] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(index=True)
    notes: Mapped[list[str]] = mapped_column(default=list)
    nudged_at: Mapped[datetime | None]
    previewed_at: Mapped[datetime | None]
    held_why: Mapped[str | None]
    held_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
    released_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    told: Mapped[list[str]] = mapped_column(default=list)


class IssueCopyRow(Table):
    """One issue to one mailing list or wiki page. `wake_at` is when somebody has to look at it."""

    __tablename__ = "issue_copy"
    __table_args__ = (UniqueConstraint("issue", "kind", "address"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    issue: Mapped[int] = mapped_column(ForeignKey("issue.number"))
    kind: Mapped[str]
    address: Mapped[str]
    state: Mapped[str]
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    claimed_by: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None]


async def open_issue(session: AsyncSession, *, lock: bool = False) -> Issue | None:
    """Return the issue that is to go out next; `lock` when it is about to be changed."""
    asked = select(IssueRow).where(IssueRow.state.in_(_OPEN)).order_by(IssueRow.due_at).limit(1)
    if lock:
        asked = asked.with_for_update().execution_options(populate_existing=True)
    row = await session.scalar(asked)
    return None if row is None else _issue(row)


async def get(session: AsyncSession, number: int) -> Issue:
    """Return an issue. Raises NoResultFound."""
    return _issue(await session.get_one(IssueRow, number))


async def plan(session: AsyncSession, due_at: datetime, notes: Iterable[str] = ()) -> bool:
    """Plan the issue of an instant. Return False where there is, or was, one."""
    new = await session.scalar(
        insert_once(session, IssueRow)
        .values(due_at=due_at, state=IssueState.PLANNED, notes=list(notes), told=[])
        .returning(IssueRow.number)
    )
    return new is not None


async def forget(session: AsyncSession, number: int) -> None:
    """Forget an issue that nobody was told of."""
    await session.execute(delete(IssueRow).where(IssueRow.number == number))


async def save(session: AsyncSession, issue: Issue) -> None:
    """Keep how an issue stands. The caller has it locked."""
    row = await session.get_one(IssueRow, issue.number)
    row.due_at, row.state, row.notes = issue.due_at, issue.state, list(issue.notes)
    row.nudged_at, row.previewed_at = issue.nudged_at, issue.previewed_at
    row.held_why, row.held_by = issue.held_why, issue.held_by
    row.released_at = issue.released_at
    row.sent_at, row.told = issue.sent_at, list(issue.told)
    await session.flush()


async def last_sent(session: AsyncSession, *, besides: int | None = None) -> Issue | None:
    """Return the issue that went out last, but for one of them."""
    row = await session.scalar(
        select(IssueRow)
        .where(IssueRow.state == IssueState.SENT, IssueRow.number.is_distinct_from(besides))
        .order_by(IssueRow.sent_at.desc())
        .limit(1)
    )
    return None if row is None else _issue(row)


async def told(session: AsyncSession, *, since: datetime, besides: int) -> frozenset[str]:
    """Return what the issues told of that were sent since then, but for one of them."""
    rows = await session.scalars(
        select(IssueRow.told).where(IssueRow.sent_at >= since, IssueRow.number != besides)
    )
    return frozenset(each for row in rows for each in row)


async def hand_out(
    session: AsyncSession, issue: int, copies: Iterable[tuple[CopyKind, str]], now: datetime
) -> None:
    """Plan the copies of an issue, each once."""
    for kind, address in copies:
        await session.execute(
            insert_once(session, IssueCopyRow).values(
                issue=issue,
                kind=kind,
                address=address,
                state=CopyState.PENDING,
                wake_at=now,
                attempts=0,
            )
        )


async def claim(
    session: AsyncSession, *, holder: str, now: datetime, lease: timedelta
) -> Copy | None:
    """Take the copy that waits longest, for `lease`. What may have been sent is not taken."""
    rows = await claim_rows(
        session,
        IssueCopyRow,
        IssueCopyRow.key,
        where=(IssueCopyRow.wake_at <= now, IssueCopyRow.state != CopyState.ON_WIRE),
        order_by=(IssueCopyRow.wake_at, IssueCopyRow.key),
        limit=1,
        values={
            "state": CopyState.CLAIMED,
            "claimed_by": holder,
            "wake_at": now + lease,
            "attempts": IssueCopyRow.attempts + 1,
        },
    )
    return _copy(rows[0]) if rows else None


async def put_on_wire(session: AsyncSession, key: int, *, holder: str, until: datetime) -> bool:
    """Note that a claimed copy is handed over now. Return False when it is not ours any more."""
    held = await session.scalars(
        update(IssueCopyRow)
        .where(
            IssueCopyRow.key == key,
            IssueCopyRow.state == CopyState.CLAIMED,
            IssueCopyRow.claimed_by == holder,
        )
        .values(state=CopyState.ON_WIRE, wake_at=until)
        .returning(IssueCopyRow.key)
        .execution_options(synchronize_session=False)
    )
    return held.first() is not None


async def finish(
    session: AsyncSession, key: int, state: CopyState, *, holder: str, fault: str | None = None
) -> bool:
    """Settle a copy that `holder` has. Return False when it is not his any more."""
    done = await session.scalars(
        update(IssueCopyRow)
        .where(IssueCopyRow.key == key, IssueCopyRow.claimed_by == holder)
        .values(state=state, wake_at=None, claimed_by=None, fault=fault)
        .returning(IssueCopyRow.key)
        .execution_options(synchronize_session=False)
    )
    return done.first() is not None


async def postpone(
    session: AsyncSession, key: int, *, holder: str, until: datetime, fault: str
) -> None:
    """Give a copy back that was certainly not sent, to be tried again at `until`."""
    await session.execute(
        update(IssueCopyRow)
        .where(IssueCopyRow.key == key, IssueCopyRow.claimed_by == holder)
        .values(state=CopyState.PENDING, wake_at=until, claimed_by=None, fault=fault)
    )


async def lost(session: AsyncSession, now: datetime) -> tuple[Copy, ...]:
    """Settle as UNKNOWN, and return, the copies that whoever was handing them over never did."""
    rows = await session.scalars(
        update(IssueCopyRow)
        .where(IssueCopyRow.state == CopyState.ON_WIRE, IssueCopyRow.wake_at <= now)
        .values(state=CopyState.UNKNOWN, wake_at=None, claimed_by=None)
        .returning(IssueCopyRow)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return tuple(_copy(row) for row in rows)


async def release(session: AsyncSession, now: datetime) -> None:
    """End all leases: for the start of a process that has the database to itself."""
    held = IssueCopyRow.state.in_((CopyState.CLAIMED, CopyState.ON_WIRE))
    await session.execute(update(IssueCopyRow).where(held).values(wake_at=now))


async def retry(session: AsyncSession, issue: int, now: datetime) -> int:
    """Have all copies tried again that certainly were not sent. Return how many."""
    again = await session.scalars(
        update(IssueCopyRow)
        .where(IssueCopyRow.issue == issue, IssueCopyRow.state == CopyState.FAILED)
        .values(state=CopyState.PENDING, wake_at=now, attempts=0, fault=None)
        .returning(IssueCopyRow.key)
        .execution_options(synchronize_session=False)
    )
    return len(again.all())


async def copies(session: AsyncSession, issue: int) -> tuple[Copy, ...]:
    """Return an issue's copies in the order in which they were planned."""
    rows = await session.scalars(
        select(IssueCopyRow).where(IssueCopyRow.issue == issue).order_by(IssueCopyRow.key)
    )
    return tuple(_copy(row) for row in rows)


async def next_wake(session: AsyncSession) -> datetime | None:
    """Return when the next copy wants to be looked at."""
    return await session.scalar(
        select(IssueCopyRow.wake_at)
        .where(IssueCopyRow.wake_at.is_not(None))
        .order_by(IssueCopyRow.wake_at)
        .limit(1)
    )


def _issue(row: IssueRow) -> Issue:
    return Issue(
        number=row.number,
        due_at=row.due_at,
        state=IssueState(row.state),
        notes=tuple(row.notes),
        nudged_at=row.nudged_at,
        previewed_at=row.previewed_at,
        held_why=None if row.held_why is None else HeldWhy(row.held_why),
        held_by=row.held_by,
        released_at=row.released_at,
        sent_at=row.sent_at,
        told=tuple(row.told),
    )


def _copy(row: IssueCopyRow) -> Copy:
    return Copy(
        key=row.key,
        issue=row.issue,
        kind=CopyKind(row.kind),
        address=row.address,
        state=CopyState(row.state),
        attempts=row.attempts,
        fault=row.fault,
    )
