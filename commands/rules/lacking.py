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
    """It was registered less than two weeks before its start."""


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
    registered = entry.event.created_at
    return registered is not None and entry.starts_at - registered < ENOUGH_NOTICE
