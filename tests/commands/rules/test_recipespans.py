"""Long spans as people say them: free of the calendar, typed again the same."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.recipespans import LONGEST, SHORTEST, long_span, typed_span

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("6 months", 180 * DAY),
        ("6 Months", 180 * DAY),
        ("a month", 30 * DAY),
        ("2mo", 60 * DAY),
        ("2 years", 730 * DAY),
        ("1y", 365 * DAY),
        ("half a year", 180 * DAY),
        ("1,5 years", 547.5 * DAY),
        ("1 year and 2 weeks", 379 * DAY),
        ("1y6mo", 545 * DAY),
        ("90 days", 90 * DAY),
        ("2 weeks", 14 * DAY),
        ("１ year", 365 * DAY),
        ("100 years", LONGEST),
        ("101 years", None),
        ("999999 years", None),
        ("12 hours", None),
        ("6m", None),
        ("6", None),
        ("-1 year", None),
        ("year", None),
        ("yearly", None),
        ("", None),
        ("1 year " * 20, None),
    ],
)
def test_a_span_is_read_in_days_months_and_years(text: str, found: timedelta | None) -> None:
    assert long_span(text) == found


@given(st.timedeltas(SHORTEST, LONGEST))
def test_a_span_typed_again_is_the_same(span: timedelta) -> None:
    whole = span - timedelta(microseconds=span.microseconds)
    assert long_span(typed_span(whole)) == whole


@pytest.mark.parametrize(
    ("span", "typed"),
    [
        (DAY, "1 day"),
        (30 * DAY, "1 month"),
        (45 * DAY, "45 days"),
        (180 * DAY, "6 months"),
        (365 * DAY, "1 year"),
        (730 * DAY, "2 years"),
        (DAY * 1.5, "1 day 43200 seconds"),
    ],
)
def test_a_span_is_typed_in_the_largest_unit_that_fits(span: timedelta, typed: str) -> None:
    assert typed_span(span) == typed
