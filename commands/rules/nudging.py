"""Whom to ask for another event: those who usually hold something and have nothing ahead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from commands.rules.schedule import FARTHEST, occurrences
from storage.issuevalues import Organised
from storage.values import Event, EventState

LATELY = timedelta(days=61)
"""Whoever held something since then organises events."""

LONG_AGO = timedelta(days=90)
"""So does whoever held something twice since then."""

_MOST = 100


@dataclass(frozen=True, slots=True)
class Nudge:
    """A person to be asked: `event` is what they held last, at `held_at`, `count` times."""

    person: int
    event: Event
    held_at: datetime
    count: int


def nudges(
    organised: Iterable[Organised], *, refused: Collection[int], now: datetime
) -> tuple[Nudge, ...]:
    """Return whom to ask, by person.

    Proposals do not count as held, but as planned: whoever has proposed something has not to be
    asked. What somebody held is what they registered and what did take place.
    """
    theirs: dict[int, list[Event]] = defaultdict(list)
    for each in organised:
        theirs[each.person].append(each.event)
    found = (
        _nudge(person, events, now)
        for person, events in sorted(theirs.items())
        if person not in refused
    )
    return tuple(each for each in found if each is not None)


def _nudge(person: int, events: Sequence[Event], now: datetime) -> Nudge | None:
    if any(occurrences(each, after=now, before=now + FARTHEST, limit=1) for each in events):
        return None
    held = sorted(
        ((start, each) for each in events for start in _held(each, now)),
        key=lambda pair: (pair[0], pair[1].number),
    )
    if not held or (held[-1][0] < now - LATELY and len(held) < 2):
        return None
    start, event = held[-1]
    return Nudge(person, event, start, len(held))


def _held(event: Event, now: datetime) -> tuple[datetime, ...]:
    if event.state is not EventState.SCHEDULED:
        return ()
    return occurrences(event, after=now - LONG_AGO, before=now, limit=_MOST)
