"""How people say that an event repeats becomes a rule, or a question."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from commands.rules.recurrence import Recurrence
from commands.rules.repetition import NotRepeatable, understand

ZONE = "Europe/Stockholm"
TUESDAY = datetime(2026, 12, 8, 16, tzinfo=UTC)
"""The second Tuesday of December 2026, 17:00 in Stockholm."""


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("daily", "FREQ=DAILY"),
        ("every 3 days", "FREQ=DAILY;INTERVAL=3"),
        ("weekly", "FREQ=WEEKLY"),
        ("Every  Week", "FREQ=WEEKLY"),
        ("every 2 weeks", "FREQ=WEEKLY;INTERVAL=2"),
        ("every other week", "FREQ=WEEKLY;INTERVAL=2"),
        ("fortnightly", "FREQ=WEEKLY;INTERVAL=2"),
        ("every tuesday", "FREQ=WEEKLY;BYDAY=TU"),
        ("Tuesdays and Thursdays", "FREQ=WEEKLY;BYDAY=TU,TH"),
        ("weekly on tue, thurs", "FREQ=WEEKLY;BYDAY=TU,TH"),
        ("every other tuesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        ("every 2 weeks on tuesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        ("every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("monthly", "FREQ=MONTHLY"),
        ("monthly on the 2nd Tuesday", "FREQ=MONTHLY;BYDAY=2TU"),
        ("the second tuesday of every month", "FREQ=MONTHLY;BYDAY=2TU"),
        ("every 3 months on the 8th", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=8"),
        ("the 8th of every month", "FREQ=MONTHLY;BYMONTHDAY=8"),
        ("yearly", "FREQ=YEARLY"),
        ("weekly count 5", "FREQ=WEEKLY;COUNT=5"),
        ("weekly, 5 times", "FREQ=WEEKLY;COUNT=5"),
        ("weekly until 2027-03-30", "FREQ=WEEKLY;UNTIL=20270330T215959Z"),
        ("weekly until 24 Dec 2026", "FREQ=WEEKLY;UNTIL=20261224T225959Z"),
        ("RRULE:FREQ=weekly;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU"),
        ("RRULE:FREQ=WEEKLY;COUNT=3", "FREQ=WEEKLY;COUNT=3"),
        ("RRULE:COUNT=3;FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=3"),
        ("RRULE:FREQ=WEEKLY count 3", "FREQ=WEEKLY;COUNT=3"),
        ("rrule:FREQ=DAILY;UNTIL=20261231", "FREQ=DAILY;UNTIL=20261231T225959Z"),
        ("rrule:FREQ=DAILY;UNTIL=20261231T235959", "FREQ=DAILY;UNTIL=20261231T225959Z"),
        ("rrule:FREQ=DAILY;UNTIL=20261231T235959Z", "FREQ=DAILY;UNTIL=20261231T235959Z"),
    ],
)
def test_a_rule_is_read(text: str, rule: str) -> None:
    assert understand(text, starts_at=TUESDAY, zone=ZONE) == Recurrence(rule)


def test_the_last_weekday_and_day_of_the_month_are_read() -> None:
    last_friday = datetime(2026, 11, 27, 16, tzinfo=UTC)
    last_day = datetime(2026, 12, 31, 16, tzinfo=UTC)
    friday = understand("monthly on the last friday", starts_at=last_friday, zone=ZONE)
    assert friday == Recurrence("FREQ=MONTHLY;BYDAY=-1FR")
    day = understand("last day of the month", starts_at=last_day, zone=ZONE)
    assert day == Recurrence("FREQ=MONTHLY;BYMONTHDAY=-1")


def test_dates_are_skipped() -> None:
    text = "weekly until 2027-03-30 except 2026-12-22, Dec 29, 2026 and 5 january 2027"
    understood = understand(text, starts_at=TUESDAY, zone=ZONE)
    assert isinstance(understood, Recurrence)
    assert understood.exdates == (date(2026, 12, 22), date(2026, 12, 29), date(2027, 1, 5))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "repeat.not_understood"),
        ("now and then", "repeat.not_understood"),
        ("weekly on the 2nd tuesday", "repeat.not_understood"),
        ("daily on tuesday", "repeat.not_understood"),
        ("hourly", "repeat.too_often"),
        ("every 10 minutes", "repeat.too_often"),
        ("biweekly", "repeat.unclear"),
        ("every second tuesday", "repeat.unclear"),
        ("every thursday", "repeat.out_of_step"),
        ("monthly on the 1st tuesday", "repeat.out_of_step"),
        ("weekly until 2026-12-01", "repeat.ends_before_start"),
        ("weekly until 2026-13-01", "repeat.not_a_date"),
        ("weekly except christmas", "repeat.not_a_date"),
        ("weekly except", "repeat.not_a_date"),
        ("weekly except 2026-12-24", "repeat.nothing_to_skip"),
        ("weekly count 1 except 2026-12-08", "repeat.nothing_left"),
        ("every 0 weeks", "repeat.unsound"),
        ("every 1000 weeks", "repeat.unsound"),
        ("weekly count 3 until 2027-01-01", "repeat.unsound"),
        ("RRULE:FREQ=HOURLY", "repeat.unsound"),
        ("RRULE:FREQ=DAILY;BYHOUR=9,17", "repeat.unsound"),
        ("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "repeat.unsound"),
        ("RRULE:FREQ=WEEKLY;INTERVAL=0", "repeat.unsound"),
        ("RRULE:FREQ=WEEKLY;BYDAY=2TU", "repeat.unsound"),
        ("RRULE:FREQ=WEEKLY;BYDAY=XX", "repeat.unsound"),
        ("RRULE:FREQ=WEEKLY;UNTIL=20269999", "repeat.unsound"),
        ("RRULE:FREQ=WEEKLY;FREQ=DAILY", "repeat.unsound"),
        ("RRULE:", "repeat.unsound"),
        ("RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "repeat.out_of_step"),
    ],
)
def test_what_makes_no_rule_is_refused_with_a_reason(text: str, key: str) -> None:
    refused = understand(text, starts_at=TUESDAY, zone=ZONE)
    assert isinstance(refused, NotRepeatable)
    assert refused.problem.key == key
