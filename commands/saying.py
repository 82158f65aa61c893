"""What a notice that is due has to say, decided at the very moment when its turn has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.messages import Reply, recalled, reply
from commands.places import fits, is_full
from commands.rules import announcements
from commands.rules.buttons import event_buttons
from commands.rules.reminders import Verdict, judge, merge, put
from commands.rules.schedule import current
from commands.rules.subscriptions import is_told
from storage import (
    attendance,
    confirmations,
    events,
    notices,
    occurrences,
    people,
    reminders,
    runs,
    subscriptions,
    wishes,
)
from storage.runvalues import RunState
from storage.values import (
    Destination,
    Event,
    Identity,
    Notice,
    NoticeKind,
    NoticeState,
    Place,
)

PATIENCE = timedelta(days=3)
"""How long news that belongs to no event may wait for its destination."""

_SETTLED: Mapping[Verdict, NoticeState] = {
    Verdict.MERGED: NoticeState.MERGED,
    Verdict.MISSED: NoticeState.MISSED,
    Verdict.STALE: NoticeState.STALE,
}


@dataclass(frozen=True, slots=True)
class Saying:
    """What is to be said, and how the notice stands once it is; without a reply it stands so now.

    `absorbed` are the reminders that this one says too.
    """

    state: NoticeState
    reply: Reply | None = None
    absorbed: tuple[int, ...] = ()


async def saying(
    session: AsyncSession,
    notice: Notice,
    *,
    now: datetime,
    grace: timedelta,
    languages: Mapping[Destination, str],
) -> Saying:
    """Return what a notice has to say. It counts as late when more than `grace` after its time.

    It is said in the language that its channel has among `languages`, or that its person reads.
    """
    found = await _found(session, notice, now=now, grace=grace)
    if found.reply is None or found.reply.language is not None:
        return found
    language = await language_at(session, notice.destination, languages)
    return replace(found, reply=replace(found.reply, language=language))


async def language_at(
    session: AsyncSession, destination: Destination, languages: Mapping[Destination, str]
) -> str | None:
    """Return what is read there: the channel's language among `languages`, or the person's."""
    if destination.place is Place.CHANNEL:
        return languages.get(destination)
    identity = Identity(destination.network, destination.address)
    person = await people.find(session, identity)
    return person.language if person else None


async def _found(
    session: AsyncSession, notice: Notice, *, now: datetime, grace: timedelta
) -> Saying:
    event = None if notice.event is None else await events.get(session, notice.event)
    if notice.kind is NoticeKind.OFFER:
        return await _place(session, notice, event, now)
    if notice.run is not None and notice.kind is NoticeKind.REMINDER:
        return await _plea(session, notice)
    if notice.kind is NoticeKind.REMINDER:
        return await _reminder(session, notice, event, now=now, grace=grace)
    if event is not None:
        return await _announcement(session, notice, event, now)
    return await _news(session, notice, now=now, grace=grace)


async def _reminder(
    session: AsyncSession,
    notice: Notice,
    event: Event | None,
    *,
    now: datetime,
    grace: timedelta,
) -> Saying:
    told = await reminders.said(session, notice)
    wanted = event is not None and await _wanted(session, notice, event)
    due = {each.number: each for each in await reminders.due_with(session, notice, now)}
    judged = merge(
        (
            each,
            judge(event, each, now=now, grace=grace, told=wanted, said=told.get(each.occurrence)),
        )
        for each in {notice.number: notice, **due}.values()
    )
    verdicts = {each.number: verdict for each, verdict in judged}
    verdict = verdicts.pop(notice.number)
    if event is None or verdict in _SETTLED:
        return Saying(_SETTLED.get(verdict, NoticeState.STALE))
    absorbed = tuple(number for number, each in verdicts.items() if each is Verdict.MERGED)
    full = await is_full(session, event)
    return Saying(NoticeState.SENT, _put(event, notice, verdict, now, full=full), absorbed)


def _put(event: Event, notice: Notice, verdict: Verdict, now: datetime, *, full: bool) -> Reply:
    """Only channels are offered something to press: whoever asked to be reminded has pressed."""
    channel = notice.destination.place is Place.CHANNEL
    buttons = event_buttons(event, now, full=full) if channel else ()
    return reply(put(event, notice, verdict, now=now), buttons=buttons)


async def _announcement(
    session: AsyncSession, notice: Notice, event: Event, now: datetime
) -> Saying:
    """Only the newest announcement of an event is worth saying, and only until it is over."""
    if await notices.superseded(session, notice):
        return Saying(NoticeState.MERGED)
    if await _declined(session, notice.destination, event):
        return Saying(NoticeState.STALE)
    if current(event, now) is None:
        return Saying(NoticeState.MISSED)
    full = await is_full(session, event)
    return Saying(NoticeState.SENT, _refreshed(notice, event, now, full=full))


async def _place(
    session: AsyncSession, notice: Notice, event: Event | None, now: datetime
) -> Saying:
    """Say what became of somebody's place only as long as it is so."""
    if event is None or not await fits(session, notice, event, now):
        return Saying(NoticeState.STALE)
    return Saying(NoticeState.SENT, announcements.fresh(_kept(notice), event, now))


