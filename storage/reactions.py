"""What people did about our messages: heard once, told once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.database import insert_once
from storage.deliveries import DeliveryRow, recipient_of
from storage.heard import Reaction, ReactionKind, Suggestion
from storage.runs import RunRow
from storage.runvalues import Recipient


class ReactionRow(Table):
    """One reaction. `told_at` is when the coordinators were told, None while they are not."""

    __tablename__ = "reaction"
    __table_args__ = (Index("ix_reaction_of_run", "run", "kind"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    once: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    run: Mapped[int | None] = mapped_column(ForeignKey(RunRow.number))
    recipient: Mapped[int | None]
    wiki: Mapped[str]
    who: Mapped[str]
    revid: Mapped[int | None] = mapped_column(BigInteger)
    words: Mapped[str] = mapped_column(Text)
    suggestion: Mapped[str]
    told_at: Mapped[datetime | None] = mapped_column(index=True)


async def add(session: AsyncSession, heard: Iterable[Reaction]) -> tuple[Reaction, ...]:
    """Keep reactions. Return, with their numbers, those that were not known before."""
    new = []
    for each in heard:
        number = await session.scalar(
            insert_once(session, ReactionRow).values(**_columns(each)).returning(ReactionRow.number)
        )
        if number is not None:
            new.append(replace(each, number=number))
    return tuple(new)


async def get(session: AsyncSession, number: int, *, lock: bool = False) -> Reaction | None:
    """Return a reaction; `lock` when it is about to be changed in this transaction."""
    row = await session.get(ReactionRow, number, with_for_update=lock, populate_existing=lock)
    return None if row is None else _value(row)


async def recipient(session: AsyncSession, reaction: Reaction) -> Recipient | None:
    """Return the recipient whom a reaction is about, None where he is not known."""
    if reaction.run is None or reaction.recipient is None:
        return None
    row = await session.get(DeliveryRow, (reaction.run, reaction.recipient))
    return None if row is None else recipient_of(row)


async def decide(session: AsyncSession, number: int, suggestion: Suggestion) -> None:
    """Keep what became of a suggestion."""
    await session.execute(
        update(ReactionRow).where(ReactionRow.number == number).values(suggestion=suggestion)
    )


async def take_untold(
    session: AsyncSession, kinds: Collection[ReactionKind], now: datetime
) -> tuple[Reaction, ...]:
    """Return what was not told yet, oldest first; from now on it counts as told."""
    rows = await session.scalars(
        update(ReactionRow)
        .where(ReactionRow.told_at.is_(None), ReactionRow.kind.in_(kinds))
        .values(told_at=now)
        .returning(ReactionRow)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return tuple(_value(row) for row in sorted(rows, key=lambda row: row.number))


async def waiting_since(
    session: AsyncSession, kinds: Collection[ReactionKind]
) -> tuple[bool, datetime | None]:
    """Return whether anything waits to be told, and when something was told last."""
    waits = await session.scalar(
        select(ReactionRow.number)
        .where(ReactionRow.told_at.is_(None), ReactionRow.kind.in_(kinds))
        .limit(1)
    )
    return waits is not None, await session.scalar(select(func.max(ReactionRow.told_at)))


async def count(session: AsyncSession, run: int, kinds: Collection[ReactionKind]) -> int:
    """Return how many reactions of these kinds a run has."""
    found = await session.scalar(
        select(func.count())
        .select_from(ReactionRow)
        .where(ReactionRow.run == run, ReactionRow.kind.in_(kinds))
    )
    return found or 0


async def of_run(
    session: AsyncSession,
    run: int,
    kinds: Collection[ReactionKind],
    *,
    limit: int | None = None,
    skip: int = 0,
) -> tuple[Reaction, ...]:
    """Return a run's reactions of these kinds, oldest first, without the first `skip`."""
    rows = await session.scalars(
        select(ReactionRow)
        .where(ReactionRow.run == run, ReactionRow.kind.in_(kinds))
        .order_by(ReactionRow.number)
        .limit(limit)
        .offset(skip)
    )
    return tuple(map(_value, rows))


async def asked_to_stop(session: AsyncSession, run: int, *, since: datetime | None) -> int:
    """Return how many people asked a run for no more messages, since then, by their words."""
    found = await session.scalar(
        select(func.count(ReactionRow.who.distinct())).where(
            ReactionRow.run == run,
            *([ReactionRow.at >= since] if since else []),
            ReactionRow.suggestion != Suggestion.NONE,
            ReactionRow.suggestion != Suggestion.DECLINED,
        )
    )
    return found or 0


def _columns(each: Reaction) -> dict[str, object]:
    return {
        "once": each.once,
        "kind": each.kind,
        "at": each.at,
        "run": each.run,
        "recipient": each.recipient,
        "wiki": each.wiki,
        "who": each.who,
        "revid": each.revid,
        "words": each.words,
        "suggestion": each.suggestion,
    }


def _value(row: ReactionRow) -> Reaction:
    return Reaction(
        once=row.once,
        kind=ReactionKind(row.kind),
        at=row.at,
        run=row.run,
        recipient=row.recipient,
        wiki=row.wiki,
        who=row.who,
        revid=row.revid,
        words=row.words,
        suggestion=Suggestion(row.suggestion),
        number=row.number,
    )
