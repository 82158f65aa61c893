"""Our own list of those who want no messages, for good."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Row,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.database import insert_once
from storage.deliveries import DeliveryRow
from storage.heard import Addressee, OptOut

_ASKED_BY_NAME = 100
"""Above so many at once, the whole list is read: it is shorter than an audience."""


class OptOutRow(Table):
    """One entry. `wiki` is empty where it holds everywhere, `human` where nobody knows him."""

    __tablename__ = "opt_out"
    __table_args__ = (UniqueConstraint("user", "wiki"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[str]
    wiki: Mapped[str]
    human: Mapped[str] = mapped_column(index=True)
    by: Mapped[int] = mapped_column(ForeignKey("person.key"))
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


# Asked for with every message, and made once: to make it takes longer than to run it.
_LIST = OptOutRow.metadata.tables[OptOutRow.__tablename__]
_WHOLE = select(_LIST)
_OF_SOME = _WHOLE.where(
    or_(
        _LIST.c.user.in_(bindparam("users", expanding=True)),
        _LIST.c.human.in_(bindparam("humans", expanding=True)),
    )
)


async def add(
    session: AsyncSession, user: str, *, wiki: str, human: str, by: int, why: str, now: datetime
) -> int | None:
    """Put an account on the list. Return the entry's number, None where it is there already.

    An entry of nobody known becomes that of this human.
    """
    added: int | None = await session.scalar(
        insert_once(session, OptOutRow)
        .values(user=user, wiki=wiki, human=human, by=by, why=why, at=now)
        .returning(OptOutRow.number)
    )
    if added is None and human:
        await session.execute(
            update(OptOutRow)
            .where(OptOutRow.user == user, OptOutRow.wiki == wiki, OptOutRow.human == "")
            .values(human=human)
            .execution_options(synchronize_session=False)
        )
    return added


async def remove(session: AsyncSession, user: str, *, wiki: str | None = None) -> tuple[int, ...]:
    """Take an account off the list, of one wiki or of all. Return the entries' numbers."""
    there = [] if wiki is None else [OptOutRow.wiki == wiki]
    gone = await session.scalars(
        delete(OptOutRow)
        .where(OptOutRow.user == user, *there)
        .returning(OptOutRow.number)
        .execution_options(synchronize_session=False)
    )
    return tuple(sorted(gone))


async def count(session: AsyncSession) -> int:
    """Return how many entries there are."""
    return await session.scalar(select(func.count()).select_from(OptOutRow)) or 0


async def listed(session: AsyncSession, limit: int, *, skip: int = 0) -> tuple[OptOut, ...]:
    """Return entries by name, without the first `skip`."""
    rows = await session.scalars(
        select(OptOutRow).order_by(OptOutRow.user, OptOutRow.wiki).limit(limit).offset(skip)
    )
    return tuple(map(_value, rows))


async def opted_out(
    session: AsyncSession, asked: Collection[Addressee]
) -> Mapping[Addressee, OptOut]:
    """Return those who are on the list, each with an entry that says so.

    An entry is for whoever has its name, on its wiki or on any, and for all other accounts of
    the same human. One statement, for one at the moment of sending as for a whole audience.
    """
    if len(asked) > _ASKED_BY_NAME:
        rows = await session.execute(_WHOLE)
    else:
        humans = [each.human for each in asked if each.human]
        users = [each.user for each in asked]
        rows = await session.execute(_OF_SOME, {"users": users, "humans": humans})
    entries: dict[tuple[str, str], OptOut] = {}
    for row in rows:
        entry = _value(row)
        entries[entry.wiki, f"name:{entry.user}"] = entry
        if entry.human:
            entries[entry.wiki, f"human:{entry.human}"] = entry
    found = {each: _entry_of(each, entries) for each in asked}
    return {each: entry for each, entry in found.items() if entry is not None}


async def human_of(session: AsyncSession, user: str, *, wiki: str) -> str:
    """Return which human an account was when a run last wrote to it; empty where none did."""
    there = [DeliveryRow.wiki == wiki] if wiki else []
    human = await session.scalar(
        select(DeliveryRow.human)
        .where(DeliveryRow.user == user, DeliveryRow.human != "", *there)
        .order_by(DeliveryRow.run.desc())
        .limit(1)
    )
    return human or ""


def _entry_of(asked: Addressee, entries: Mapping[tuple[str, str], OptOut]) -> OptOut | None:
    keys = [f"name:{asked.user}", f"human:{asked.human}"]
    found = (entries.get((wiki, key)) for wiki in ("", asked.wiki) for key in keys)
    return next((entry for entry in found if entry is not None), None)


def _value(row: OptOutRow | Row[Any]) -> OptOut:
    return OptOut(row.number, row.user, row.wiki, row.human, row.by, row.why, row.at)
