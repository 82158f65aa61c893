"""What the desks for events have in common: finding the event meant, and saying how it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from commands.declaration import Argument, Call, Kind
from commands.messages import Line, Moment, Reply, Value, line, reply
from commands.readers import Reader
from commands.rules.buttons import event_buttons
from commands.rules.schedule import Status, closed, current, status
from storage import cards, events, ledger
from storage.values import Card, CardKind, Event

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


async def holds(call: Call, event: Event) -> bool:
    """Return whether the speaker may tell how an event went: who registered it, or decides."""
    if call.person.coordinator_since is not None:
        return True
    registrar, _ = await events.origin(call.session, event.number)
    return registrar == call.person.key


def shown(to: Reader, event: Event, instant: datetime) -> Moment:
    """Return an instant to be shown in UTC and in the reader's zone, else in the event's."""
    return Moment(instant, to.zone or event.zone)


def standing(to: Reader, event: Event) -> Line:
    """Return when an event takes place and how long until then, or that it runs, or is over."""
    start = current(event, to.now)
    if start is None:
        return line("event.was", started=shown(to, event, event.starts_at))
    if status(event, to.now) is Status.RUNNING:
        left = start + event.duration - to.now
        return line("event.runs", started=shown(to, event, start), left=left)
    starts, wait = shown(to, event, start), start - to.now
    return line("event.starts", starts=starts, wait=wait, duration=event.duration)


def reminding(to: Reader, event: Event, offsets: Collection[timedelta]) -> Line:
    """Return who is still to be reminded of an event, and how long before."""
    if not event.channels:
        return line("event.no_channels", number=event.number, prefix=to.prefix)
    passed = too_late(event, offsets, to.now)
    left = spans_shown(offset for offset in offsets if offset not in passed)
    if not left:
        return line("event.no_reminders", number=event.number, prefix=to.prefix)
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


def as_card(event: Event, now: datetime, *said: Line) -> Reply:
    """Return sentences about an event as its card, with what can be pressed for it."""
    card = Card(CardKind.EVENT, event.number)
    return reply(*said, buttons=event_buttons(event, now), card=card)


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


def _no_such(call: Call) -> Line:
    return line("event.no_such", number=call.number(EVENT.name), prefix=call.prefix)
