"""Who has a place at an event, who waits for one, and who is offered the next that is free.

A list is a tuple in the order in which people stand in line. No change of it throws anybody out,
and where there is a capacity, never more people come or are offered a place than it holds:
where it was lowered, those who have a place keep it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from storage.values import AttendanceState, Attendee, Destination, StandingWish

LONGEST_OFFER = timedelta(hours=12)
SHORTEST_OFFER = timedelta(minutes=15)
USUAL_OFFSETS = (timedelta(hours=1),)
"""How long before it those are told who come and have not said how long."""

_HOLDING = frozenset({AttendanceState.COMING, AttendanceState.OFFERED})

Guests = tuple[Attendee, ...]


def arrive(
    guests: Guests,
    newcomer: Attendee,
    *,
    capacity: int | None,
    now: datetime,
    start: datetime | None,
) -> Guests:
    """Return the list after somebody said that he comes; who is on it keeps his place in line.

    `start` is the next start after `now`, None where nothing starts any more: then a free place
    is nobody's, and whoever says so has it.
    """
    settled = settle(guests, capacity=capacity, now=now, start=start)
    had = next((each for each in settled if each.person == newcomer.person), None)
    others = tuple(each for each in settled if each.person != newcomer.person)
    if had is None or had.state is AttendanceState.LAPSED:
        state = AttendanceState.COMING if _room(others, capacity) else AttendanceState.WAITING
        return (*others, replace(newcomer, state=state, since=now, offered_until=None))
    takes = had.state in _HOLDING or (start is None and _room(others, capacity))
    now_is = replace(
        newcomer,
        state=AttendanceState.COMING if takes else had.state,
        since=had.since,
        offered_until=None,
    )
    return tuple(now_is if each is had else each for each in settled)


def leave(
    guests: Guests, person: int, *, capacity: int | None, now: datetime, start: datetime | None
) -> Guests:
    """Return the list after somebody said that he does not come: his place is the next one's."""
    others = tuple(each for each in guests if each.person != person)
    return settle(others, capacity=capacity, now=now, start=start)


def settle(
    guests: Guests, *, capacity: int | None, now: datetime, start: datetime | None
) -> Guests:
    """Return the list as it is at `now`: offers run out, and free places are offered in order."""
    if capacity is None:
        return tuple(_let_in(each) for each in guests)
    standing = tuple(_limited(each, now, start) for each in guests)
    free = capacity - _held(standing)
    if start is None or free <= 0:
        return standing
    until = deadline(now, start)
    settled = []
    for each in standing:
        if _waits(each) and free > 0:
            free -= 1
            settled.append(replace(each, state=AttendanceState.OFFERED, offered_until=until))
        else:
            settled.append(each)
    return tuple(settled)


def deadline(now: datetime, start: datetime) -> datetime:
    """Return until when a place is held that is offered now.

    Half the time to the start, between SHORTEST_OFFER and LONGEST_OFFER, and never past it.
    """
    held = min(LONGEST_OFFER, max(SHORTEST_OFFER, (start - now) / 2))
    return min(now + held, start)


def place_in_line(guests: Guests, person: int) -> int | None:
    """Return how many will be offered a place no later than somebody who waits, himself too."""
    waiting = [each.person for each in guests if _waits(each)]
    return waiting.index(person) + 1 if person in waiting else None


def reminded(
    guests: Iterable[Attendee],
    wishes: Mapping[int, Iterable[timedelta]],
    standing: Mapping[int, StandingWish],
) -> Mapping[Destination, tuple[timedelta, ...]]:
    """Return how long before it those who come are told, and where, longest first.

    Told is what each asked for when he said that he comes; else, unless he has a wish for this
    event, what he wants for every event; else USUAL_OFFSETS. `wishes` are those for this event
    by person: what they say already is not said again.
    """
    found: dict[Destination, tuple[timedelta, ...]] = {}
    for guest in guests:
        if guest.state is not AttendanceState.COMING:
            continue
        had = frozenset(wishes.get(guest.person, ()))
        told, asked = _asked(guest, standing.get(guest.person), wished=bool(had))
        if told is not None and (left := asked - had):
            found[told] = tuple(sorted(left, reverse=True))
    return found


def _asked(
    guest: Attendee, standing: StandingWish | None, *, wished: bool
) -> tuple[Destination | None, frozenset[timedelta]]:
    if guest.offsets is not None:
        return guest.told, frozenset(guest.offsets)
    if wished:
        return None, frozenset()
    if standing is not None:
        return standing.told, frozenset(standing.offsets)
    return guest.told, frozenset(USUAL_OFFSETS)


def _limited(guest: Attendee, now: datetime, start: datetime | None) -> Attendee:
    """Return how somebody stands whose offer, if he has one, ends with the start at the latest."""
    if guest.state is not AttendanceState.OFFERED or guest.offered_until is None:
        return guest
    until = now if start is None else min(guest.offered_until, start)
    if until <= now:
        return replace(guest, state=AttendanceState.LAPSED, offered_until=None)
    return replace(guest, offered_until=until)


def _let_in(guest: Attendee) -> Attendee:
    if guest.state in {AttendanceState.WAITING, AttendanceState.OFFERED}:
        return replace(guest, state=AttendanceState.COMING, offered_until=None)
    return guest


def _room(guests: Guests, capacity: int | None) -> bool:
    return capacity is None or capacity > _held(guests)


def _held(guests: Guests) -> int:
    return sum(each.state in _HOLDING for each in guests)


def _waits(guest: Attendee) -> bool:
    return guest.state is AttendanceState.WAITING
