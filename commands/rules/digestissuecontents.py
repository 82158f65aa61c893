"""What an issue of the digest tells: what comes, by day, and what there is to look back on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from commands.rules.showcase import Entry, Stage, entries
from storage.values import Occurrence, Shown


@dataclass(frozen=True, slots=True)
class Day:
    """What begins on a day (UTC), by start."""

    date: date
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """All of an issue but the coordinators' words.

    `until` is up to when it looks ahead. `told` are the links in `missed`, as issues keep them.
    """

    until: datetime
    days: tuple[Day, ...] = ()
    missed: tuple[Entry, ...] = ()
    told: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.days and not self.missed

    @property
    def coming(self) -> tuple[Entry, ...]:
        """What comes, without its days."""
        return tuple(entry for day in self.days for entry in day.entries)


def contents(
    shown: Iterable[Shown],
    *,
    now: datetime,
    ahead: timedelta,
    back: timedelta,
    since: datetime,
    told: Iterable[str] = (),
) -> Contents:
    """Return what is to be told at a moment.

    `since` is when readers were last told: what was cancelled after that is told as cancelled,
    what was cancelled before is not there. `told` are the links that they know.
    """
    events = tuple(shown)
    known, until = frozenset(told), now + ahead
    coming = [
        each
        for each in entries(events, since=now, before=until)
        if _is_ahead(each, now=now, since=since)
    ]
    past = [
        each
        for each in entries(events, since=now - back, before=now)
        if each.stage(now) is Stage.OVER and not known.issuperset(_links(each))
    ]
    return Contents(
        until=until,
        days=tuple(
            Day(day, tuple(found))
            for day, found in groupby(coming, key=lambda entry: entry.starts_at.date())
        ),
        missed=tuple(past),
        told=tuple(link for each in past for link in _links(each)),
    )


def materials(known: Occurrence) -> tuple[tuple[str, str], ...]:
    """Return what there is to look back on, each by its name and its address."""
    named = {"recording": known.recording, "slides": known.slides, "notes": known.notes}
    return tuple((name, address) for name, address in named.items() if address)


def _is_ahead(entry: Entry, *, now: datetime, since: datetime) -> bool:
    stage = entry.stage(now)
    if stage is Stage.CANCELLED:
        changed_at = entry.event.changed_at
        return changed_at is not None and changed_at > since
    return stage is not Stage.OVER


def _links(entry: Entry) -> Iterator[str]:
    at = f"{entry.starts_at:%Y%m%dT%H%MZ}"
    return (f"{entry.event.number}@{at}:{name}" for name, _ in materials(entry.known))
