"""Reminders are planned for what is to come, and each is said on time, late, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.messages import Line, Moment, Value
from commands.rules.reminders import Verdict, judge, merge, plan, put
from storage.values import (
    Destination,
    Event,
    EventState,
    Notice,
    NoticeKind,
    Place,
    Planned,
)

START = datetime(2026, 12, 8, 16, tzinfo=UTC)
MINUTE, HOUR, DAY, WEEK = (
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(weeks=1),
)
NOW, GRACE, HORIZON = timedelta(0), MINUTE, timedelta(days=60)
OFFSETS = (WEEK, DAY, HOUR, 10 * MINUTE, NOW)
HERE = Destination("libera", Place.CHANNEL, "#talks")
THERE = Destination("libera", Place.CHANNEL, "#more-talks")
ADA = Destination("libera", Place.PERSON, "ada")
EVENT = Event(
    number=7,
    uid="7@test",
    kind="tech-talk",
    title="Wikidata",
    starts_at=START,
    zone="Europe/Stockholm",
    duration=HOUR,
    channels=(HERE, THERE),
)
WEEKLY = replace(EVENT, recurrence_rule="FREQ=WEEKLY")
CANCELLED = replace(EVENT, state=EventState.CANCELLED)


def _plan(event: Event, now: datetime, *offsets: timedelta) -> tuple[Planned, ...]:
    return plan(event, offsets=offsets, destinations=(HERE,), now=now, horizon=HORIZON)


def _notice(
    offset: timedelta,
    *,
    occurrence: datetime = START,
    destination: Destination = HERE,
    number: int = 1,
) -> Notice:
    return Notice(
        number=number,
        kind=NoticeKind.REMINDER,
        due_at=occurrence - offset,
        destination=destination,
        event=7,
        occurrence=occurrence,
        offset=offset,
    )


def _judge(event: Event | None, offset: timedelta, now: datetime) -> Verdict:
    return judge(event, _notice(offset), now=now, grace=GRACE, told=True)


def test_thirty_minutes_ahead_only_ten_minutes_and_start_remain() -> None:
    assert [each.offset for each in _plan(EVENT, START - 30 * MINUTE, *OFFSETS)] == [
        10 * MINUTE,
        NOW,
    ]


def test_a_far_single_event_gets_all_its_reminders_at_once() -> None:
    assert len(_plan(EVENT, START - 300 * DAY, *OFFSETS)) == len(OFFSETS)


def test_each_destination_gets_its_own() -> None:
    planned = plan(
        EVENT, offsets=(HOUR,), destinations=(HERE, THERE, ADA), now=START - DAY, horizon=HORIZON
    )
    assert {each.destination for each in planned} == {HERE, THERE, ADA}
    assert len({each.once for each in planned}) == 3


def test_a_series_is_planned_as_far_as_the_horizon() -> None:
    planned = _plan(WEEKLY, START - DAY, HOUR)
    assert [each.occurrence for each in planned][:2] == [START, START + WEEK]
    assert START - DAY + HORIZON - WEEK <= planned[-1].due_at < START - DAY + HORIZON


def test_two_horizons_meet_without_gap_or_overlap() -> None:
    now, later = START - 9 * DAY, START - 9 * DAY + HORIZON
    first, second = _plan(WEEKLY, now, *OFFSETS), _plan(WEEKLY, later, *OFFSETS)
    whole = plan(WEEKLY, offsets=OFFSETS, destinations=(HERE,), now=now, horizon=2 * HORIZON)
    assert [each.once for each in first + second] == [each.once for each in whole]


def test_nothing_is_planned_for_the_cancelled_the_begun_and_the_skipped() -> None:
    assert _plan(CANCELLED, START - DAY, *OFFSETS) == ()
    assert _plan(EVENT, START + MINUTE, *OFFSETS) == ()
    assert _plan(EVENT, START - DAY) == ()
    skipped = replace(WEEKLY, exdates=(date(2026, 12, 8),))
    assert _plan(skipped, START - DAY, HOUR)[0].occurrence == START + WEEK


def test_moving_away_and_back_plans_the_same_again() -> None:
    back = replace(EVENT, sequence=2)
    assert _plan(back, START - DAY, HOUR) == _plan(EVENT, START - DAY, HOUR)


@pytest.mark.parametrize(
    ("offset", "now", "verdict"),
    [
        (HOUR, START - HOUR, Verdict.ON_TIME),
        (HOUR, START - HOUR + GRACE, Verdict.ON_TIME),
        (HOUR, START - HOUR + 2 * GRACE, Verdict.LATE),
        (HOUR, START - timedelta(seconds=1), Verdict.LATE),
        (HOUR, START, Verdict.BEGUN),
        (HOUR, START + HOUR, Verdict.MISSED),
        (timedelta(seconds=10), START + timedelta(seconds=5), Verdict.BEGUN),
        (NOW, START, Verdict.ON_TIME),
        (NOW, START + GRACE, Verdict.ON_TIME),
        (NOW, START + 2 * GRACE, Verdict.BEGUN),
        (NOW, START + HOUR, Verdict.MISSED),
    ],
)
def test_a_reminder_stands_as_the_clock_says(
    offset: timedelta, now: datetime, verdict: Verdict
) -> None:
    assert _judge(EVENT, offset, now) is verdict


@pytest.mark.parametrize(
    "event",
    [
        None,
        CANCELLED,
        replace(EVENT, starts_at=START + MINUTE),
        replace(WEEKLY, exdates=(date(2026, 12, 8),)),
    ],
)
def test_a_line_about_what_changed_is_stale(event: Event | None) -> None:
    assert _judge(event, HOUR, START - HOUR) is Verdict.STALE


def test_what_is_not_wanted_there_any_more_is_stale() -> None:
    notice, now = _notice(HOUR, destination=ADA), START - HOUR
    assert judge(EVENT, notice, now=now, grace=GRACE, told=True) is Verdict.ON_TIME
    assert judge(EVENT, notice, now=now, grace=GRACE, told=False) is Verdict.STALE


def test_what_a_newer_reminder_has_said_is_no_news() -> None:
    late = _notice(HOUR)
    now = START - 5 * MINUTE
    assert judge(EVENT, late, now=now, grace=GRACE, told=True, said=10 * MINUTE) is Verdict.MERGED
    assert judge(EVENT, late, now=now, grace=GRACE, told=True, said=DAY) is Verdict.LATE


def _said(*judged: tuple[Notice, Verdict]) -> set[int]:
    verdicts = {Verdict.ON_TIME, Verdict.LATE, Verdict.BEGUN}
    return {notice.number for notice, verdict in merge(judged) if verdict in verdicts}


def test_of_several_late_ones_only_the_newest_is_said() -> None:
    day, hour, elsewhere = (
        _notice(DAY, number=1),
        _notice(HOUR, number=2),
        _notice(DAY, destination=THERE, number=3),
    )
    judged = ((day, Verdict.LATE), (hour, Verdict.LATE), (elsewhere, Verdict.LATE))
    assert _said(*judged) == {2, 3}
    assert {n.number: v for n, v in merge(judged)}[1] is Verdict.MERGED


def test_of_two_late_occurrences_the_nearest_is_said() -> None:
    week_ahead = _notice(WEEK, occurrence=START + WEEK, number=1)
    begun = _notice(NOW, number=2)
    assert _said((week_ahead, Verdict.LATE), (begun, Verdict.BEGUN)) == {2}


def test_what_is_on_time_is_said_whatever_is_late() -> None:
    week_ahead = _notice(WEEK, occurrence=START + WEEK, number=1)
    begun, start = _notice(HOUR, number=2), _notice(NOW, number=3)
    judged = (
        (week_ahead, Verdict.ON_TIME),
        (begun, Verdict.BEGUN),
        (start, Verdict.ON_TIME),
    )
    assert _said(*judged) == {1, 3}


def test_missed_and_stale_ones_stay_what_they_are() -> None:
    judged = ((_notice(DAY, number=1), Verdict.MISSED), (_notice(HOUR, number=2), Verdict.STALE))
    assert merge(judged) == (judged[1], judged[0])


def test_each_way_of_saying_it_has_its_key() -> None:
    starts = Moment(START, EVENT.zone)
    common: dict[str, Value] = {
        "number": 7,
        "title": "Wikidata",
        "kind": "tech-talk",
        "starts": starts,
    }
    said = [
        put(EVENT, _notice(HOUR), Verdict.ON_TIME, now=START - HOUR),
        put(EVENT, _notice(NOW), Verdict.ON_TIME, now=START),
        put(EVENT, _notice(HOUR), Verdict.LATE, now=START - 20 * MINUTE),
        put(EVENT, _notice(HOUR), Verdict.BEGUN, now=START + 5 * MINUTE),
    ]
    assert said == [
        Line("reminder.on_time", {**common, "wait": HOUR}),
        Line("reminder.start", common),
        Line("reminder.late", {**common, "wait": 20 * MINUTE, "late": 40 * MINUTE}),
        Line("reminder.begun", {**common, "since": 5 * MINUTE}),
    ]


def test_speakers_host_and_links_follow_where_there_are_any() -> None:
    event = replace(EVENT, speakers=("Ada", "Grace"), host="Joan", link="https://x.example/")
    said = put(event, _notice(NOW), Verdict.ON_TIME, now=START)
    assert said.key == "reminder.with_details"
    assert said.values["details"] == (
        Line("reminder.speakers", {"speakers": ("Ada", "Grace")}),
        Line("reminder.host", {"host": "Joan"}),
        Line("reminder.link", {"link": "https://x.example/"}),
    )


ZONES = st.sampled_from(
    ("UTC", "Europe/Stockholm", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu")
)
OFFSET_SETS = st.sets(
    st.integers(0, 14 * 24 * 60).map(lambda n: n * MINUTE), min_size=1, max_size=6
)
STARTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda n: START + n * MINUTE)
RULES = st.sampled_from((None, "FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY;COUNT=3"))


@given(ZONES, STARTS, RULES, OFFSET_SETS, st.integers(-100 * 24 * 60, 30 * 24 * 60))
def test_plans_over_zones_and_daylight_saving(
    zone: str, start: datetime, rule: str | None, offsets: set[timedelta], shift: int
) -> None:
    event = replace(EVENT, starts_at=start, zone=zone, recurrence_rule=rule)
    now = start + shift * MINUTE
    planned = _plan(event, now, *offsets)
    assert len({(each.occurrence, each.offset) for each in planned}) == len(planned)
    assert len({each.once for each in planned}) == len(planned)
    for each in planned:
        assert each.due_at == each.occurrence - each.offset >= now
        assert judge(event, _of(each), now=each.due_at, grace=GRACE, told=True) is Verdict.ON_TIME
        assert judge(CANCELLED, _of(each), now=each.due_at, grace=GRACE, told=True) is Verdict.STALE


@given(ZONES, STARTS, OFFSET_SETS)
def test_a_daily_series_is_announced_for_one_local_time(
    zone: str, start: datetime, offsets: set[timedelta]
) -> None:
    event = replace(EVENT, starts_at=start, zone=zone, recurrence_rule="FREQ=DAILY")
    planned = _plan(event, start, *offsets)
    walls = [each.occurrence.astimezone(ZoneInfo(zone)).time() for each in planned]
    usual = start.astimezone(ZoneInfo(zone)).time()
    # Two changes a year at most, so in 60 days and 14 at most one date has a gap at this time.
    odd = {each.occurrence for each, wall in zip(planned, walls, strict=True) if wall != usual}
    assert len(odd) <= 1


@given(STARTS, OFFSET_SETS, st.integers(-20 * 24 * 60, 24 * 60))
def test_after_any_downtime_an_event_is_said_at_most_once(
    start: datetime, offsets: set[timedelta], shift: int
) -> None:
    event = replace(EVENT, starts_at=start)
    now = start + shift * MINUTE
    overdue = [
        (_of(each, number), judge(event, _of(each, number), now=now, grace=GRACE, told=True))
        for number, each in enumerate(_plan(event, start - 30 * DAY, *offsets))
        if each.due_at <= now
    ]
    said = [v for _, v in merge(overdue) if v not in {Verdict.MERGED, Verdict.MISSED}]
    assert len(said) == (1 if overdue and now < start + HOUR else 0)


def _of(planned: Planned, number: int = 1) -> Notice:
    return _notice(
        planned.offset,
        occurrence=planned.occurrence,
        destination=planned.destination,
        number=number,
    )
