"""What an event lacks is told by what everybody knows of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.rules.lacking import Lack, lacks
from commands.rules.showcase import Entry
from storage.values import Event, EventState, Occurrence

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WHOLE = Event(
    number=1,
    uid="u",
    kind="tech-talk",
    title="Talk",
    starts_at=NOW + 20 * DAY,
    zone="UTC",
    duration=timedelta(hours=1),
    speakers=("Ada",),
    host="Zoe",
    link="https://meet.example.org/",
    description="All of it",
    topics=("lua",),
    created_at=NOW,
)


def lacking(**changes: object) -> tuple[Lack, ...]:
    event = replace(WHOLE, **changes)  # type: ignore[arg-type]
    return lacks(Entry(event, event.starts_at, Occurrence(1, event.starts_at)), NOW)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, ()),
        ({"speakers": ()}, (Lack.SPEAKER,)),
        ({"speakers": (), "kind": "office-hours"}, ()),
        ({"host": None}, (Lack.HOST,)),
        ({"link": None}, (Lack.LINK,)),
        ({"link": None, "stream": "https://stream.example.org/"}, ()),
        ({"description": None}, (Lack.DESCRIPTION,)),
        ({"topics": ()}, (Lack.TOPICS,)),
        ({"starts_at": NOW + 13 * DAY}, (Lack.NOTICE,)),
        ({"starts_at": NOW + 14 * DAY}, ()),
        ({"starts_at": NOW + 13 * DAY, "created_at": NOW - 2 * DAY}, ()),
        ({"starts_at": NOW + 13 * DAY, "created_at": None}, ()),
        ({"speakers": (), "link": None}, (Lack.SPEAKER, Lack.LINK)),
        ({"speakers": (), "state": EventState.CANCELLED}, ()),
        ({"speakers": (), "starts_at": NOW - DAY}, ()),
    ],
)
def test_what_is_missing_is_named(changes: dict[str, object], found: tuple[Lack, ...]) -> None:
    assert lacking(**changes) == found
