"""What is advised when an event is proposed or registered follows from the facts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chatbot.text import Texts
from commands.rules.advice import Facts, Holiday, advice, says_little, zones_of
from storage.values import Event

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
START = datetime(2027, 1, 12, 17, 0, tzinfo=UTC)
"""A Tuesday, six weeks ahead."""

GOOD = Event(
    number=7,
    uid="u",
    kind="tech-talk",
    title="Write your first bot",
    starts_at=START,
    zone="Europe/Stockholm",
    duration=timedelta(hours=1),
    speakers=("Ada",),
    link="https://meet.example.org/talks",
    description="From an idea to a bot that edits.",
)


def facts(event: Event = GOOD, **different: object) -> Facts:
    given = {
        "event": event,
        "start": event.starts_at,
        "now": NOW,
        "notice": 14 * DAY,
        "command": "event edit",
        "prefix": "!",
        "weekend": frozenset({5, 6}),
    }
    return Facts(**(given | different))  # type: ignore[arg-type]


def keys(given: Facts) -> list[str]:
    return [each.key for each in advice(given)]


def words(given: Facts) -> list[str]:
    text = Texts()
    return [text.words(each) for each in advice(given)]


def test_nothing_is_said_of_an_event_that_is_well_prepared() -> None:
    assert advice(facts()) == ()


@pytest.mark.parametrize(
    ("wait", "short"), [(13 * DAY, True), (14 * DAY, False), (timedelta(minutes=5), True)]
)
def test_less_than_the_notice_is_short(wait: timedelta, short: bool) -> None:
    start = NOW + wait
    # A Monday to Friday only: nothing but the notice is to be told.
    said = keys(facts(replace(GOOD, starts_at=start), weekend=frozenset()))
    assert said == (["advice.short_notice"] if short else [])


def test_a_holiday_is_named_with_its_country() -> None:
    said = words(facts(holidays=(Holiday("SE", "Epiphany"), Holiday("DE-BY", "Epiphany"))))
    assert said == ["2027-01-12 is a holiday: Epiphany (SE), Epiphany (DE-BY)."]


def test_the_weekend_is_that_of_the_events_own_calendar() -> None:
    friday_night = datetime(2027, 1, 15, 23, 30, tzinfo=UTC)
    event = replace(GOOD, starts_at=friday_night)
    assert keys(facts(event)) == ["advice.weekend"]
    assert keys(facts(replace(event, zone="UTC"))) == []
    assert keys(facts(replace(event, zone="UTC"), weekend=frozenset({4}))) == ["advice.weekend"]


@pytest.mark.parametrize(
    ("clock", "there"),
    [("22:59", "07:59"), ("23:00", None), ("12:59", None), ("13:00", "22:00"), ("17:00", "02:00")],
)
def test_an_hour_is_awkward_before_eight_and_from_ten_in_the_evening(
    clock: str, there: str | None
) -> None:
    """Tokyo is nine hours ahead of UTC."""
    hour, minute = map(int, clock.split(":"))
    event = replace(GOOD, starts_at=START.replace(hour=hour, minute=minute), zone="UTC")
    said = words(facts(event, zones={"Asia/Tokyo": "ja"}))
    expected = f"For some it is an awkward hour: {there} in Asia/Tokyo (ja)."
    assert said == ([expected] if there else [])


def test_communities_are_found_by_topic_and_language() -> None:
    zones = {"#Wikidata": "Europe/Berlin", "sv": "Europe/Stockholm", "hi": "Asia/Kolkata"}
    event = replace(GOOD, topics=("wikidata", "bots"), language="sv-fi")
    assert zones_of(event, zones) == {"Europe/Berlin": "wikidata", "Europe/Stockholm": "sv"}


@pytest.mark.parametrize(
    ("title", "little"),
    [
        ("Meeting", True),
        ("Tech talk", True),
        ("Monthly office hours #12", True),
        ("TBA", True),
        ("Wikidata", True),
        ("…", True),
        ("Wikidata queries", False),
        ("Internationalisation", False),
        ("Meeting the editors of tomorrow", False),
        ("維基數據入門", False),
        ("اجتماع", True),
    ],
)
def test_a_title_says_what_people_will_learn(title: str, little: bool) -> None:
    assert says_little(title) is little


def test_all_that_lacks_is_one_sentence() -> None:
    bare = replace(GOOD, speakers=(), link=None, description=None)
    assert words(facts(bare)) == [
        "Still missing: who speaks, a description, a link. !event edit 7 | speaker: …"
    ]
    assert words(facts(replace(bare, stream="https://example.org/live"), command="proposal edit"))[
        0
    ].endswith("who speaks, a description. !proposal edit 7 | speaker: …")


def test_the_most_urgent_comes_first() -> None:
    event = replace(GOOD, title="Talk", starts_at=NOW + 4 * DAY, zone="UTC", link=None)
    given = facts(event, zones={"Asia/Tokyo": "ja"}, holidays=(Holiday("SE", "A day"),))
    assert keys(given) == [
        "advice.short_notice",
        "advice.holiday",
        "advice.weekend",
        "advice.title",
        "advice.lacking",
    ]
