"""What an issue tells: what comes by day, what is new to look back on, and nothing hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from commands.rules.digestissuecontents import Contents, contents
from storage.values import Event, EventState, Occurrence, Shown

NOW = datetime(2026, 12, 3, 8, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TALK = Event(
    number=1,
    uid="1@test",
    kind="tech-talk",
    title="Wikidata",
    starts_at=NOW + DAY,
    zone="UTC",
    duration=HOUR,
)


def told(*shown: Shown, now: datetime = NOW, known: tuple[str, ...] = ()) -> Contents:
    return contents(shown, now=now, ahead=21 * DAY, back=60 * DAY, since=NOW - 14 * DAY, told=known)


def held(at: datetime, **links: str) -> Shown:
    event = replace(TALK, starts_at=at)
    return Shown(event, (Occurrence(event.number, at, **links),))  # type: ignore[arg-type]


def test_what_comes_is_grouped_by_day() -> None:
    later = replace(TALK, number=2, starts_at=NOW + DAY + HOUR)
    far = replace(TALK, number=3, starts_at=NOW + 22 * DAY)
    found = told(Shown(later), Shown(TALK), Shown(far))
    (day,) = found.days
    assert day.date == (NOW + DAY).date()
    assert [each.event.number for each in day.entries] == [1, 2]


def test_nothing_hidden_is_told() -> None:
    test = replace(TALK, test=True)
    proposal = replace(TALK, state=EventState.PROPOSED)
    past = replace(held(NOW - DAY, recording="https://e.org/1").event, test=True)
    shown = Shown(past, (Occurrence(1, NOW - DAY, recording="https://e.org/1"),))
    assert told(Shown(test), Shown(proposal), shown).empty


def test_a_cancellation_is_told_once() -> None:
    gone = replace(TALK, state=EventState.CANCELLED)
    new = replace(gone, changed_at=NOW - DAY)
    old = replace(gone, changed_at=NOW - 15 * DAY)
    assert len(told(Shown(new)).coming) == 1
    assert told(Shown(old)).empty


def test_what_runs_comes_and_what_ended_early_does_not() -> None:
    running = replace(TALK, starts_at=NOW - HOUR / 2)
    ended = Occurrence(1, running.starts_at, ended_at=NOW - timedelta(minutes=5))
    assert len(told(Shown(running)).coming) == 1
    assert told(Shown(running, (ended,))).empty


def test_only_what_has_something_to_look_back_on_was_missed() -> None:
    assert told(held(NOW - DAY)).empty
    found = told(held(NOW - DAY, recording="https://e.org/1", notes="https://e.org/2"))
    assert len(found.missed) == 1
    assert [each.rpartition(":")[2] for each in found.told] == ["recording", "notes"]


def test_what_was_told_is_told_again_only_with_something_new() -> None:
    first = told(held(NOW - DAY, recording="https://e.org/1"))
    again = held(NOW - DAY, recording="https://e.org/1")
    more = held(NOW - DAY, recording="https://e.org/1", slides="https://e.org/3")
    assert told(again, known=first.told).empty
    assert len(told(more, known=first.told).missed) == 1


def test_a_recording_that_comes_weeks_later_is_told() -> None:
    assert len(told(held(NOW - 40 * DAY, recording="https://e.org/1")).missed) == 1
    assert told(held(NOW - 61 * DAY, recording="https://e.org/1")).empty


def test_a_series_is_told_by_its_occurrences() -> None:
    series = replace(TALK, recurrence_rule="FREQ=WEEKLY")
    past = Occurrence(1, NOW - 6 * DAY, recording="https://e.org/1")
    weekly = replace(series, starts_at=NOW - 6 * DAY)
    found = told(Shown(weekly, (past,)))
    assert len(found.coming) == 3
    assert len(found.missed) == 1
