"""An event's file says what the event is to whatever calendar reads it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar
from icalendar import Event as Component

from commands.rules.icalendar import calendar_file
from commands.rules.schedule import occurrences
from storage.values import Event, EventState

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
TALK = Event(
    number=7,
    uid="one@bellringer.test",
    kind="tech-talk",
    title="Wikidata, in depth; and more",
    starts_at=datetime(2026, 10, 20, 15, 0, tzinfo=UTC),
    zone="Europe/Stockholm",
    duration=timedelta(minutes=90),
    sequence=3,
    speakers=("Ada", "Grace"),
    topics=("wikidata",),
    link="https://meet.example.org/x?a=1&b=2",
)
SERIES = replace(
    TALK,
    recurrence_rule="FREQ=WEEKLY;UNTIL=20261130T225959Z",
    exdates=(date(2026, 11, 3),),
)


def read(event: Event) -> tuple[Calendar, Component]:
    calendar = Calendar.from_ical(calendar_file(event, NOW))
    assert isinstance(calendar, Calendar)
    (component,) = calendar.walk("VEVENT")
    assert isinstance(component, Component)
    return calendar, component


def raw(component: Component, name: str) -> str:
    value = component[name].to_ical()
    return value if isinstance(value, str) else bytes(value).decode()


def test_a_file_says_what_when_and_where() -> None:
    calendar, component = read(TALK)
    assert calendar["method"] == "PUBLISH"
    assert component["summary"] == TALK.title
    assert component["uid"] == TALK.uid
    assert component["sequence"] == 3
    assert component.decoded("dtstamp") == NOW
    assert component.decoded("dtstart") == TALK.starts_at
    assert component["dtstart"].params["tzid"] == "Europe/Stockholm"
    assert component.decoded("duration") == TALK.duration
    assert component["url"] == TALK.link
    assert str(component["description"]).splitlines() == ["Ada, Grace", TALK.link, "#wikidata"]
    assert component["status"] == "CONFIRMED"


def test_the_zone_is_told_with_its_changes() -> None:
    calendar, _ = read(SERIES)
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["tzid"] == "Europe/Stockholm"
    assert {each.name for each in zone.subcomponents} == {"DAYLIGHT", "STANDARD"}


def test_utc_needs_no_zone() -> None:
    calendar, component = read(replace(TALK, zone="UTC"))
    assert calendar.walk("VTIMEZONE") == []
    assert raw(component, "dtstart") == "20261020T150000Z"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY;UNTIL=20261130T225959Z",
        "FREQ=MONTHLY;COUNT=6;BYDAY=+3TU",
        "FREQ=DAILY;INTERVAL=2;COUNT=30",
    ],
)
def test_a_series_takes_place_when_the_bot_says(rule: str) -> None:
    """The clock changes on 25 October: the wall clock stays, the instant moves."""
    series = replace(SERIES, recurrence_rule=rule)
    _, component = read(series)
    start = component.decoded("dtstart").astimezone(STOCKHOLM)
    skipped = component.decoded("exdate").dts[0].dt if "exdate" in component else None
    followed = rrulestr(raw(component, "rrule"), dtstart=start)
    starts = [each.astimezone(UTC) for each in islice(followed, 40) if each != skipped]
    assert tuple(starts) == occurrences(series, after=NOW, before=NOW + timedelta(days=400))


@pytest.mark.parametrize(
    ("state", "status"), [(EventState.CANCELLED, "CANCELLED"), (EventState.PROPOSED, "TENTATIVE")]
)
def test_a_file_says_how_an_event_stands(state: EventState, status: str) -> None:
    _, component = read(replace(TALK, state=state, cancel_reason="ill"))
    assert (component["status"], component["comment"]) == (status, "ill")


def test_no_text_becomes_a_line_of_its_own() -> None:
    evil = "x\r\nATTENDEE:mailto:eve@example.org"
    event = replace(TALK, title=evil, speakers=(evil,), cancel_reason=evil)
    _, component = read(event)
    assert "attendee" not in component
    assert b"\nATTENDEE" not in calendar_file(event, NOW)


def test_the_library_is_not_loaded_at_start() -> None:
    code = "import sys, chatbot.app; print('icalendar' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"
