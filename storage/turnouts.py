"""What was counted at events, beside what was so for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.events import EventRow
from storage.followups import FollowUpRow
from storage.notices import NoticeRow
from storage.occurrences import OccurrenceRow
from storage.promotion import PromotionStepRow
from storage.values import EventState, NoticeState, Place


@dataclass(frozen=True, slots=True)
class Counted:
    """One occurrence whose host said how many came. `steps` is None where there was no plan."""

    kind: str
    at: datetime
    attended: int
    registered_at: datetime
    destinations: int
    steps: int | None

    @property
    def notice(self) -> timedelta:
        """How long before it began it was registered."""
        return self.at - self.registered_at


async def counted(session: AsyncSession, *, since: datetime) -> tuple[Counted, ...]:
    """Return all occurrences at or after `since` whose host told how many came, in order."""
    told = (
        select(
            NoticeRow.event,
            func.count(
                func.distinct(NoticeRow.network + "/" + NoticeRow.place + "/" + NoticeRow.address)
            ).label("count"),
        )
        .where(
            NoticeRow.state == NoticeState.SENT,
            NoticeRow.place != Place.PERSON,
            NoticeRow.event.is_not(None),
        )
        .group_by(NoticeRow.event)
        .subquery()
    )
    promoted = (
        select(
            PromotionStepRow.event,
            PromotionStepRow.occurrence,
            func.count(PromotionStepRow.done_at).label("count"),
        )
        .group_by(PromotionStepRow.event, PromotionStepRow.occurrence)
        .subquery()
    )
    rows = await session.execute(
        select(
            EventRow.kind,
            OccurrenceRow.at,
            OccurrenceRow.attended,
            EventRow.created_at,
            func.coalesce(told.c.count, 0),
            promoted.c.count,
        )
        .join(EventRow, EventRow.number == OccurrenceRow.event)
        .outerjoin(told, told.c.event == EventRow.number)
        .outerjoin(
            promoted,
            (promoted.c.event == EventRow.number) & (promoted.c.occurrence == OccurrenceRow.at),
        )
        .where(
            OccurrenceRow.at >= since,
            OccurrenceRow.attended.is_not(None),
            EventRow.state == EventState.SCHEDULED,
            EventRow.test.is_(False),
        )
        .order_by(OccurrenceRow.at, EventRow.number)
    )
    return tuple(Counted(*row) for row in rows)


async def held(session: AsyncSession, *, since: datetime) -> int:
    """Return how many occurrences took place since: those asked about, or told of unasked."""
    asked = await session.scalar(
        select(func.count()).select_from(FollowUpRow).where(FollowUpRow.occurrence >= since)
    )
    unasked = await session.scalar(
        select(func.count())
        .select_from(OccurrenceRow)
        .join(EventRow, and_(EventRow.number == OccurrenceRow.event, EventRow.test.is_(False)))
        .outerjoin(
            FollowUpRow,
            and_(
                FollowUpRow.event == OccurrenceRow.event,
                FollowUpRow.occurrence == OccurrenceRow.at,
            ),
        )
        .where(
            OccurrenceRow.at >= since,
            OccurrenceRow.attended.is_not(None),
            EventRow.state == EventState.SCHEDULED,
            FollowUpRow.key.is_(None),
        )
    )
    return (asked or 0) + (unasked or 0)
