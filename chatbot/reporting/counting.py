"""What a report counts: ends by group, reasons, and what happened when."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.runvalues import Delivery, DeliveryState, Way

_MOST_SLOTS = 60
_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 240, 720, 1440)
MINUTES = tuple(timedelta(minutes=each) for each in _MINUTES)
DAYS = (timedelta(days=1),)


@dataclass(frozen=True, slots=True)
class Ends:
    """How many recipients of a group came to which end."""

    sent: int
    skipped: int
    failed: int
    waiting: int

    @property
    def total(self) -> int:
        """How many there are."""
        return self.sent + self.skipped + self.failed + self.waiting


@dataclass(frozen=True, slots=True)
class Reason:
    """Why so many of one wiki, language and way did not get the message."""

    state: DeliveryState
    outcome: str
    wiki: str
    language: str
    way: Way
    count: int


@dataclass(frozen=True, slots=True)
class Slots:
    """How many things happened in each of some spans of the same length, one after another."""

    length: timedelta
    counts: tuple[tuple[datetime, int], ...]


def ends_by(
    deliveries: Iterable[Delivery], key: Callable[[Delivery], str]
) -> tuple[tuple[str, Ends], ...]:
    """Return the ends of each group, the largest first."""
    groups: dict[str, Counter[DeliveryState]] = {}
    for each in deliveries:
        groups.setdefault(key(each), Counter())[each.state] += 1
    found = [(name, _ends(states)) for name, states in groups.items()]
    return tuple(sorted(found, key=lambda group: (-group[1].total, group[0])))


def reasons(deliveries: Iterable[Delivery], language: str) -> tuple[Reason, ...]:
    """Return why messages were not delivered, what happened most first.

    `language` is the run's own, for those whose text is in it.
    """
    counts = Counter(
        (
            each.state,
            each.outcome,
            each.recipient.wiki,
            each.recipient.language or language,
            each.recipient.way,
        )
        for each in deliveries
        if each.state in {DeliveryState.SKIPPED, DeliveryState.FAILED}
    )
    return tuple(Reason(*what, count) for what, count in counts.most_common())


def slots(instants: Iterable[datetime], lengths: Sequence[timedelta]) -> Slots:
    """Return what happened when, in spans of the first length that makes few enough of them.

    Where none of `lengths` does, they are as many times longer than the last as it takes.
    """
    times = sorted(instants)
    if not times:
        return Slots(lengths[0], ())
    begin, span = times[0], times[-1] - times[0]
    fitting = (each for each in lengths if span < each * _MOST_SLOTS)
    longest = lengths[-1]
    length = next(fitting, longest * math.ceil((span / longest + 1) / _MOST_SLOTS))
    counts = Counter((each - begin) // length for each in times)
    return Slots(
        length, tuple((begin + length * place, counts[place]) for place in range(max(counts) + 1))
    )


def _ends(states: Counter[DeliveryState]) -> Ends:
    return Ends(
        sent=states[DeliveryState.SENT],
        skipped=states[DeliveryState.SKIPPED],
        failed=states[DeliveryState.FAILED],
        waiting=states[DeliveryState.PENDING] + states[DeliveryState.CLAIMED],
    )
