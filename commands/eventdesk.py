"""What the desks for events have in common: finding the event meant, and saying how it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from commands.declaration import Argument, Call, Kind
from commands.hosts import sees_to
from commands.messages import Line, Moment, Reply, Value, line, reply
from commands.readers import Reader
from commands.rules.buttons import event_buttons
from commands.rules.schedule import begun, closed, current
from storage import cards, events, ledger, occurrences
from storage.values import (
    AttendanceState,
    Card,
    CardKind,
    Destination,
    Event,
    EventState,
    Occurrence,
)

EVENT = Argument("event", Kind.NUMBER)


async def event_meant(call: Call) -> Event | Line:
    """Return the event of the argument EVENT, or a sentence that there is none."""
    event = await events.get(call.session, call.number(EVENT.name))
    if event is not None and event.state is EventState.PROPOSED and not _decides(call):
        return line("event.is_proposed", number=event.number)
    return event or _no_such(call)


async def event_to_change(call: Call) -> Event | Line:
    """Return the event of the argument EVENT, locked, or a sentence why it cannot be changed."""
    event = await events.get(call.session, call.number(EVENT.name), lock=True)
    if event is None:
        return _no_such(call)
    known = await occurrences.of(call.session, event.number)
    return closed(event, call.now, known) or event


async def holds(call: Call, event: Event) -> bool:
    """Return whether the speaker may tell how an event went: who registered it, or decides."""
    return await sees_to(call.session, call.person, event)


async def may_count(call: Call, event: Event) -> bool:
    """Return whether the speaker may know of an event how many come, however few."""
    return call.speaker.person is not None and await holds(call, event)


def shown(to: Reader, event: Event, instant: datetime) -> Moment:
    """Return an instant to be shown in UTC and in the reader's zone, else in the event's."""
    return Moment(instant, to.zone or event.zone)


def standing(to: Reader, event: Event, known: Collection[Occurrence] = ()) -> Line:
    """Return when an event takes place and how long until then, or that it runs, or is over."""
    start = current(event, to.now, known)
    if start is None:
        return line("event.was", started=shown(to, event, event.starts_at))
    if since := begun(start, to.now, known):
        left = start + event.duration - to.now
        return line("event.runs", started=shown(to, event, since), left=left)
    starts, wait = shown(to, event, start), start - to.now
    return line("event.starts", starts=starts, wait=wait, duration=event.duration)


def reminding(
    to: Reader,
    event: Event,
    offsets: Collection[timedelta],
    channels: Collection[Destination],
) -> Line:
    """Return which channels are still to be reminded of an event, and how long before."""
    if not channels:
        return line("event.no_channels", number=event.number, prefix=to.prefix)
    passed = too_late(event, offsets, to.now)
    left = spans_shown(offset for offset in offsets if offset not in passed)
    if not left:
        return line("event.no_reminders", number=event.number, prefix=to.prefix)
    return line("event.reminders", channels=tuple(map(str, channels)), offsets=left)


def too_late(event: Event, offsets: Iterable[timedelta], now: datetime) -> tuple[timedelta, ...]:
    """Return the offsets that are past; those of a series come round again."""
    start = current(event, now)
    if event.recurrence_rule is not None or start is None:
        return ()
    return tuple(offset for offset in offsets if start - offset < now)


def spans_shown(offsets: Iterable[timedelta]) -> tuple[Value, ...]:
    """Return offsets as they are listed: the one of no length is the start."""
    return tuple(offset or line("event.at_start") for offset in offsets)


def as_card(
    event: Event,
    now: datetime,
    *said: Line,
    full: bool = False,
    his: AttendanceState | None = None,
    person: int | None = None,
) -> Reply:
    """Return sentences about an event as its card, with what can be pressed for it.

    `full` says that no place is free. `person` is the one who alone reads it, `his` how he
    stands.
    """
    card = Card(CardKind.EVENT, event.number, person=person)
    return reply(*said, buttons=event_buttons(event, now, full=full, his=his), card=card)


async def record(call: Call, action: str, event: Event, **details: object) -> None:
    """Put what was done with an event into the ledger; names do not belong into `details`.

    Messages that show the event are looked at again.
    """
    await ledger.append(
        call.session,
        at=call.now,
        actor=call.person.key,
        action=action,
        subject=f"event:{event.number}",
        details=details,
    )
    await cards.look_again(call.session, (CardKind.EVENT,), event.number, call.now)


def _decides(call: Call) -> bool:
    person = call.speaker.person
    return person is not None and person.coordinator_since is not None


def _no_such(call: Call) -> Line:
    return line("event.no_such", number=call.number(EVENT.name), prefix=call.prefix)
