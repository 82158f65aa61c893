"""What follows from an event: its reminders, planned with the change, and its announcements."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.messages import Document, DocumentKind, Line, kept, reply
from commands.places import concerned, personal, settle_places, told_at
from commands.policy import STANDARD_OFFSETS, EventPolicy
from commands.promotionsteps import keep_in_step
from commands.rules.announcements import pictured
from commands.rules.reminders import beginning, plan
from commands.rules.schedule import current
from commands.rules.subscriptions import SUBSCRIBERS_OFFSETS, Spread, is_told, spread
from storage import events, notices, reminders, subscriptions
from storage.values import Attendee, Destination, Event, EventState, NoticeKind, Place, Subscription

_OVERLAP = timedelta(days=1)


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
        """Plan an event's reminders anew from `now` on; what is overdue is left as it is.

        Its promotion plan follows it.
        """
        await keep_in_step(session, event, now)
        await settle_places(session, event, now)
        await reminders.drop(session, event.number, after=now)
        await self._plan(session, event, since=now, now=now)

    async def settle(self, session: AsyncSession, event: Event, now: datetime) -> None:
        """Let offers of places run out, and offer those that are free; the event is locked."""
        let_in = await settle_places(session, event, now)
        await self.replan_for(session, event, let_in, now)

    async def replan_for(
        self, session: AsyncSession, event: Event, guests: Collection[Attendee], now: datetime
    ) -> None:
        """Plan anew what some on an event's list are told, by whichever of their accounts."""
        await self.replan_at(session, event, await told_at(session, guests), now)

    async def replan_at(
        self, session: AsyncSession, event: Event, who: Collection[Destination], now: datetime
    ) -> None:
        """Plan anew what some are to be told of an event from `now` on, and nobody else."""
        if not who:
            return
        for each in who:
            await reminders.drop_for(session, event.number, each)
        asked = await personal(session, event)
        for each in who:
            usual = self._usual(event, each, await subscriptions.of(session, each))
            await self._plan_at(session, event, each, (*usual, *asked.get(each, ())), now)

    async def begin(
        self, session: AsyncSession, event: Event, occurrence: datetime, now: datetime
    ) -> None:
        """Say now that an occurrence begins, wherever it was not said, and never again."""
        waiting = [
            each.destination
            for each in await reminders.pending(session, event.number)
            if each.occurrence == occurrence and each.destination.place is Place.PERSON
        ]
        where = {*await self.channels(session, event), *waiting}
        await reminders.plan(session, event.number, beginning(event, occurrence, where, now))
        await reminders.hasten(session, event.number, occurrence, now)

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
        """Tell something of an event at once; with its card, where it is the first that is told."""
        card = Document(DocumentKind.CARD, event.number) if pictured(said) else None
        await notices.plan_everywhere(
            session,
            to,
            kind=NoticeKind.ANNOUNCEMENT,
            due_at=now,
            event=event.number,
            reply=kept(reply(said, document=card)),
        )

    async def audience(self, session: AsyncSession, event: Event) -> tuple[Destination, ...]:
        """Return whoever is to know that an event changed: where it goes, and who asked."""
        reached = await self.hearers(session, event)
        return tuple(dict.fromkeys((*reached, *await concerned(session, event))))

    async def spread(self, session: AsyncSession, event: Event) -> Spread:
        """Return where an event goes, and why."""
        return spread(event, await subscriptions.everywhere(session))

    async def hearers(self, session: AsyncSession, event: Event) -> tuple[Destination, ...]:
        """Return the channels and persons that are told that an event is new."""
        where = await self.spread(session, event)
        return (*where.channels, *where.persons)

    async def channels(self, session: AsyncSession, event: Event) -> tuple[Destination, ...]:
        """Return the channels that an event goes to: its own or the usual, and subscribed ones."""
        return (await self.spread(session, event)).channels

    async def follow(
        self,
        session: AsyncSession,
        destination: Destination,
        affected: Collection[Event],
        now: datetime,
    ) -> None:
        """Plan events' reminders for one that begins or ceases to be told of them."""
        await notices.withdraw(session, [each.number for each in affected], destination)
        subscription = await subscriptions.of(session, destination)
        for event in affected:
            offsets = self._usual(event, destination, subscription)
            if destination.place is Place.PERSON:
                offsets += (await personal(session, event)).get(destination, ())
            await self._plan_at(session, event, destination, offsets, now)

    async def _plan(
        self, session: AsyncSession, event: Event, *, since: datetime, now: datetime
    ) -> None:
        until = now + self._policy.horizon
        for offsets, destinations in await self._told(session, event):
            planned = plan(
                event,
                offsets=offsets,
                destinations=destinations,
                now=since,
                horizon=until - since,
            )
            await reminders.plan(session, event.number, planned)
        await events.planned_to(session, event.number, until if _goes_on(event, now) else None)

    async def _plan_at(
        self,
        session: AsyncSession,
        event: Event,
        destination: Destination,
        offsets: Collection[timedelta],
        now: datetime,
    ) -> None:
        planned = plan(
            event,
            offsets=offsets,
            destinations=(destination,),
            now=now,
            # A series may be planned on at this moment for those whom it went to before.
            horizon=self._policy.horizon + _OVERLAP,
        )
        await reminders.plan(session, event.number, planned)

    def _usual(
        self, event: Event, destination: Destination, subscription: Subscription | None
    ) -> tuple[timedelta, ...]:
        """Return how long before an event a destination is told of it without asking for that."""
        if not is_told(event, destination, subscription):
            return ()
        private = destination.place is Place.PERSON
        return SUBSCRIBERS_OFFSETS if private else self.offsets(event)

    async def _told(
        self, session: AsyncSession, event: Event
    ) -> list[tuple[tuple[timedelta, ...], tuple[Destination, ...]]]:
        """Return where reminders of an event go, and how long before it."""
        where = await self.spread(session, event)
        asked = await personal(session, event)
        return [
            (self.offsets(event), where.channels),
            (SUBSCRIBERS_OFFSETS, where.persons),
            *((offsets, (who,)) for who, offsets in asked.items()),
        ]


def _goes_on(event: Event, now: datetime) -> bool:
    """Return whether there may be something to plan later: in a series that is not over."""
    standing = event.recurrence_rule is not None and event.state is EventState.SCHEDULED
    return standing and current(event, now) is not None
