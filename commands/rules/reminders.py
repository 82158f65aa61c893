"""Which reminders an event should have, and how each stands when its turn comes.

An offset is absolute: "1 day before" is 24 hours before the instant of the start, also across a
change to or from daylight saving, so that a reminder never claims a span that is not true.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from commands.messages import Line, Moment, Value, line
from commands.rules.calling import called
from commands.rules.schedule import occurrences, takes_place
from storage.values import Destination, Event, EventState, Notice, Planned

_NOW = timedelta(0)


class Verdict(StrEnum):
    """What is to be done with a reminder that is due."""

    ON_TIME = "on-time"
    LATE = "late"
    """To be said, and to be said to be late: the event has not begun."""
    BEGUN = "begun"
    """To be said differently: the event has begun and is still running."""
    MERGED = "merged"
    """Not to be said: a newer reminder of the same event says it all."""
    MISSED = "missed"
    """Not to be said, only recorded: the event is over."""
    STALE = "stale"
    """Not to be said: the event is cancelled, moved, or not for this channel any more."""


def plan(
    event: Event,
    *,
    offsets: Collection[timedelta],
    destinations: Collection[Destination],
    now: datetime,
    horizon: timedelta,
) -> tuple[Planned, ...]:
    """Return the reminders that are still to come, by due time.

    A single event gets all of them, a series those due before `now` + `horizon`. What would
    have been due already is left out: thirty minutes ahead, only 10 minutes and start remain.
    """
    if event.state is not EventState.SCHEDULED or not offsets:
        return ()
    until = now + horizon if event.recurrence_rule else event.starts_at + timedelta.resolution
    before = until + max(offsets)
    # Nothing recurs more than once a day, so this limit cuts nothing off.
    starts = occurrences(event, after=now, before=before, limit=max((before - now).days, 0) + 2)
    planned = (
        _planned(event, start, offset, destination)
        for start in starts
        for offset in set(offsets)
        for destination in set(destinations)
        if now <= start - offset < until
    )
    return tuple(sorted(planned, key=lambda each: (each.due_at, each.once)))


def beginning(
    event: Event, occurrence: datetime, destinations: Collection[Destination], now: datetime
) -> tuple[Planned, ...]:
    """Return the start lines of an occurrence that begins `now`, whenever it was to start."""
    planned = (_planned(event, occurrence, _NOW, each) for each in destinations)
    return tuple(replace(each, due_at=now) for each in planned)


def judge(
    event: Event | None,
    notice: Notice,
    *,
    now: datetime,
    grace: timedelta,
    told: bool,
    said: timedelta | None = None,
) -> Verdict:
    """Return how a due reminder stands, given its event as it is at this moment.

    It is on time until `grace` after its due time. `told` is whether the destination is still to
    be told of the event, `said` the smallest offset of which it was already told for this
    occurrence: what comes after it is not news.
    """
    start = notice.occurrence
    if event is None or start is None or not (told and takes_place(event, start)):
        return Verdict.STALE
    offset = notice.offset or _NOW
    if said is not None and said <= offset:
        return Verdict.MERGED
    if not offset and now < start:
        # It was begun before its time.
        return Verdict.ON_TIME
    if now - notice.due_at <= grace and (now < start or not offset):
        return Verdict.ON_TIME
    if now < start:
        return Verdict.LATE
    return Verdict.BEGUN if now < start + event.duration else Verdict.MISSED


def merge(judged: Iterable[tuple[Notice, Verdict]]) -> tuple[tuple[Notice, Verdict], ...]:
    """Return reminders judged together, all but the newest of the same matter merged into it.

    For each event and destination the newest reminder of an occurrence is left, and of what is
    late the one for the nearest occurrence.
    """
    ordered = sorted(judged, key=lambda pair: (_matter(pair[0]), *_nearness(pair[0])))
    merged: list[tuple[Notice, Verdict]] = []
    for _, matter in groupby(ordered, key=lambda pair: _matter(pair[0])):
        merged.extend(_merged(matter))
    return tuple(merged)


def put(event: Event, notice: Notice, verdict: Verdict, *, now: datetime) -> Line:
    """Return a reminder's sentence for ON_TIME, LATE or BEGUN."""
    sentence = _sentence(event, notice, verdict, now)
    more = details(event)
    return line("reminder.with_details", reminder=sentence, details=more) if more else sentence


def details(event: Event) -> tuple[Line, ...]:
    """Return who speaks and where to follow it, as phrases.

    People are named as they were written, so that chats call them; nobody else is.
    """
    phrases: dict[str, Line] = {
        "speakers": line("reminder.speakers", speakers=tuple(map(called, event.speakers))),
        "host": line("reminder.host", host=called(event.host or "")),
        "link": line("reminder.link", link=event.link or ""),
        "stream": line("reminder.stream", stream=event.stream or ""),
    }
    return tuple(phrase for name, phrase in phrases.items() if getattr(event, name))


def _planned(event: Event, start: datetime, offset: timedelta, destination: Destination) -> Planned:
    seconds = round(offset.total_seconds())
    once = (
        f"reminder {event.number} {start.isoformat()} {seconds} {destination.place} {destination}"
    )
    return Planned(once, start - offset, destination, start, offset)


def _matter(notice: Notice) -> tuple[int, str, str]:
    destination = notice.destination
    return notice.event or 0, destination.place, str(destination)


def _nearness(notice: Notice) -> tuple[datetime, timedelta, int]:
    return notice.occurrence or notice.due_at, notice.offset or _NOW, notice.number


def _merged(matter: Iterable[tuple[Notice, Verdict]]) -> Iterator[tuple[Notice, Verdict]]:
    """Go through one event's reminders for one destination, nearest occurrence and newest first."""
    told: set[datetime | None] = set()
    told_late = False
    for notice, verdict in matter:
        late = verdict in {Verdict.LATE, Verdict.BEGUN}
        if not late and verdict is not Verdict.ON_TIME:
            yield notice, verdict
        elif notice.occurrence in told or (late and told_late):
            yield notice, Verdict.MERGED
        else:
            told.add(notice.occurrence)
            told_late = told_late or late
            yield notice, verdict


def _sentence(event: Event, notice: Notice, verdict: Verdict, now: datetime) -> Line:
    start = notice.occurrence or event.starts_at
    offset = notice.offset or _NOW
    common: dict[str, Value] = {
        "number": event.number,
        "title": event.title,
        "kind": event.kind,
        "starts": Moment(start, event.zone),
    }
    if verdict is Verdict.BEGUN:
        return Line("reminder.begun", {**common, "since": now - start})
    if verdict is Verdict.LATE:
        late = now - notice.due_at
        return Line("reminder.late", {**common, "wait": start - now, "late": late})
    if not offset:
        return Line("reminder.start", {**common, "starts": Moment(min(start, now), event.zone)})
    return Line("reminder.on_time", {**common, "wait": offset})
