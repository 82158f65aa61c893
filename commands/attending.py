"""The desk for whoever says that he comes to an event, or that he does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.eventdesk import EVENT, event_to_change, may_count, record, spans_shown
from commands.grammar import plain
from commands.messages import Line, Reply, line, reply
from commands.offsets import Misunderstood, offsets
from commands.places import keep, next_start, personal, told_at
from commands.planning import Planning
from commands.rules.attendance import Guests, arrive, leave, place_in_line
from commands.rules.attendancelines import counted
from storage import attendance
from storage.values import AttendanceState, Attendee, Event
from storage.wishes import told

_IN_PRIVATE = frozenset({"private", "privately"})
_IN_PUBLIC = frozenset({"public", "publicly"})


@dataclass(frozen=True, slots=True)
class _How:
    """How somebody comes: in private or not, and how long before it he is told; None: as it was."""

    private: bool | None = None
    offsets: tuple[timedelta, ...] | None = None


class Attending:
    """Who comes to which event; of a series, to all of it."""

    def __init__(self, *, planning: Planning) -> None:
        self._planning = planning

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "coming",
                Who.IDENTIFIED,
                "help.coming",
                "coming 7 1d 30m",
                self.come,
                (EVENT, Argument("how", Kind.TEXT, optional=True)),
                aliases=("rsvp", "attend"),
                writes=True,
                pressable=True,
                form="coming N [private] [OFFSET…]",
            ),
            Command(
                "notcoming",
                Who.IDENTIFIED,
                "help.notcoming",
                "notcoming 7",
                self.stay_away,
                (EVENT,),
                aliases=("not coming",),
                writes=True,
                pressable=True,
            ),
        )

    async def come(self, call: Call) -> Reply:
        """Put the speaker on an event's list, or in line for it."""
        how = _how(call.text("how", ""))
        if isinstance(how, Misunderstood):
            return reply(how.problem)
        event = await event_to_change(call)
        if isinstance(event, Line):
            return reply(event)
        before = await attendance.of(call.session, event.number)
        after = arrive(
            before,
            _newcomer(call, before, how),
            capacity=event.capacity,
            now=call.now,
            start=next_start(event, call.now),
        )
        had, has = _his(before, call), _his(after, call)
        if has != had:
            await self._keep(call, event, before, after)
            await record(call, "event.coming", event)
        return await self._came(call, event, had, after)

    async def stay_away(self, call: Call) -> Reply:
        """Take the speaker off an event's list."""
        event = await event_to_change(call)
        if isinstance(event, Line):
            return reply(event)
        before = await attendance.of(call.session, event.number)
        had = _his(before, call)
        if had is None:
            return await self._answer(call, event, "coming.never", private=False)
        after = leave(
            before,
            call.person.key,
            capacity=event.capacity,
            now=call.now,
            start=next_start(event, call.now),
        )
        await self._keep(call, event, before, after)
        await self._planning.replan_for(call.session, event, [had], call.now)
        await record(call, "event.not_coming", event)
        return await self._answer(call, event, "coming.dropped", private=had.private)

    async def _keep(self, call: Call, event: Event, before: Guests, after: Guests) -> None:
        """Keep a list, and plan what those who come by this are told."""
        come = await keep(call.session, event, before, after, now=call.now, besides=call.person.key)
        guests = (*come, *(each for each in after if each.person == call.person.key))
        await self._planning.replan_for(call.session, event, guests, call.now)

    async def _came(self, call: Call, event: Event, had: Attendee | None, after: Guests) -> Reply:
        has = _his(after, call)
        if has is None or has.state is not AttendanceState.COMING:
            return _in_line(call, event, after)
        came = had is not None and had.state is AttendanceState.COMING
        key = "coming.already" if came and had == has else "coming.kept"
        return await self._answer(call, event, key, private=has.private)

    async def _answer(self, call: Call, event: Event, key: str, *, private: bool) -> Reply:
        """Say how the speaker stands; whoever comes in private is answered in private."""
        alone = private or call.where is None
        count = await attendance.count(call.session, event.number)
        exact = alone and await may_count(call, event)
        said = [line(key, number=event.number, title=event.title), *counted(count, exact=exact)]
        if key in {"coming.kept", "coming.already"}:
            said += await _reminders(call, event)
        return reply(*said, private=private)


async def _reminders(call: Call, event: Event) -> list[Line]:
    """Say how long before it the speaker is told, by whichever account."""
    his = _his(await attendance.of(call.session, event.number), call)
    where = await told_at(call.session, [his] if his else [])
    wanted = await personal(call.session, event)
    spans = sorted({span for each in where for span in wanted.get(each, ())}, reverse=True)
    start = next_start(event, call.now)
    left = [each for each in spans if start is not None and start - each >= call.now]
    return [line("coming.reminded", offsets=spans_shown(left))] if left else []


def _in_line(call: Call, event: Event, guests: Guests) -> Reply:
    """Say in private which place in line the speaker has: it is a figure about few people."""
    place = place_in_line(guests, call.person.key) or 0
    said = line(
        "coming.waiting",
        number=event.number,
        title=event.title,
        place=place,
        prefix=call.prefix,
    )
    return reply(said, private=True)


def _newcomer(call: Call, guests: Guests, how: _How) -> Attendee:
    """Return the speaker as he comes: what he does not say stays as he said it before."""
    had = _his(guests, call)
    new = had or Attendee(call.person.key, call.now, told=told(call.identity))
    if how.private is not None:
        new = replace(new, private=how.private)
    if how.offsets is not None:
        new = replace(new, offsets=how.offsets, told=told(call.identity))
    return new


def _his(guests: Guests, call: Call) -> Attendee | None:
    return next((each for each in guests if each.person == call.person.key), None)


def _how(text: str) -> _How | Misunderstood:
    words = plain(text).replace(",", " ").split()
    rest = [word for word in words if word not in _IN_PRIVATE | _IN_PUBLIC]
    private = True if _IN_PRIVATE & {*words} else False if _IN_PUBLIC & {*words} else None
    if not rest:
        return _How(private)
    if rest == ["off"]:
        return _How(private, ())
    found = offsets(" ".join(rest))
    return found if isinstance(found, Misunderstood) else _How(private, found)
