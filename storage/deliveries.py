"""One row a recipient: frozen with the run, counted, retried. `storage.claims` works them off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    ForeignKey,
    Index,
    Row,
    Text,
    UniqueConstraint,
    and_,
    delete,
    exists,
    false,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.runs import RunRow
from storage.runvalues import Count, Delivery, DeliveryState, Recipient, RunState, Way
from storage.stops import stopped

UNDER_WAY = (RunState.CANARY, RunState.RUNNING)
_OPEN = (DeliveryState.PENDING, DeliveryState.CLAIMED)


class DeliveryRow(Table):
    """One recipient's message and its state."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("run", "wiki", "title"),
        Index("ix_delivery_next", "wiki", "state", "run", "number"),
        Index("ix_delivery_account", "user", "wiki"),
    )

    run: Mapped[int] = mapped_column(ForeignKey("run.number"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    wiki: Mapped[str]
    title: Mapped[str]
    user: Mapped[str | None]
    as_listed: Mapped[str]
    reason: Mapped[str]
    language: Mapped[str] = mapped_column(default="", server_default="")
    page_language: Mapped[str] = mapped_column(default="", server_default="")
    way: Mapped[str] = mapped_column(default=Way.SECTION, server_default=Way.SECTION)
    human: Mapped[str] = mapped_column(default="", server_default="", index=True)
    others: Mapped[list[list[str]]] = mapped_column(default=list, server_default="[]")
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    put_off_at: Mapped[datetime | None]
    revid: Mapped[int | None] = mapped_column(BigInteger)
    # Not unique: where pages are merged by hand, two deliveries may stand on one page.
    saved_title: Mapped[str | None]
    saved_at: Mapped[datetime | None]
    verified: Mapped[bool] = mapped_column(default=False, server_default=false())
    outcome: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    retriable: Mapped[bool] = mapped_column(default=False)


async def freeze(session: AsyncSession, run: int, recipients: Iterable[Recipient]) -> None:
    """Keep who gets a run's message, in place of an earlier draft's audience.

    Raises ValueError when any delivery of the run was already begun.
    """
    if await _any(session, run, DeliveryRow.state != DeliveryState.PENDING):
        raise ValueError(f"run {run} has begun")
    await session.execute(delete(DeliveryRow).where(DeliveryRow.run == run))
    rows = [_fresh(run, recipient) for recipient in recipients]
    if rows:
        await session.execute(insert(DeliveryRow), rows)


async def of_run(session: AsyncSession, run: int) -> tuple[Delivery, ...]:
    """Return all deliveries of a run by number."""
    rows = await session.scalars(
        select(DeliveryRow).where(DeliveryRow.run == run).order_by(DeliveryRow.number)
    )
    return tuple(value_of(row) for row in rows)


async def of_human(session: AsyncSession, run: int, human: str) -> Delivery | None:
    """Return the delivery of a run to a human (see `commands.rules.humans`), if there is one."""
    row = await session.scalar(
        select(DeliveryRow).where(DeliveryRow.run == run, DeliveryRow.human == human).limit(1)
    )
    return None if row is None else value_of(row)


async def counts(session: AsyncSession, run: int) -> tuple[Count, ...]:
    """Return how many of a run's deliveries stand where, by wiki and state."""
    rows = await session.execute(
        select(DeliveryRow.wiki, DeliveryRow.state, func.count())
        .where(DeliveryRow.run == run)
        .group_by(DeliveryRow.wiki, DeliveryRow.state)
        .order_by(DeliveryRow.wiki, DeliveryRow.state)
    )
    return tuple(Count(wiki, DeliveryState(state), number) for wiki, state, number in rows)


async def saved_since(session: AsyncSession, run: int, instant: datetime) -> int:
    """Return how many of a run's messages were saved since an instant."""
    found = await session.scalar(
        select(func.count())
        .select_from(DeliveryRow)
        .where(DeliveryRow.run == run, DeliveryRow.saved_at >= instant)
    )
    return found or 0


async def claimed_count(session: AsyncSession, run: int | None = None) -> int:
    """Return how many edits may be on their way, of one run or of all."""
    of_this = [] if run is None else [DeliveryRow.run == run]
    found = await session.scalar(
        select(func.count())
        .select_from(DeliveryRow)
        .where(DeliveryRow.state == DeliveryState.CLAIMED, *of_this)
    )
    return found or 0


async def retry(session: AsyncSession, run: int) -> int:
    """Put a run's deliveries back that failed and may be retried. Return how many."""
    again = await session.scalars(
        update(DeliveryRow)
        .where(
            DeliveryRow.run == run,
            DeliveryRow.state == DeliveryState.FAILED,
            DeliveryRow.retriable,
        )
        .values(
            state=DeliveryState.PENDING,
            attempts=0,
            put_off_at=None,
            outcome="",
            detail="",
            retriable=False,
        )
        .returning(DeliveryRow.number)
        .execution_options(synchronize_session=False)
    )
    return len(again.all())


async def skip_waiting(session: AsyncSession, run: int, *, outcome: str) -> int:
    """Put on record that a run's deliveries that still wait are skipped. Return how many."""
    skipped = await session.scalars(
        update(DeliveryRow)
        .where(DeliveryRow.run == run, DeliveryRow.state == DeliveryState.PENDING)
        .values(state=DeliveryState.SKIPPED, outcome=outcome)
        .returning(DeliveryRow.number)
        .execution_options(synchronize_session=False)
    )
    return len(skipped.all())


async def unfinished_wikis(session: AsyncSession, run: int) -> frozenset[str]:
    """Return on which wikis deliveries of a run still wait or are under way."""
    wikis = await session.scalars(
        select(DeliveryRow.wiki)
        .where(DeliveryRow.run == run, DeliveryRow.state.in_(_OPEN))
        .distinct()
    )
    return frozenset(wikis)


async def next_due(session: AsyncSession, now: datetime) -> datetime | None:
    """Return when the next delivery that waits for an instant may be taken up again."""
    return await session.scalar(
        select(func.min(DeliveryRow.due_at)).where(
            DeliveryRow.state == DeliveryState.PENDING, DeliveryRow.due_at > now
        )
    )


async def canaries(session: AsyncSession, run: int, canary: int) -> tuple[Delivery, ...]:
    """Return the first deliveries of a run, which must go well before the rest follows."""
    rows = await session.scalars(
        select(DeliveryRow).where(DeliveryRow.run == run, DeliveryRow.number <= canary)
    )
    return tuple(value_of(row) for row in rows)


def workable(
    canary: int | BindParameter[int], now: datetime | BindParameter[datetime]
) -> ColumnElement[bool]:
    """Return the condition on a delivery and its run that it may be worked on now.

    Of a run that is tried out, only the first `canary` deliveries may. Nothing may outside the
    run's window, on a wiki that stopped the bot, or before it is due.
    """
    return and_(
        DeliveryRow.state.in_(_OPEN),
        or_(
            RunRow.state == RunState.RUNNING,
            and_(RunRow.state == RunState.CANARY, DeliveryRow.number <= canary),
        ),
        or_(RunRow.not_before.is_(None), RunRow.not_before <= now),
        or_(RunRow.not_after.is_(None), RunRow.not_after > now),
        or_(DeliveryRow.due_at.is_(None), DeliveryRow.due_at <= now),
        not_(stopped(DeliveryRow.wiki)),
    )


def unsettled(canary: int, now: datetime) -> ColumnElement[bool]:
    """Return the condition on a delivery and its run that its lane has something to do for it.

    It may be worked on; or its run was cancelled, or its window ended, while it was claimed:
    then nobody knows yet how it has ended; or it was tried out, and its lane attends to what the
    wiki says to it.
    """
    over = or_(
        and_(DeliveryRow.state.in_(_OPEN), RunRow.state == RunState.CANCELLED),
        and_(
            DeliveryRow.state == DeliveryState.CLAIMED,
            RunRow.state.in_(UNDER_WAY),
            RunRow.not_after <= now,
        ),
    )
    attended = and_(
        DeliveryRow.state == DeliveryState.SENT,
        RunRow.state == RunState.CANARY,
        RunRow.rests_until > now,
        not_(stopped(DeliveryRow.wiki)),
    )
    return or_(workable(canary, now), over, attended)


def recipient_of(row: DeliveryRow | Row[Any]) -> Recipient:
    """Return a row's recipient as a value."""
    return Recipient(
        number=row.number,
        wiki=row.wiki,
        title=row.title,
        user=row.user,
        as_listed=row.as_listed,
        reason=row.reason,
        language=row.language,
        page_language=row.page_language,
        way=Way(row.way),
        human=row.human,
        others=tuple((wiki, title) for wiki, title in row.others),
    )


def value_of(row: DeliveryRow | Row[Any]) -> Delivery:
    """Return a row as a value."""
    return Delivery(
        run=row.run,
        recipient=recipient_of(row),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        claimed_at=row.claimed_at,
        due_at=row.due_at,
        put_off_at=row.put_off_at,
        revid=row.revid,
        saved_title=row.saved_title,
        saved_at=row.saved_at,
        verified=row.verified,
        outcome=row.outcome,
        detail=row.detail,
        retriable=row.retriable,
    )


async def _any(session: AsyncSession, run: int, condition: ColumnElement[bool]) -> bool:
    found = await session.scalar(select(exists().where(DeliveryRow.run == run, condition)))
    return bool(found)


def _fresh(run: int, recipient: Recipient) -> dict[str, Any]:
    return {
        "run": run,
        "number": recipient.number,
        "wiki": recipient.wiki,
        "title": recipient.title,
        "user": recipient.user,
        "as_listed": recipient.as_listed,
        "reason": recipient.reason,
        "language": recipient.language,
        "page_language": recipient.page_language,
        "way": recipient.way,
        "human": recipient.human,
        "others": [list(each) for each in recipient.others],
        "state": DeliveryState.PENDING,
    }
