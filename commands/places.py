"""Places at events, settled in the transaction that changes anything about them.

Whoever is offered a place, loses an offer, or is let in, is told in private: a notice is planned,
and what it says is looked at once more when it is said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.messages import Line, Moment, Reply, kept, line, reply
from commands.rules.attendance import Guests, reminded, settle
from commands.rules.buttons import offer_buttons
from commands.rules.schedule import FARTHEST, current, occurrences
from storage import attendance, notices, standingwishes, wishes
from storage.values import (
    AttendanceState,
    Attendee,
    Destination,
    Event,
    EventState,
    Notice,
    NoticeKind,
)

_TOLD = {
    AttendanceState.OFFERED: "place.offered",
    AttendanceState.LAPSED: "place.lapsed",
    AttendanceState.COMING: "place.yours",
}


def next_start(event: Event, now: datetime) -> datetime | None:
    """Return when an event starts next, None where it does not any more."""
    if event.state is EventState.CANCELLED:
        return None
    after = now + timedelta.resolution
    found = occurrences(event, after=after, before=now + FARTHEST, limit=1)
    return found[0] if found else None


async def settle_places(session: AsyncSession, event: Event, now: datetime) -> Guests:
    """Let offers run out and offer free places. Return who was let in by that.

    The caller has the event locked.
    """
    guests = await attendance.of(session, event.number)
    settled = settle(guests, capacity=event.capacity, now=now, start=next_start(event, now))
    return await keep(session, event, guests, settled, now=now)


async def keep(
    session: AsyncSession,
    event: Event,
    before: Guests,
    after: Guests,
    *,
    now: datetime,
    besides: int | None = None,
) -> Guests:
    """Keep a list that changed, and tell those whose standing did, besides the one who knows.

    Return who comes now and did not before.
    """
    was = {each.person: each for each in before}
    for gone in was.keys() - {each.person for each in after}:
        await attendance.drop(session, event.number, gone)
    changed = [each for each in after if was.get(each.person) != each]
    for each in changed:
        await attendance.save(session, event.number, each)
        known = was.get(each.person)
        if each.person != besides and (known is None or known.state is not each.state):
            await _tell(session, event, each, now)
    return tuple(
        each
        for each in changed
        if each.state is AttendanceState.COMING and not _came(was.get(each.person))
    )


async def is_full(session: AsyncSession, event: Event) -> bool:
    """Return whether whoever comes to an event now has to wait."""
    if event.capacity is None:
        return False
    return await attendance.taken(session, event.number) >= event.capacity


async def his_state(session: AsyncSession, event: Event, person: int) -> AttendanceState | None:
    """Return how somebody stands on an event's list, None where he does not."""
    guests = await attendance.of(session, event.number)
    return next((each.state for each in guests if each.person == person), None)


async def personal(
    session: AsyncSession, event: Event
) -> Mapping[Destination, tuple[timedelta, ...]]:
    """Return who is reminded of an event in private, and how long before, longest first."""
    wished = await wishes.of(session, event.number)
    guests = await attendance.of(session, event.number)
    if not guests:
        return wished
    standing = await standingwishes.of(session, [each.person for each in guests])
    told = reminded(guests, await wishes.by_person(session, event.number), standing)
    merged = {who: set(offsets) for who, offsets in wished.items()}
    for who, offsets in told.items():
        merged.setdefault(who, set()).update(offsets)
    return {who: tuple(sorted(offsets, reverse=True)) for who, offsets in merged.items()}


async def told_at(session: AsyncSession, guests: Collection[Attendee]) -> frozenset[Destination]:
    """Return wherever those on a list may be told of it: where they said so, and always."""
    standing = await standingwishes.of(session, [each.person for each in guests])
    here = {each.told for each in guests if each.told is not None}
    return frozenset(here | {each.told for each in standing.values()})


async def concerned(session: AsyncSession, event: Event) -> tuple[Destination, ...]:
    """Return whoever is told in private when an event changes, each person once."""
    wished = await wishes.of(session, event.number)
    persons = await wishes.by_person(session, event.number)
    guests = await attendance.of(session, event.number)
    coming = [each.told for each in guests if each.told and each.person not in persons]
    return tuple(dict.fromkeys([*wished, *coming]))


async def fits(session: AsyncSession, notice: Notice, event: Event, now: datetime) -> bool:
    """Return whether what a notice says of somebody's place is still so."""
    guests = await attendance.of(session, event.number)
    his = next((each for each in guests if each.told == notice.destination), None)
    said = notice.reply["lines"] if notice.reply else ()
    if his is None or not isinstance(said, list) or current(event, now) is None:
        return False
    held = his.offered_until is None or his.offered_until > now
    return held and said[0]["line"] == _TOLD.get(his.state)


async def _tell(session: AsyncSession, event: Event, guest: Attendee, now: datetime) -> None:
    start = next_start(event, now)
    if guest.told is None or guest.state not in _TOLD or start is None:
        return
    await notices.plan(
        session,
        kind=NoticeKind.OFFER,
        due_at=now,
        destination=guest.told,
        event=event.number,
        occurrence=start,
        reply=kept(_news(event, guest, start)),
    )


def _news(event: Event, guest: Attendee, start: datetime) -> Reply:
    said: Line = line(
        _TOLD[guest.state],
        number=event.number,
        title=event.title,
        kind=event.kind,
        starts=Moment(start, event.zone),
        until=Moment(guest.offered_until or start, event.zone),
        prefix="!",
    )
    offered = guest.state is AttendanceState.OFFERED
    return reply(said, buttons=offer_buttons(event) if offered else ())


def _came(guest: Attendee | None) -> bool:
    return guest is not None and guest.state is AttendanceState.COMING
