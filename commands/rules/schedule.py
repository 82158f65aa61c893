"""When an event takes place, how it stands at a moment, and how it may be changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import dropwhile, islice, takewhile

from commands.messages import Line, Moment, line
from commands.rules.recurrence import Recurrence, in_step, instants
from storage.values import Event, EventState, Occurrence

FARTHEST = timedelta(days=366 * 10)
"""How far ahead the next occurrence of a series is looked for."""


class Status(StrEnum):
    """How an event stands at a moment: what was decided, and what the clock makes of it."""

    PROPOSED = "proposed"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that an event does not allow: a sentence for whoever asked for it."""

    problem: Line


@dataclass(frozen=True, slots=True)
class Clash:
    """Another event that takes place at the same time, and when it starts (UTC)."""

    event: Event
    occurrence: datetime


def occurrences(
    event: Event, *, after: datetime, before: datetime, limit: int = 100
) -> tuple[datetime, ...]:
    """Return the starts (UTC) with `after` <= start < `before`, cancelled or not, in order."""
    passed = dropwhile(lambda start: start < after, _starts(event))
    return tuple(islice(takewhile(lambda start: start < before, passed), limit))


def current(event: Event, now: datetime, known: Collection[Occurrence] = ()) -> datetime | None:
    """Return the start of the occurrence that is running or comes next; None when all are over.

    An occurrence is over once its duration has passed, or when it was ended, as far as is `known`.
    """
    over = {each.at for each in known if each.ended_at is not None and each.ended_at <= now}
    after = now - event.duration + timedelta.resolution
    found = occurrences(event, after=after, before=now + FARTHEST, limit=1 + len(over))
    return next((start for start in found if start not in over), None)


def begun(start: datetime, now: datetime, known: Collection[Occurrence] = ()) -> datetime | None:
    """Return when the occurrence of a planned start began, as far as is `known`; None: not yet."""
    told = next((each.started_at for each in known if each.at == start), None)
    return told or (start if start <= now else None)


def takes_place(event: Event, occurrence: datetime) -> bool:
    """Return whether the event, as it is now, stands and has a start at just that instant."""
    if event.state is not EventState.SCHEDULED:
        return False
    before = occurrence + timedelta.resolution
    return bool(occurrences(event, after=occurrence, before=before, limit=1))


def status(event: Event, now: datetime, known: Collection[Occurrence] = ()) -> Status:
    """Return how an event stands; a series is over with its last occurrence."""
    if event.state is EventState.CANCELLED:
        return Status.CANCELLED
    start = current(event, now, known)
    if start is None:
        return Status.OVER
    return Status.RUNNING if begun(start, now, known) else Status(event.state)


def move(event: Event, *, starts_at: datetime, zone: str, now: datetime) -> Event | Refused:
    """Return the event at another time; a series as a whole, with its rule."""
    if problem := closed(event, now):
        return Refused(problem)
    if (starts_at, zone) == (event.starts_at, event.zone):
        return Refused(line("event.not_moved", number=event.number, start=Moment(starts_at, zone)))
    rule = event.recurrence_rule
    if rule is not None and not in_step(starts_at, zone, rule):
        start = Moment(starts_at, zone)
        return Refused(line("event.out_of_step", number=event.number, rule=rule, start=start))
    return replace(event, starts_at=starts_at, zone=zone, sequence=event.sequence + 1)


def repeat(event: Event, recurrence: Recurrence | None, now: datetime) -> Event | Refused:
    """Return the event as a series, or with None as the single event that its start is."""
    if problem := closed(event, now):
        return Refused(problem)
    return replace(
        event,
        recurrence_rule=recurrence.rule if recurrence else None,
        exdates=recurrence.exdates if recurrence else (),
        sequence=event.sequence + 1,
    )


def cancel(event: Event, reason: str, now: datetime) -> Event | Refused:
    """Return the event called off, which is final."""
    if problem := closed(event, now):
        return Refused(problem)
    return replace(
        event, state=EventState.CANCELLED, cancel_reason=reason, sequence=event.sequence + 1
    )


def closed(event: Event, now: datetime, known: Collection[Occurrence] = ()) -> Line | None:
    """Return why an event cannot be changed (any more, or yet), None while it can."""
    if event.state is EventState.PROPOSED:
        return line("event.is_proposed", number=event.number)
    standing = status(event, now, known)
    if standing is Status.CANCELLED:
        return line("event.is_cancelled", number=event.number, title=event.title)
    if standing is Status.OVER:
        return line("event.is_over", number=event.number, title=event.title)
    return None


def clashes(
    event: Event, others: Iterable[Event], *, now: datetime, horizon: timedelta
) -> tuple[Clash, ...]:
    """Return the other events that overlap with this one before `now` + `horizon`, by time.

    Each is named once, at its first overlap. What ends when the next begins does not clash.
    """
    mine = _spans(event, now, now + horizon)
    found = (_first_overlap(event, mine, other, now + horizon) for other in others)
    return tuple(sorted(filter(None, found), key=lambda clash: clash.occurrence))


def _starts(event: Event) -> Iterator[datetime]:
    if event.recurrence_rule is None:
        return iter((event.starts_at,))
    return instants(event.starts_at, event.zone, Recurrence(event.recurrence_rule, event.exdates))


def _spans(event: Event, after: datetime, before: datetime) -> list[tuple[datetime, datetime]]:
    starts = occurrences(event, after=after - event.duration, before=before)
    return [(start, start + event.duration) for start in starts]


def _first_overlap(
    event: Event, mine: list[tuple[datetime, datetime]], other: Event, before: datetime
) -> Clash | None:
    if not mine or other.number == event.number or other.state is not EventState.SCHEDULED:
        return None
    for start, end in _spans(other, mine[0][0], before):
        if any(start < until and since < end for since, until in mine):
            return Clash(other, start)
    return None
