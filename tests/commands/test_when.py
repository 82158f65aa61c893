"""A time in people's words is understood, doubted aloud, or refused; never guessed in silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.offsets import Misunderstood
from commands.when import Understood, understand

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""A Tuesday, 13:00 in Stockholm."""
STOCKHOLM = "Europe/Stockholm"


def _in_stockholm(text: str) -> Understood | Misunderstood:
    return understand(text, now=NOW, zone=STOCKHOLM)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tomorrow 17:00", "2026-11-25 16:00"),
        ("5pm tomorrow", "2026-11-25 16:00"),
        ("today 17.30", "2026-11-24 16:30"),
        ("17:00", "2026-11-24 16:00"),
        ("thursday 17", "2026-11-26 16:00"),
        ("this friday at 5 p.m.", "2026-11-27 16:00"),
        ("next monday 17:00", "2026-11-30 16:00"),
        ("next tuesday 17:00", "2026-12-01 16:00"),
        ("thursday next week 17:00", "2026-12-03 16:00"),
        ("3 dec 17:00", "2026-12-03 16:00"),
        ("Dec 3rd, 5:30pm", "2026-12-03 16:30"),
        ("Thursday, the 3rd of December 2026 at 17:00", "2026-12-03 16:00"),
        ("2026-12-03 17:00", "2026-12-03 16:00"),
        ("3.12.2026 17:00", "2026-12-03 16:00"),
        ("13/4/2027 17:00", "2027-04-13 15:00"),
        ("4/4/2027 17:00", "2027-04-04 15:00"),
        ("the day after tomorrow, noon", "2026-11-26 11:00"),
        ("in 2 weeks 17:00", "2026-12-08 16:00"),
        ("in 2 hours", "2026-11-24 14:00"),
        ("90 minutes from now", "2026-11-24 13:30"),
        ("in 1h30m", "2026-11-24 13:30"),
        ("in half an hour", "2026-11-24 12:30"),
        ("１７：００　ｔｏｍｏｒｒｏｗ\u200f", "2026-11-25 16:00"),
        ("2026-12-03T17:00+02:00", "2026-12-03 15:00"),
        ("2026-12-03T17:00:00-05:00", "2026-12-03 22:00"),
        ("tomorrow 17:00 -05:00", "2026-11-25 22:00"),
        ("tomorrow utc+5:30 17:00", "2026-11-25 11:30"),
    ],
)
def test_a_time_is_understood_in_the_speakers_zone(text: str, expected: str) -> None:
    instant = datetime.fromisoformat(f"{expected}+00:00")
    assert _in_stockholm(text) == Understood(instant, STOCKHOLM)


def test_seconds_are_understood() -> None:
    assert _in_stockholm("in 90s") == Understood(NOW + timedelta(seconds=90), STOCKHOLM)


@pytest.mark.parametrize(
    ("text", "expected", "zone"),
    [
        ("2026-12-03 17:00 UTC", "2026-12-03 17:00", "UTC"),
        ("2026-12-03T17:00Z", "2026-12-03 17:00", "UTC"),
        ("tomorrow 17:00 america/new_york", "2026-11-25 22:00", "America/New_York"),
        ("tomorrow America/New_York 17:00", "2026-11-25 22:00", "America/New_York"),
        ("tomorrow 17:00 New York time", "2026-11-25 22:00", "America/New_York"),
        ("tomorrow 17:00 ET", "2026-11-25 22:00", "America/New_York"),
        ("tomorrow 17:00 PST", "2026-11-26 01:00", "America/Los_Angeles"),
        ("tomorrow 17:00 CET", "2026-11-25 16:00", STOCKHOLM),
        ("2027-10-31 02:30 CEST", "2027-10-31 00:30", STOCKHOLM),
        ("2027-10-31 02:30 CET", "2027-10-31 01:30", STOCKHOLM),
    ],
)
def test_a_zone_that_is_said_holds(text: str, expected: str, zone: str) -> None:
    instant = datetime.fromisoformat(f"{expected}+00:00")
    assert _in_stockholm(text) == Understood(instant, zone)


