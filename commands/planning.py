"""What follows from an event: its reminders, planned with the change, and its announcements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.messages import Line, kept, reply
from commands.policy import STANDARD_OFFSETS, EventPolicy
from commands.rules.reminders import plan
from commands.rules.schedule import current
from storage import events, notices, reminders, wishes
from storage.values import Destination, Event, EventState, NoticeKind


class Planning:
    """Keeps what is to be said of an event, in the transaction that changes the event."""

    def __init__(self, *, policy: EventPolicy) -> None:
        self._policy = policy

    def offsets(self, event: Event) -> tuple[timedelta, ...]:
        """Return how long before it an event's channels are reminded."""
        if event.offsets is not None:
            return event.offsets
        kind = self._policy.kinds.get(event.kind)
        return STANDARD_OFFSETS if kind is None else kind.offsets

    async def replan(self, session: AsyncSession, event: Event, now: datetime) -> None:
        """Plan an event's reminders anew from `now` on; what is overdue is left as it is."""
        await reminders.drop(session, event.number, after=now)
        await self._plan(session, event, since=now, now=now)

    async def extend(
        self, session: AsyncSession, event: Event, *, since: datetime, now: datetime
    ) -> None:
        """Go on planning a series from where it was left, `since`, which may be long ago."""
        await self._plan(session, event, since=since, now=now)

    async def announce(
        self,
        session: AsyncSession,
        event: Event,
        said: Line,
        to: Iterable[Destination],
        *,
        now: datetime,
    ) -> None:
        """Tell something of an event at once."""
        for destination in to:
            await notices.plan(
                session,
                kind=NoticeKind.ANNOUNCEMENT,
                due_at=now,
                destination=destination,
                event=event.number,
                reply=kept(reply(said)),
            )

    async def audience(self, session: AsyncSession, event: Event) -> tuple[Destination, ...]:
        """Return whoever is to know that an event changed: its channels, and who asked."""
        return (*event.channels, *await wishes.of(session, event.number))

    async def _plan(
        self, session: AsyncSession, event: Event, *, since: datetime, now: datetime
    ) -> None:
        until = now + self._policy.horizon
        told = [(self.offsets(event), event.channels)]
        told += [(asked, (who,)) for who, asked in (await wishes.of(session, event.number)).items()]
        for offsets, destinations in told:
            planned = plan(
                event,
                offsets=offsets,
                destinations=destinations,
                now=since,
                horizon=until - since,
            )
            await reminders.plan(session, event.number, planned)
        await events.planned_to(session, event.number, until if _goes_on(event, now) else None)


def _goes_on(event: Event, now: datetime) -> bool:
    """Return whether there may be something to plan later: in a series that is not over."""
    standing = event.recurrence_rule is not None and event.state is not EventState.CANCELLED
    return standing and current(event, now) is not None
