"""What is told to people, and when the next try is, after a page could not be written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commands.rules.pagekeeping import Trouble, not_ours, not_saved
from commands.writes import Outcome, SaveResult

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("outcome", "trouble"),
    [
        (Outcome.PROTECTED, Trouble.PROTECTED),
        (Outcome.SENDER_BLOCKED, Trouble.BLOCKED),
        (Outcome.READ_ONLY, Trouble.READ_ONLY),
        (Outcome.ABUSE_FILTERED, Trouble.REFUSED),
        (Outcome.REFUSED, Trouble.REFUSED),
        (Outcome.CONFLICT, None),
        (Outcome.UNKNOWN, None),
        (Outcome.LAGGED, None),
    ],
)
def test_what_people_must_see_to_is_told_at_once(outcome: Outcome, trouble: Trouble | None) -> None:
    assert not_saved(SaveResult(outcome), 0).trouble is trouble


@pytest.mark.parametrize("outcome", Outcome)
def test_whatever_lasts_is_told(outcome: Outcome) -> None:
    failed = not_saved(SaveResult(outcome, detail="so it is"), 2)
    assert failed.trouble is not None
    assert failed.reason == "so it is"


def test_the_tries_come_ever_later_and_never_end() -> None:
    waits = [not_saved(SaveResult(Outcome.LAGGED), setbacks).wait for setbacks in range(100)]
    assert waits[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert waits[-1] == HOUR
    assert not_ours(Trouble.DAMAGED, 0).wait == 15 * MINUTE
    assert not_ours(Trouble.DAMAGED, 99).wait == 6 * HOUR


def test_a_wiki_is_not_asked_sooner_than_it_wants() -> None:
    asked = SaveResult(Outcome.RATE_LIMITED, retry_after=10 * MINUTE)
    assert not_saved(asked, 0).wait == 10 * MINUTE
