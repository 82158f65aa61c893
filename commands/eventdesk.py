"""What the desks for events have in common: finding the event meant, and saying how it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from commands.declaration import Argument, Call, Kind
from commands.messages import Line, Moment, Value, line
from commands.rules.schedule import Status, closed, current, status
from storage import events, ledger
from storage.values import Event

EVENT = Argument("event", Kind.NUMBER)


async def event_meant(call: Call) -> Event | Line:
    """Return the event of the argument EVENT, or a sentence that there is none."""
    event = await events.get(call.session, call.number(EVENT.name))
    return event or _no_such(call)


async def event_to_change(call: Call) -> Event | Line:
    """Return the event of the argument EVENT, locked, or a sentence why it cannot be changed."""
    event = await events.get(call.session, call.number(EVENT.name), lock=True)
    if event is None:
        return _no_such(call)
    return closed(event, call.now) or event


def shown(call: Call, event: Event, instant: datetime) -> Moment:
    """Return an instant to be shown in UTC and in the speaker's zone, else in the event's."""
    person = call.speaker.person
    return Moment(instant, (person and person.zone) or event.zone)


def standing(call: Call, event: Event) -> Line:
    """Return when an event takes place and how long until then, or that it runs, or is over."""
    start = current(event, call.now)
    if start is None:
        return line("event.was", started=shown(call, event, event.starts_at))
    if status(event, call.now) is Status.RUNNING:
        left = start + event.duration - call.now
        return line("event.runs", started=shown(call, event, start), left=left)
    starts, wait = shown(call, event, start), start - call.now
    return line("event.starts", starts=starts, wait=wait, duration=event.duration)


def reminding(call: Call, event: Event, offsets: Collection[timedelta]) -> Line:
    """Return who is still to be reminded of an event, and how long before."""
    if not event.channels:
        return line("event.no_channels", number=event.number, prefix=call.prefix)
    passed = too_late(event, offsets, call.now)
    left = spans_shown(offset for offset in offsets if offset not in passed)
    if not left:
        return line("event.no_reminders", number=event.number, prefix=call.prefix)
    return line("event.reminders", channels=tuple(map(str, event.channels)), offsets=left)


def too_late(event: Event, offsets: Iterable[timedelta], now: datetime) -> tuple[timedelta, ...]:
    """Return the offsets that are past; those of a series come round again."""
    start = current(event, now)
    if event.recurrence_rule is not None or start is None:
        return ()
    return tuple(offset for offset in offsets if start - offset < now)


def spans_shown(offsets: Iterable[timedelta]) -> tuple[Value, ...]:
    """Return offsets as they are listed: the one of no length is the start."""
    return tuple(offset or line("event.at_start") for offset in offsets)


async def record(call: Call, action: str, event: Event, **details: object) -> None:
    """Put what was done with an event into the ledger; names do not belong into `details`."""
    await ledger.append(
        call.session,
        at=call.now,
        actor=call.person.key,
        action=action,
        subject=f"event:{event.number}",
        details=details,
    )


def _no_such(call: Call) -> Line:
    return line("event.no_such", number=call.number(EVENT.name), prefix=call.prefix)
