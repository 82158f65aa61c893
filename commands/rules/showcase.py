"""What everybody may read of the programme: which occurrences, in order, and which figures.

Pages, feeds, digests and posts all show what is decided here and nothing else. No test stands
in it, no proposal, and no figure that is about fewer than five people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from commands.rules.schedule import occurrences
from storage.values import Event, EventState, Occurrence, Shown

FEWEST = 5
"""The fewest people that a public figure is about."""

_MOST_OF_A_SERIES = 400


class Stage(StrEnum):
    """How an occurrence stands at a moment."""

    TO_COME = "to-come"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Entry:
    """One occurrence in the programme.

    `starts_at` (UTC) is the planned start, which with the event's number makes it one and the
    same. `coming` is how many come, None where that is not for everybody.
    """

    event: Event
    starts_at: datetime
    known: Occurrence
    coming: int | None = None

    @property
    def ends_at(self) -> datetime:
        """When it ends: as it did, or else as it was planned (UTC)."""
        return self.known.ended_at or self.starts_at + self.event.duration

    @property
    def attended(self) -> int | None:
        """How many came, None where that is not known or not for everybody."""
        return None if self.known.attended is None else public_count(self.known.attended)

    def stage(self, now: datetime) -> Stage:
        """Return how it stands."""
        if self.event.state is EventState.CANCELLED:
            return Stage.CANCELLED
        if self.ends_at <= now:
            return Stage.OVER
        begun = self.starts_at <= now or self.known.started_at is not None
        return Stage.RUNNING if begun else Stage.TO_COME


@dataclass(frozen=True, slots=True)
class Choice:
    """Which events are wanted; what is empty asks for all.

    Of each of the three one must be met, and a topic is met by any of an event's. Everything is
    compared without regard to case.
    """

    kinds: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    def takes(self, event: Event) -> bool:
        """Return whether an event is wanted; one without a language is for all languages."""
        return (
            _meets(self.kinds, (event.kind,))
            and _meets(self.topics, event.topics)
            and (event.language is None or _meets(self.languages, (event.language,)))
        )


def choice(
    kinds: Iterable[str] = (), topics: Iterable[str] = (), languages: Iterable[str] = ()
) -> Choice:
    """Return a choice of what people typed."""
    return Choice(
        frozenset(each.casefold() for each in kinds),
        frozenset(each.casefold().lstrip("#") for each in topics),
        frozenset(each.casefold() for each in languages),
    )


def entries(
    shown: Iterable[Shown], *, since: datetime, before: datetime, wanted: Choice | None = None
) -> tuple[Entry, ...]:
    """Return what has not ended by `since` and starts before `before`, by start."""
    found = [
        _entry(each, start)
        for each in shown
        if each.event.public and (wanted is None or wanted.takes(each.event))
        for start in _starts(each.event, since, before)
    ]
    return tuple(sorted(found, key=lambda entry: (entry.starts_at, entry.event.number)))


def public_count(people: int) -> int | None:
    """Return a figure about people as it may be shown to everybody."""
    return people if people >= FEWEST else None


def _starts(event: Event, since: datetime, before: datetime) -> tuple[datetime, ...]:
    after = since - event.duration
    if event.recurrence_rule is None:
        return (event.starts_at,) if after < event.starts_at < before else ()
    found = occurrences(event, after=after, before=before, limit=_MOST_OF_A_SERIES)
    return tuple(start for start in found if start > after)


def _entry(shown: Shown, start: datetime) -> Entry:
    event = shown.event
    known = next((each for each in shown.occurrences if each.at == start), None)
    return Entry(event, start, known or Occurrence(event.number, start), public_count(shown.coming))


def _meets(wanted: Collection[str], has: Iterable[str]) -> bool:
    return not wanted or any(each.casefold() in wanted for each in has)
