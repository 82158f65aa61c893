"""Whom to ask for another event."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.rules.nudging import nudges
from storage.issuevalues import Organised
from storage.values import Event, EventState

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def talk(ago: timedelta, **changed: object) -> Organised:
    event = Event(
        number=1,
        uid="1@test",
        kind="tech-talk",
        title="Wikidata",
        starts_at=NOW - ago,
        zone="UTC",
        duration=timedelta(hours=1),
    )
    return Organised(7, replace(event, **changed))  # type: ignore[arg-type]


def asked(*organised: Organised, refused: Collection[int] = ()) -> list[int]:
    return [each.count for each in nudges(organised, refused=refused, now=NOW)]


@pytest.mark.parametrize(
    ("organised", "counts"),
    [
        ([talk(10 * DAY)], [1]),
        ([talk(70 * DAY)], []),
        ([talk(70 * DAY), talk(80 * DAY)], [2]),
        ([talk(70 * DAY), talk(100 * DAY)], []),
        ([talk(10 * DAY), talk(-10 * DAY)], []),
        ([talk(10 * DAY), talk(-10 * DAY, state=EventState.PROPOSED)], []),
        ([talk(10 * DAY, state=EventState.PROPOSED)], []),
        ([talk(-10 * DAY)], []),
        ([talk(30 * DAY, recurrence_rule="FREQ=WEEKLY")], []),
        ([talk(30 * DAY, recurrence_rule="FREQ=WEEKLY;COUNT=3")], [3]),
    ],
)
def test_who_usually_holds_something_and_has_nothing_ahead(
    organised: list[Organised], counts: list[int]
) -> None:
    assert asked(*organised) == counts


def test_who_has_said_no_is_not_asked() -> None:
    assert asked(talk(10 * DAY), refused={7}) == []


def test_each_person_is_asked_once_by_what_they_held_last() -> None:
    last = talk(5 * DAY, number=2, title="Lua")
    (nudge,) = nudges([talk(10 * DAY), last], refused=(), now=NOW)
    assert (nudge.person, nudge.event.title, nudge.held_at) == (7, "Lua", NOW - 5 * DAY)