def test_today_is_a_day_of_the_zone_that_is_said() -> None:
    late = datetime(2026, 11, 24, 23, tzinfo=UTC)
    understood = understand("today 17:00 Asia/Tokyo", now=late, zone=STOCKHOLM)
    assert understood == Understood(datetime(2026, 11, 25, 8, tzinfo=UTC), "Asia/Tokyo")


def test_utc_is_assumed_aloud_where_no_zone_is_known() -> None:
    understood = understand("tomorrow 17:00", now=NOW, zone=None)
    assert isinstance(understood, Understood)
    assert (understood.instant.hour, understood.zone) == (17, "UTC")
    assert [doubt.key for doubt in understood.doubts] == ["when.assumed_utc"]
    assert understand("in 2 hours", now=NOW, zone=None) == Understood(
        NOW + timedelta(hours=2), "UTC"
    )


@pytest.mark.parametrize(
    ("text", "day", "doubt"),
    [
        ("next thursday 5pm", "2026-12-03", "when.next_weekday"),
        ("tuesday 17:00", "2026-11-24", "when.weekday_is_today"),
        ("tuesday 9:00", "2026-12-01", "when.rolled_to_next_week"),
        ("9:00", "2026-11-25", "when.rolled_to_tomorrow"),
        ("1 nov 17:00", "2027-11-01", "when.rolled_to_year"),
        ("24 nov 9:00", "2027-11-24", "when.rolled_to_year"),
        ("29 feb 17:00", "2028-02-29", "when.rolled_to_year"),
        ("tomorrow midnight", "2026-11-25", "when.midnight"),
        ("in two weeks 17:00", "2026-12-08", "when.guessed"),
        ("übermorgen 17:00", "2026-11-26", "when.guessed"),
        ("2031-01-01 17:00", "2031-01-01", "when.far"),
    ],
)
def test_a_choice_is_said_as_a_doubt(text: str, day: str, doubt: str) -> None:
    understood = _in_stockholm(text)
    assert isinstance(understood, Understood)
    assert understood.instant.astimezone(ZoneInfo(STOCKHOLM)).date().isoformat() == day
    assert [each.key for each in understood.doubts] == [doubt]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "when.not_understood"),
        ("blah", "when.not_understood"),
        ("tomorrow 17:00 or so", "when.not_understood"),
        ("tomorrow 9:00-10:00", "when.not_understood"),
        ("tomorrow 17:00 18:00", "when.not_understood"),
        ("17:00 " * 40, "when.not_understood"),
        ("tomorrow", "when.no_time"),
        ("3 dec", "when.no_time"),
        ("in 2 days", "when.no_time"),
        ("übermorgen", "when.no_time"),
        ("thursday 5", "when.morning_or_evening"),
        ("25:00 tomorrow", "when.no_such_time"),
        ("13pm tomorrow", "when.no_such_time"),
        ("31 feb 2027 17:00", "when.no_such_day"),
        ("31 feb 17:00", "when.no_such_day"),
        ("0001-01-01 17:00", "when.no_such_day"),
        ("03/04/2027 17:00", "when.day_or_month"),
        ("friday 3 dec 17:00", "when.other_weekday"),
        ("2026-11-01 17:00", "when.past"),
        ("today 9:00", "when.past"),
        ("yesterday 17:00", "when.past"),
        ("2060-01-01 17:00", "when.too_far"),
        ("tomorrow 17:00 IST", "zone.unclear"),
        ("tomorrow 17:00 CST", "zone.unclear"),
        ("tomorrow 17:00 Europe/Stokholm", "zone.unknown"),
        ("tomorrow 17:00+23:00", "zone.no_offset"),
    ],
)
def test_what_is_not_clear_is_refused_with_its_reason(text: str, key: str) -> None:
    refused = _in_stockholm(text)
    assert isinstance(refused, Misunderstood)
    assert refused.problem.key == key


