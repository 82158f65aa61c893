"""Who is never to be asked whether another event is planned, and who organised what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import events
from storage.columns import Table
from storage.database import insert_once
from storage.events import EventRow
from storage.issuevalues import Organised
from storage.values import EventState


class NoNudgeRow(Table):
    """A person who does not want to be asked."""

    __tablename__ = "no_nudge"

    person: Mapped[int] = mapped_column(ForeignKey("person.key"), primary_key=True)
    said_at: Mapped[datetime]


async def refuse(session: AsyncSession, person: int, now: datetime) -> None:
    """Keep that a person does not want to be asked."""
    await session.execute(
        insert_once(session, NoNudgeRow).values(person=person, said_at=now),
    )


async def allow(session: AsyncSession, person: int) -> None:
    """Keep that a person may be asked again."""
    await session.execute(delete(NoNudgeRow).where(NoNudgeRow.person == person))


async def refused(session: AsyncSession) -> frozenset[int]:
    """Return all who do not want to be asked."""
    return frozenset(await session.scalars(select(NoNudgeRow.person)))


async def organised(session: AsyncSession, *, since: datetime) -> tuple[Organised, ...]:
    """Return what persons registered and what may have had, or will have, a start since then.

    Proposals are among it, tests are not.
    """
    rows = await session.scalars(
        select(EventRow)
        .where(
            EventRow.state != EventState.CANCELLED,
            EventRow.test.is_(False),
            EventRow.recurrence_rule.is_not(None) | (EventRow.starts_at >= since),
        )
        .order_by(EventRow.starts_at, EventRow.number)
    )
    return tuple(Organised(row.created_by, events.value(row)) for row in rows)
