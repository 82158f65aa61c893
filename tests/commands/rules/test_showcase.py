"""What everybody may read: what is public, in order, with no figure about fewer than five."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.rules.showcase import Choice, Stage, choice, entries, public_count
from storage.values import Event, EventState, Occurrence, Shown

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TALK = Event(
    number=1,
    uid="1@test",
    kind="tech-talk",
    title="Wikidata",
    starts_at=NOW,
    zone="Europe/Stockholm",
    duration=HOUR,
    topics=("wikidata", "lua"),
    language="sv",
)


def starts(*events: Event, since: datetime = NOW, before: datetime = NOW + 30 * DAY) -> list[int]:
    """Return the numbers of what is shown, in order."""
    shown = [Shown(event) for event in events]
    return [each.event.number for each in entries(shown, since=since, before=before)]


def test_entries_stand_by_time_and_then_by_number() -> None:
    later = replace(TALK, number=2, starts_at=NOW + HOUR)
    same = replace(TALK, number=3)
    assert starts(later, same, TALK) == [1, 3, 2]


@pytest.mark.parametrize(
    "hidden", [replace(TALK, test=True), replace(TALK, state=EventState.PROPOSED)]
)
def test_tests_and_proposals_are_not_shown(hidden: Event) -> None:
    assert starts(hidden) == []


def test_what_is_cancelled_is_shown_as_such() -> None:
    [entry] = entries(
        [Shown(replace(TALK, state=EventState.CANCELLED))], since=NOW, before=NOW + DAY
    )
    assert entry.stage(NOW) is Stage.CANCELLED


def test_what_has_ended_by_the_first_instant_is_left_out() -> None:
    assert starts(TALK, since=NOW + HOUR - timedelta(seconds=1)) == [1]
    assert starts(TALK, since=NOW + HOUR) == []
    assert starts(TALK, before=NOW) == []


def test_each_occurrence_of_a_series_is_an_entry_with_what_is_known_of_it() -> None:
    series = replace(TALK, recurrence_rule="FREQ=WEEKLY;COUNT=3")
    second = Occurrence(1, NOW + 7 * DAY, recording="https://example.org/v")
    found = entries([Shown(series, (second,))], since=NOW, before=NOW + 365 * DAY)
    assert [each.starts_at for each in found] == [NOW, NOW + 7 * DAY, NOW + 14 * DAY]
    assert [each.known.recording for each in found] == [None, "https://example.org/v", None]


@pytest.mark.parametrize(
    ("after", "stage"),
    [(-HOUR, Stage.TO_COME), (0 * HOUR, Stage.RUNNING), (HOUR, Stage.OVER)],
)
def test_the_clock_says_how_an_entry_stands(after: timedelta, stage: Stage) -> None:
    [entry] = entries([Shown(TALK)], since=NOW, before=NOW + DAY)
    assert entry.stage(NOW + after) is stage


def test_hosts_begin_early_and_end_late() -> None:
    known = Occurrence(1, NOW, started_at=NOW - HOUR / 4, ended_at=NOW + 2 * HOUR)
    [entry] = entries([Shown(TALK, (known,))], since=NOW, before=NOW + DAY)
    assert entry.stage(NOW - HOUR / 4) is Stage.RUNNING
    assert entry.stage(NOW + HOUR) is Stage.RUNNING
    assert entry.stage(NOW + 2 * HOUR) is Stage.OVER


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        (Choice(), True),
        (choice(kinds=["Tech-Talk"]), True),
        (choice(kinds=["workshop"]), False),
        (choice(topics=["#Lua", "python"]), True),
        (choice(topics=["python"]), False),
        (choice(languages=["SV"]), True),
        (choice(languages=["en"]), False),
        (choice(kinds=["tech-talk"], topics=["python"]), False),
    ],
)
def test_a_choice_takes_what_meets_each_of_its_wishes(wanted: Choice, taken: bool) -> None:
    assert wanted.takes(TALK) is taken
    shown = entries([Shown(TALK)], since=NOW, before=NOW + DAY, wanted=wanted)
    assert bool(shown) is taken


def test_an_event_without_a_language_is_for_readers_of_each() -> None:
    assert choice(languages=["en"]).takes(replace(TALK, language=None))


@pytest.mark.parametrize(("people", "told"), [(0, None), (4, None), (5, 5), (80, 80)])
def test_no_figure_is_about_fewer_than_five(people: int, told: int | None) -> None:
    assert public_count(people) == told
    known = Occurrence(1, NOW, attended=people)
    [entry] = entries([Shown(TALK, (known,), people)], since=NOW, before=NOW + DAY)
    assert (entry.coming, entry.attended) == (told, told)
