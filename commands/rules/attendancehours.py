"""When an occurrence may be begun and ended by a word: which one is meant."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from commands.rules.schedule import current, occurrences
from storage.values import Event, Occurrence

EARLIEST = timedelta(hours=12)
"""How long before its time an event can begin: further off somebody means another."""
LATEST = timedelta(hours=12)
"""How long after its planned end it can still be said that an event is over."""


def to_begin(event: Event, known: Collection[Occurrence], now: datetime) -> datetime | None:
    """Return the planned start of the occurrence that can begin `now`, None where none can."""
    start = current(event, now, known)
    return start if start is not None and start - EARLIEST <= now else None


def to_end(event: Event, known: Collection[Occurrence], now: datetime) -> datetime | None:
    """Return the planned start of the occurrence that runs, or ran on; None where none does."""
    begun = {each.at for each in known if each.started_at is not None}
    over = {each.at for each in known if each.ended_at is not None}
    after = now - event.duration - LATEST
    starts = occurrences(event, after=after, before=now + EARLIEST)
    running = [start for start in starts if start not in over and (start <= now or start in begun)]
    return running[-1] if running else None
