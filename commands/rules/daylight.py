"""Where a series keeps its wall clock and so changes its time in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from commands.rules.schedule import occurrences
from storage.values import Event

_LOOK_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Shift:
    """Two occurrences (UTC) next to each other, between which the zone's offset changes."""

    last_before: datetime
    first_after: datetime


def first_shift(event: Event, now: datetime) -> Shift | None:
    """Return the first change of a series' time in UTC within a year, None when there is none."""
    zone = ZoneInfo(event.zone)
    starts = occurrences(event, after=now, before=now + _LOOK_AHEAD, limit=_LOOK_AHEAD.days)
    for one, other in pairwise(starts):
        if one.astimezone(zone).utcoffset() != other.astimezone(zone).utcoffset():
            return Shift(one, other)
    return None