async def _wanted(session: AsyncSession, notice: Notice, event: Event) -> bool:
    """Return whether a reminder still concerns its destination.

    A person has asked for it himself, unless it came of what he subscribed to; a channel may have
    been taken off the event.
    """
    if await _ended(session, notice, event):
        return False
    destination = notice.destination
    if destination.place is Place.PERSON:
        return not await _declined(session, destination, event)
    subscription = await subscriptions.of(session, destination)
    return is_told(event, destination, subscription)


async def _ended(session: AsyncSession, notice: Notice, event: Event) -> bool:
    """Return whether the occurrence that a reminder is about was said to be over."""
    if notice.occurrence is None:
        return False
    known = await occurrences.get(session, event.number, notice.occurrence)
    return known.ended_at is not None


async def _declined(session: AsyncSession, destination: Destination, event: Event) -> bool:
    """Return whether a destination has subscribed, and by now not to this event.

    What somebody asked to be told of this very event he is told all the same.
    """
    subscription = await subscriptions.of(session, destination)
    if subscription is None or is_told(event, destination, subscription):
        return False
    return destination.place is Place.CHANNEL or not await _asked(session, destination, event)


async def _asked(session: AsyncSession, who: Destination, event: Event) -> bool:
    if who in await wishes.of(session, event.number):
        return True
    person = await people.find(session, Identity(who.network, who.address))
    if person is None:
        return False
    return any(each.person == person.key for each in await attendance.of(session, event.number))


def _refreshed(notice: Notice, event: Event, now: datetime, *, full: bool) -> Reply:
    said = announcements.fresh(_kept(notice), event, now)
    if notice.destination.place is Place.PERSON:
        return said
    return replace(said, buttons=event_buttons(event, now, full=full))


async def _plea(session: AsyncSession, notice: Notice) -> Saying:
    """Nobody is reminded to confirm once the proposal is settled or he has confirmed it."""
    run = await runs.get(session, notice.run or 0)
    if run is None or run.state is not RunState.PROPOSED or run.proposed_at is None:
        return Saying(NoticeState.STALE)
    to = Identity(notice.destination.network, notice.destination.address)
    person = await people.find(session, to)
    said = {each.person for each in await confirmations.confirmations(session, run.number)}
    if run.proposed_at > notice.due_at or person is None or person.key in said:
        return Saying(NoticeState.STALE)
    return Saying(NoticeState.SENT, _kept(notice))


async def _news(
    session: AsyncSession, notice: Notice, *, now: datetime, grace: timedelta
) -> Saying:
    late = now - notice.due_at
    if late > PATIENCE:
        return Saying(NoticeState.MISSED)
    progress = notice.kind is NoticeKind.PROGRESS
    if progress and late > grace and await notices.superseded(session, notice):
        return Saying(NoticeState.MERGED)
    return Saying(NoticeState.SENT, _kept(notice))


def _kept(notice: Notice) -> Reply:
    if notice.reply is None:
        raise ValueError(f"notice {notice.number} has nothing to say")
    return recalled(notice.reply)
