"""What persons are called on the wikis, as they told it: there those who attend are written to."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.attendance import AttendanceRow
from storage.columns import Table
from storage.people import PersonRow
from storage.values import AttendanceState


class EditorRow(Table):
    """One person's user name. Nothing vouches for it: it earns no right."""

    __tablename__ = "editor"

    person: Mapped[int] = mapped_column(ForeignKey(PersonRow.key), primary_key=True)
    name: Mapped[str]


async def name_of(session: AsyncSession, person: int) -> str | None:
    """Return what a person is called on the wikis, None where it was not told."""
    return await session.scalar(select(EditorRow.name).where(EditorRow.person == person))


async def set_name(session: AsyncSession, person: int, name: str | None) -> None:
    """Keep what a person is called on the wikis; None forgets it."""
    await session.execute(delete(EditorRow).where(EditorRow.person == person))
    if name is not None:
        session.add(EditorRow(person=person, name=name))
        await session.flush()


async def join(session: AsyncSession, *, kept: int, joined: int) -> None:
    """Let `kept` have the name that `joined` has told, unless he has told one himself."""
    if await name_of(session, kept) is None:
        await set_name(session, kept, await name_of(session, joined))
    await set_name(session, joined, None)


async def attending(session: AsyncSession, events: Collection[int]) -> tuple[tuple[str, ...], int]:
    """Return the names of those who come to any of these events, and how many have told none.

    Whoever comes in private, or waits for a place, is left out.
    """
    coming = (
        select(AttendanceRow.person, EditorRow.name)
        .outerjoin(EditorRow, EditorRow.person == AttendanceRow.person)
        .where(
            AttendanceRow.event.in_(events),
            AttendanceRow.state == AttendanceState.COMING,
            AttendanceRow.private.is_(False),
        )
        .distinct()
    )
    names = [row.name for row in await session.execute(coming)]
    told = sorted({name for name in names if name is not None})
    return tuple(told), names.count(None)
