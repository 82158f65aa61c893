"""What a coming event still lacks before it can be well attended, by what everybody knows of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from commands.rules.showcase import Entry, Stage

ENOUGH_NOTICE = timedelta(weeks=2)
"""How long before its start an event should be known."""


_NOBODY_SPEAKS = frozenset({"office-hours"})
"""Kinds of events to which people come to ask: they need a host only."""


class Lack(StrEnum):
    """Something that is missing, in the order in which it should be seen to."""

    SPEAKER = "speaker"
    HOST = "host"
    LINK = "link"
    DESCRIPTION = "description"
    TOPICS = "topics"
    NOTICE = "notice"
    """It became known less than two weeks before its start."""


def lacks(entry: Entry, now: datetime) -> tuple[Lack, ...]:
    """Return what an occurrence lacks; nothing when it is over or does not take place."""
    if entry.stage(now) not in {Stage.TO_COME, Stage.RUNNING}:
        return ()
    event = entry.event
    missing = {
        Lack.SPEAKER: not event.speakers and event.kind not in _NOBODY_SPEAKS,
        Lack.HOST: not event.host,
        Lack.LINK: not (event.link or event.stream),
        Lack.DESCRIPTION: not event.description,
        Lack.TOPICS: not event.topics,
        Lack.NOTICE: _late(entry),
    }
    return tuple(lack for lack, is_missing in missing.items() if is_missing)


def _late(entry: Entry) -> bool:
    """Only for what was never changed: of all else it is not known when it was made known."""
    made_known = entry.event.changed_at if entry.event.sequence == 0 else None
    return made_known is not None and entry.starts_at - made_known < ENOUGH_NOTICE
