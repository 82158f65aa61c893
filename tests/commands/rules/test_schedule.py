"""How an event stands follows from the clock; a change is a new value or a refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.recurrence import Recurrence
from commands.rules.schedule import (
    Clash,
    Refused,
    Status,
    cancel,
    clashes,
    current,
    move,
    occurrences,
    repeat,
    status,
    takes_place,
)
from storage.values import Event, EventState

START = datetime(2026, 12, 8, 16, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
SECOND = timedelta(seconds=1)
EVENT = Event(
    number=7,
    uid="7@test",
    kind="tech-talk",
    title="Wikidata",
    starts_at=START,
    zone="Europe/Stockholm",
    duration=HOUR,
)
WEEKLY = replace(EVENT, recurrence_rule="FREQ=WEEKLY;BYDAY=TU;COUNT=3")


@pytest.mark.parametrize(
    ("event", "now", "expected"),
    [
        (EVENT, START - SECOND, Status.SCHEDULED),
        (EVENT, START, Status.RUNNING),
        (EVENT, START + HOUR - SECOND, Status.RUNNING),
        (EVENT, START + HOUR, Status.OVER),
        (WEEKLY, START + DAY, Status.SCHEDULED),
        (WEEKLY, START + 2 * WEEK, Status.RUNNING),
        (WEEKLY, START + 2 * WEEK + HOUR, Status.OVER),
        (replace(EVENT, state=EventState.PROPOSED), START - HOUR, Status.PROPOSED),
        (replace(EVENT, state=EventState.CANCELLED), START, Status.CANCELLED),
    ],
)
def test_how_an_event_stands_follows_from_the_clock(
    event: Event, now: datetime, expected: Status
) -> None:
    assert status(event, now) is expected


def test_the_current_occurrence_is_the_running_or_the_next_one() -> None:
    assert current(WEEKLY, START + HOUR / 2) == START
    assert current(WEEKLY, START + HOUR) == START + WEEK
    assert current(WEEKLY, START + 3 * WEEK) is None


def test_occurrences_are_those_of_the_window() -> None:
    assert occurrences(WEEKLY, after=START + SECOND, before=START + 2 * WEEK) == (START + WEEK,)
    assert occurrences(EVENT, after=START, before=START) == ()
    endless = replace(EVENT, recurrence_rule="FREQ=DAILY")
    assert len(occurrences(endless, after=START, before=START + 52 * WEEK, limit=5)) == 5


def test_an_occurrence_takes_place_only_as_the_schedule_is_now() -> None:
    skipped = replace(WEEKLY, exdates=(date(2026, 12, 15),))
    assert takes_place(WEEKLY, START + WEEK)
    assert not takes_place(skipped, START + WEEK)
    assert not takes_place(WEEKLY, START + WEEK + SECOND)
    assert not takes_place(replace(EVENT, state=EventState.CANCELLED), START)


def test_moving_counts_up_the_sequence() -> None:
    moved = move(EVENT, starts_at=START + DAY, zone="UTC", now=START - DAY)
    assert moved == replace(EVENT, starts_at=START + DAY, zone="UTC", sequence=1)


def test_a_running_event_can_still_be_moved_and_cancelled() -> None:
    assert isinstance(move(EVENT, starts_at=START + HOUR, zone="UTC", now=START), Event)
    assert isinstance(cancel(EVENT, "no power", START), Event)


def test_a_series_is_moved_only_where_its_rule_still_fits() -> None:
    later = move(WEEKLY, starts_at=START + HOUR, zone=EVENT.zone, now=START - DAY)
    assert isinstance(later, Event)
    refused = move(WEEKLY, starts_at=START + DAY, zone=EVENT.zone, now=START - DAY)
    assert isinstance(refused, Refused)
    assert refused.problem.key == "event.out_of_step"


def test_a_move_to_where_it_is_is_refused() -> None:
    refused = move(EVENT, starts_at=START, zone=EVENT.zone, now=START - DAY)
    assert isinstance(refused, Refused)
    assert refused.problem.key == "event.not_moved"


def test_cancelling_keeps_the_reason() -> None:
    cancelled = cancel(EVENT, "the speaker is ill", START - DAY)
    expected = replace(
        EVENT, state=EventState.CANCELLED, cancel_reason="the speaker is ill", sequence=1
    )
    assert cancelled == expected


def test_repeating_sets_and_lifts_the_rule() -> None:
    rule = Recurrence("FREQ=WEEKLY", (date(2026, 12, 15),))
    series = repeat(EVENT, rule, START - DAY)
    assert isinstance(series, Event)
    assert (series.recurrence_rule, series.exdates) == ("FREQ=WEEKLY", (date(2026, 12, 15),))
    assert repeat(series, None, START - DAY) == replace(EVENT, sequence=2)


@pytest.mark.parametrize(
    ("event", "now", "key"),
    [
        (replace(EVENT, state=EventState.CANCELLED), START - DAY, "event.is_cancelled"),
        (EVENT, START + HOUR, "event.is_over"),
    ],
)
def test_what_is_cancelled_or_over_stays(event: Event, now: datetime, key: str) -> None:
    outcomes = (
        move(event, starts_at=START + WEEK, zone="UTC", now=now),
        cancel(event, "why not", now),
        repeat(event, Recurrence("FREQ=WEEKLY"), now),
    )
    for outcome in outcomes:
        assert isinstance(outcome, Refused)
        assert outcome.problem.key == key


def test_overlapping_events_clash_and_neighbours_do_not() -> None:
    during = replace(EVENT, number=8, starts_at=START + WEEK + HOUR / 2)
    straight_after = replace(EVENT, number=9, starts_at=START + HOUR)
    cancelled = replace(during, number=10, state=EventState.CANCELLED)
    others = (WEEKLY, during, straight_after, cancelled)
    found = clashes(WEEKLY, others, now=START - DAY, horizon=4 * WEEK)
    assert found == (Clash(during, during.starts_at),)


@given(st.integers(0, 600), st.integers(1, 300), st.integers(0, 600), st.integers(1, 300))
def test_clashing_is_mutual_and_is_overlap(a: int, a_long: int, b: int, b_long: int) -> None:
    minute = timedelta(minutes=1)
    one = replace(EVENT, number=1, starts_at=START + a * minute, duration=a_long * minute)
    two = replace(EVENT, number=2, starts_at=START + b * minute, duration=b_long * minute)
    overlap = max(a, b) < min(a + a_long, b + b_long)
    assert bool(clashes(one, (two,), now=START, horizon=WEEK)) is overlap
    assert bool(clashes(two, (one,), now=START, horizon=WEEK)) is overlap
