"""Wikis that stopped the bot: by an edit to a page for that, by a block, or by a global lock.

A stop holds for all runs until two coordinators have lifted it. One row a wiki: the last stop.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from storage.columns import Table
from storage.runvalues import Stop, StopKind


class StopRow(Table):
    """The last stop of one wiki. It stands until `lifted_at` is set."""

    __tablename__ = "stop"

    wiki: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    page: Mapped[str]
    revid: Mapped[int | None] = mapped_column(BigInteger)
    by: Mapped[str]
    stopped_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class StopWordRow(Table):
    """One coordinator's word that a wiki may be written to again, waiting for a second's."""

    __tablename__ = "stop_word"

    wiki: Mapped[str] = mapped_column(ForeignKey("stop.wiki"), primary_key=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.key"), primary_key=True)
    said_at: Mapped[datetime]


async def stop(session: AsyncSession, new: Stop) -> bool:
    """Keep that a wiki stops the bot. Return False where it is stopped already."""
    last = await session.get(StopRow, new.wiki, with_for_update=True)
    if last is not None and last.lifted_at is None:
        return False
    await _forget_words(session, new.wiki)
    row = last or StopRow(wiki=new.wiki)
    row.kind, row.page, row.revid, row.by = new.kind, new.page, new.revid, new.by
    row.stopped_at, row.lifted_at = new.stopped_at, None
    session.add(row)
    await session.flush()
    return True


async def standing(session: AsyncSession, *, lock: bool = False) -> tuple[Stop, ...]:
    """Return the stops that stand, by wiki; `lock` when some are about to be lifted."""
    those = select(StopRow).where(StopRow.lifted_at.is_(None)).order_by(StopRow.wiki)
    rows = await session.scalars(those.with_for_update() if lock else those)
    return tuple(_value(row) for row in rows)


async def last(session: AsyncSession, wiki: str) -> Stop | None:
    """Return the last stop of a wiki, whether it stands or not."""
    row = await session.get(StopRow, wiki)
    return None if row is None else _value(row)


async def say(session: AsyncSession, wiki: str, *, person: int, now: datetime) -> None:
    """Keep a person's word for going on; said again, it is from now on."""
    await session.merge(StopWordRow(wiki=wiki, person=person, said_at=now))
    await session.flush()


async def words(session: AsyncSession, wiki: str, *, since: datetime) -> tuple[int, ...]:
    """Return whose words for going on stand that were said since then, oldest first."""
    found = await session.scalars(
        select(StopWordRow.person)
        .where(StopWordRow.wiki == wiki, StopWordRow.said_at >= since)
        .order_by(StopWordRow.said_at, StopWordRow.person)
    )
    return tuple(found)


async def lift(session: AsyncSession, wiki: str, now: datetime) -> None:
    """End a wiki's stop."""
    row = await session.get_one(StopRow, wiki)
    row.lifted_at = now
    await _forget_words(session, wiki)
    await session.flush()


def stopped(wiki: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Return the condition that a wiki is stopped."""
    return exists().where(StopRow.wiki == wiki, StopRow.lifted_at.is_(None))


async def _forget_words(session: AsyncSession, wiki: str) -> None:
    await session.execute(delete(StopWordRow).where(StopWordRow.wiki == wiki))


def _value(row: StopRow) -> Stop:
    return Stop(
        wiki=row.wiki,
        kind=StopKind(row.kind),
        page=row.page,
        revid=row.revid,
        by=row.by,
        stopped_at=row.stopped_at,
        lifted_at=row.lifted_at,
    )