def test_day_and_month_are_refused_with_both_readings() -> None:
    refused = _in_stockholm("03/04/2027 17:00")
    assert isinstance(refused, Misunderstood)
    assert refused.problem.values["readings"] == ("2027-03-04", "2027-04-03")


def test_a_local_time_that_does_not_exist_is_refused_with_its_neighbours() -> None:
    refused = _in_stockholm("2027-03-28 02:30")
    assert isinstance(refused, Misunderstood)
    assert refused.problem.key == "when.gap"
    assert refused.problem.values["earlier"] == "2027-03-28 01:30 Europe/Stockholm"
    assert refused.problem.values["later"] == "2027-03-28 03:30 Europe/Stockholm"


def test_a_local_time_that_comes_twice_is_refused_with_both_instants() -> None:
    refused = _in_stockholm("2027-10-31 02:30")
    assert isinstance(refused, Misunderstood)
    assert refused.problem.key == "when.twice"
    first, second = refused.problem.values["first"], refused.problem.values["second"]
    assert (first, second) == ("2027-10-31 00:30 UTC", "2027-10-31 01:30 UTC")
    assert _in_stockholm(str(second)) == Understood(
        datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "UTC"
    )


def test_letters_of_the_other_season_are_refused_with_both_readings() -> None:
    refused = _in_stockholm("1 july 2027 17:00 CET")
    assert isinstance(refused, Misunderstood)
    assert refused.problem.key == "when.other_season"
    readings = ("2027-07-01 16:00 UTC", "2027-07-01 17:00 Europe/Berlin")
    assert refused.problem.values["readings"] == readings


ZONES = st.sampled_from(
    (
        "UTC",
        STOCKHOLM,
        "America/New_York",
        "America/St_Johns",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "Asia/Kathmandu",
        "Pacific/Kiritimati",
    )
)
INSTANTS = st.integers(1, 3 * 365 * 24 * 60).map(lambda n: NOW + timedelta(minutes=n))


@given(ZONES, INSTANTS)
def test_an_instant_written_in_any_zone_is_read_back(zone: str, instant: datetime) -> None:
    """Also across daylight saving: what comes twice is refused with this instant among the two."""
    local = instant.astimezone(ZoneInfo(zone))
    found = understand(f"{local:%Y-%m-%d %H:%M} {zone}", now=NOW, zone=None)
    if isinstance(found, Misunderstood):
        assert found.problem.key == "when.twice"
        said = (found.problem.values["first"], found.problem.values["second"])
        assert f"{instant:%Y-%m-%d %H:%M} UTC" in said
    else:
        assert (found.instant, found.zone, found.doubts) == (instant, zone, ())


@given(ZONES, INSTANTS, st.sampled_from(("%d %b %Y %H:%M", "%B %d, %Y at %I:%M %p", "%FT%H:%M")))
def test_every_usual_form_says_the_same(zone: str, instant: datetime, form: str) -> None:
    local = instant.astimezone(ZoneInfo(zone))
    assert understand(f"{local.strftime(form)}", now=NOW, zone=zone) == understand(
        f"{local:%Y-%m-%d %H:%M}", now=NOW, zone=zone
    )


SAID = (
    "next thursday tomorrow today in 2 weeks 3 dec december 17:00 5pm 17 at UTC CET +02:00 Z "
    "Europe/Stockholm 2026-12-03 03/04 midnight noon the of , - 29 feb 00:00 day month"
)
WORDS = st.sampled_from(SAID.split())


@given(st.lists(WORDS, max_size=8).map(" ".join) | st.text(max_size=60))
def test_whatever_is_said_the_answer_is_a_time_ahead_or_a_refusal(text: str) -> None:
    found = understand(text, now=NOW, zone=STOCKHOLM)
    assert isinstance(found, Misunderstood) or found.instant > NOW
