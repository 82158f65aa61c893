"""A calendar says what its events are, to whatever reads it.

It is read by vobject, which shares nothing with the library that the values are made with.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from chatbot.text import Texts
from commands.rules.icalendar import Heading, calendar, calendar_file, told
from commands.rules.icallines import words as plain
from commands.rules.schedule import occurrences
from storage.values import Event, EventState, Occurrence, Shown

CREATED = datetime(2026, 9, 1, 9, 30, tzinfo=UTC)
CHANGED = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
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
    topics=("wikidata", "a, b"),
    language="en",
    link="https://meet.example.org/x?a=1&b=2",
    description="For beginners.",
    created_at=CREATED,
    changed_at=CHANGED,
)
SERIES = replace(
    TALK,
    recurrence_rule="FREQ=WEEKLY;UNTIL=20261130T225959Z",
    exdates=(date(2026, 11, 3),),
)
WORDS = Texts().words


def page(number: int, occurrence: datetime | None) -> str:
    return f"https://events.example.org/event/{number}" + (
        f"/{occurrence:%F}" if occurrence else ""
    )


def made(*shown: Shown, heading: Heading | None = None) -> bytes:
    return calendar([told(each, WORDS, page) for each in shown], heading)


def read(*shown: Shown, heading: Heading | None = None) -> Any:
    return vobject.readOne(made(*shown, heading=heading).decode())


def read_event(event: Event, *known: Occurrence) -> Any:
    return read(Shown(event, known)).vevent


def starts(component: Any) -> Iterable[datetime]:
    return (each.astimezone(UTC) for each in component.getrruleset(addRDate=True))


def test_a_file_says_what_when_and_where() -> None:
    content = calendar_file(Shown(TALK), WORDS, page)
    found = vobject.readOne(content.decode())
    assert found.method.value == "PUBLISH"
    event = found.vevent
    assert event.summary.value == TALK.title
    assert event.summary.params["LANGUAGE"] == ["en"]
    assert event.uid.value == TALK.uid
    assert event.sequence.value == "3"
    assert event.dtstart.value == TALK.starts_at
    assert event.dtstart.params["X-VOBJ-ORIGINAL-TZID"] == ["Europe/Stockholm"]
    assert event.duration.value == TALK.duration
    assert event.url.value == "https://events.example.org/event/7"
    assert event.location.value == event.conference.value == TALK.link
    assert event.categories.value == ["tech-talk", "wikidata", "a, b"]
    assert event.status.value == "CONFIRMED"
    assert "organizer" not in event.contents
    assert event.description.value.splitlines() == [
        "For beginners.",
        "",
        "Speakers: Ada, Grace",
        f"Join: {TALK.link}",
        "Topics: #wikidata, #a, b",
        "Language: en",
        "More: https://events.example.org/event/7",
    ]


def test_the_same_event_makes_the_same_bytes_with_the_stamps_of_its_change() -> None:
    event = read_event(TALK)
    assert event.created.value == CREATED
    assert event.dtstamp.value == event.last_modified.value == CHANGED
    assert made(Shown(TALK)) == made(Shown(replace(TALK)))


def test_a_feed_says_what_it_is_and_when_to_ask_again() -> None:
    heading = Heading("Wiki: events", "All; of it", "https://e.org/feeds/all.ics", "https://e.org/")
    found = read(Shown(TALK), heading=heading)
    contents = {
        name: [getattr(each, "value", "") for each in lines]
        for name, lines in found.contents.items()
    }
    assert contents["name"] == contents["x-wr-calname"] == ["Wiki: events"]
    assert contents["x-wr-caldesc"] == ["All; of it"]
    assert contents["source"] == ["https://e.org/feeds/all.ics"]
    assert contents["url"] == ["https://e.org/"]
    assert contents["refresh-interval"] == contents["x-published-ttl"] == ["PT1H"]
    assert contents["last-modified"] == ["20261001T120000Z"]


def test_utc_needs_no_zone() -> None:
    found = read(Shown(replace(TALK, zone="UTC")))
    assert "vtimezone" not in found.contents
    assert b"DTSTART:20261020T150000Z\r\n" in made(Shown(replace(TALK, zone="UTC")))


def test_a_time_that_occurs_twice_is_the_one_that_was_meant() -> None:
    """On 25 October it is half past two in Stockholm at 00:30 and at 01:30 UTC."""
    for hour in (0, 1):
        twice = replace(TALK, starts_at=datetime(2026, 10, 25, hour, 30, tzinfo=UTC))
        assert read_event(twice).dtstart.value.astimezone(UTC) == twice.starts_at


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY;UNTIL=20261130T225959Z",
        "FREQ=MONTHLY;COUNT=6;BYDAY=+3TU",
        "FREQ=DAILY;INTERVAL=2;COUNT=30",
        "FREQ=MONTHLY;COUNT=2;BYMONTHDAY=13",  # Its start is out of step.
    ],
)
def test_a_series_takes_place_when_the_bot_says(rule: str) -> None:
    """The clock changes on 25 October: the wall clock stays, the instant moves."""
    series = replace(SERIES, recurrence_rule=rule)
    expected = occurrences(series, after=CHANGED, before=CHANGED + timedelta(days=400))
    event = read_event(series)
    found = tuple(islice(starts(event), 40)) if "rrule" in event.contents else (TALK.starts_at,)
    assert found == expected


def test_what_is_known_of_an_occurrence_stands_with_it_alone() -> None:
    second = TALK.starts_at + timedelta(days=7, hours=1)  # Winter time begins between them.
    known = Occurrence(
        7,
        second,
        started_at=second + timedelta(minutes=4),
        ended_at=second + timedelta(hours=2),
        recording="https://video.example.org/å b",
    )
    found = read(Shown(SERIES, (known,)))
    series, one = found.vevent_list
    assert one.uid.value == series.uid.value
    assert one.recurrence_id.value == second
    assert (one.dtstart.value, one.dtend.value) == (known.started_at, known.ended_at)
    assert one.last_modified.value == known.ended_at
    assert one.attach.value == "https://video.example.org/%C3%A5%20b"
    assert "Recording: https://video.example.org/å b" in one.description.value
    assert one.url.value == "https://events.example.org/event/7/2026-10-27"
    assert "Recording" not in series.description.value
    assert second in tuple(starts(series))


def test_an_occurrence_that_the_series_no_longer_has_is_not_told() -> None:
    gone = Occurrence(7, TALK.starts_at + timedelta(days=1), recording="https://video.example.org/")
    assert len(read(Shown(SERIES, (gone,))).vevent_list) == 1


def test_a_single_event_takes_the_hours_it_had() -> None:
    late = TALK.starts_at + timedelta(hours=2)
    event = read_event(TALK, Occurrence(7, TALK.starts_at, started_at=late))
    assert (event.dtstart.value, event.dtend.value) == (late, late)
    assert "recurrence-id" not in event.contents


@pytest.mark.parametrize(
    ("state", "status"), [(EventState.CANCELLED, "CANCELLED"), (EventState.PROPOSED, "TENTATIVE")]
)
def test_a_calendar_says_how_an_event_stands(state: EventState, status: str) -> None:
    event = read_event(replace(TALK, state=state, cancel_reason="The speaker is ill; sorry"))
    assert event.status.value == status
    assert event.comment.value == "The speaker is ill; sorry"
    cancelled = "Cancelled. The speaker is ill; sorry" in event.description.value
    assert cancelled == (state is EventState.CANCELLED)


@pytest.mark.parametrize(
    "text",
    [
        'a\\nb, c; d: "e" \\; \\, \\',
        "first\nsecond\r\nthird\rfourth",
        "أهلاً بكم في ورشة ويكي بيانات، الجزء الثاني؛ " * 5,
        "👩🏽‍💻 🏳️‍🌈 é̂ 日本語の発表 " * 20,
        "=cmd|' /C calc'!A0 <script>alert(1)</script> [[Category:X]] {{subst:y}}",
        "x\r\nATTENDEE:mailto:eve@example.org\r\n END:VEVENT",
        "BEGIN:VALARM\u2028END:VCALENDAR\x85\x0b\x0c",
        "ä" * 10_000,
    ],
)
def test_any_text_comes_back_as_it_was(text: str) -> None:
    event = replace(TALK, title=text, description=text, speakers=(), cancel_reason=text)
    content = made(Shown(event))
    found = vobject.readOne(content.decode()).vevent
    assert found.summary.value == found.comment.value == plain(text)
    assert found.description.value.startswith(plain(text))
    assert set(found.contents).isdisjoint({"attendee", "valarm"})
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


@given(st.text(max_size=300))
def test_whatever_is_written_comes_back(text: str) -> None:
    event = replace(TALK, title=text, topics=(text,), link=f"https://e.org/{text}")
    found = read_event(event)
    assert found.summary.value == plain(text)
    assert found.location.value == plain(f"https://e.org/{text}")
    assert " " not in found.conference.value
    assert "\n" not in found.conference.value


@pytest.mark.parametrize(
    "changes",
    [
        {"recurrence_rule": "FREQ=SOMETIMES"},
        {"recurrence_rule": "FREQ=WEEKLY;COUNT=0"},
        {"recurrence_rule": "FREQ=MONTHLY;BYDAY=9XX\r\nATTENDEE:mailto:eve@example.org"},
        {"zone": "Europe/Atlantis"},
    ],
)
def test_what_no_calendar_can_hold_is_an_error(changes: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError)):
        made(Shown(replace(TALK, **changes)))


def test_the_library_is_not_loaded_at_start() -> None:
    code = "import sys, chatbot.app; print('icalendar' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"
