"""What follows from a page's state and from the end of a save; pauses."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.delivery import (
    BETWEEN_LOOKS,
    DUPLICATE,
    GAVE_UP,
    LONGEST_PUT_OFF,
    MOST_ATTEMPTS,
    RETRIABLE,
    Again,
    Halt,
    Halting,
    Look,
    Next,
    Pause,
    Settled,
    Wait,
    after,
    back_off,
    before,
    changed_pages,
    duplicate,
    leads_elsewhere,
    put_off,
    setbacks_after,
    waiting,
)
from commands.wikis import PageFacts, UserFacts
from commands.writes import Outcome, SaveResult
from storage.runvalues import Delivery, DeliveryState, Recipient, Run, RunState

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ANNA = Recipient(1, "enwiki", "User talk:Anna", "Anna", "Anna", "you gave a talk")
CLAIMED = Delivery(7, ANNA, DeliveryState.CLAIMED, claimed_at=NOW)
FIRST, LONGEST = timedelta(seconds=5), timedelta(minutes=10)


def talk_page(
    title: str = "User talk:Anna", owner: str | None = "Anna", *, opted_out: bool = False
) -> PageFacts:
    user = UserFacts(owner, exists=True) if owner else None
    return PageFacts("User talk:Anna", title, 3, revid=4, opted_out=opted_out, owner=user)


def ended(outcome: Outcome, *, repeated: bool = False) -> Next:
    return after(CLAIMED, SaveResult(outcome, code="thecode"), repeated=repeated)


def test_a_fit_page_is_written_to() -> None:
    assert before(CLAIMED, talk_page(), own="Bellringer") is None


def test_an_unfit_page_is_skipped_for_its_reason() -> None:
    end = before(CLAIMED, talk_page(opted_out=True), own="Bellringer")
    assert isinstance(end, Settled)
    assert (end.delivery.state, end.delivery.outcome) == (DeliveryState.SKIPPED, "opted-out")


@pytest.mark.parametrize(("attempts", "tried_again"), [(0, True), (2, True), (3, False)])
def test_a_save_whose_end_nobody_knows_is_not_tried_for_ever(
    attempts: int, tried_again: bool
) -> None:
    assert MOST_ATTEMPTS == 3
    end = before(Delivery(7, ANNA, attempts=attempts), talk_page(), own="Bellringer")
    if tried_again:
        assert end is None
    else:
        assert isinstance(end, Settled)
        assert (end.delivery.outcome, end.delivery.retriable) == (GAVE_UP, True)


@pytest.mark.parametrize(
    ("page", "elsewhere"),
    [
        (talk_page(), False),
        (talk_page("User talk:Bert", "Bert"), True),
        (talk_page("User talk:Anna", "Bert"), True),
    ],
)
def test_a_page_that_is_not_the_frozen_one_any_more_is_noticed(
    page: PageFacts, elsewhere: bool
) -> None:
    assert leads_elsewhere(CLAIMED, page) is elsewhere


def test_a_duplicate_names_the_recipient_who_has_the_page() -> None:
    end = duplicate(CLAIMED, of=12).delivery
    assert (end.state, end.outcome, end.detail) == (DeliveryState.SKIPPED, DUPLICATE, "7/12")


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.SAVED, Settled),
        (Outcome.CONFLICT, Look),
        (Outcome.UNKNOWN, Look),
        (Outcome.UNREACHABLE, Pause),
        (Outcome.READ_ONLY, Pause),
        (Outcome.LAGGED, Pause),
        (Outcome.RATE_LIMITED, Pause),
        (Outcome.SERVER_ERROR, Pause),
        (Outcome.BAD_TOKEN, Again),
        (Outcome.SESSION_LOST, Again),
        (Outcome.SENDER_BLOCKED, Halt),
        (Outcome.PERMISSION_DENIED, Halt),
        *((outcome, Settled) for outcome in RETRIABLE),
    ],
)
def test_each_outcome_has_its_consequence(outcome: Outcome, expected: type[Next]) -> None:
    assert isinstance(ended(outcome), expected)


def test_the_table_of_consequences_is_complete() -> None:
    [mark] = test_each_outcome_has_its_consequence.pytestmark  # type: ignore[attr-defined]
    assert {outcome for outcome, _ in mark.args[1]} == set(Outcome)


@pytest.mark.parametrize("outcome", [Outcome.BAD_TOKEN, Outcome.SESSION_LOST])
def test_what_a_second_attempt_does_not_mend_lets_the_lane_pause(outcome: Outcome) -> None:
    end = ended(outcome, repeated=True)
    assert end == Pause(waiting(CLAIMED), "thecode", None)


def test_what_is_saved_is_recorded_with_its_revision() -> None:
    result = SaveResult(Outcome.SAVED, revid=9, title="User talk:Anna", saved_at=NOW)
    end = after(CLAIMED, result, repeated=False)
    assert isinstance(end, Settled)
    recorded = end.delivery
    assert (recorded.state, recorded.revid) == (DeliveryState.SENT, 9)
    assert (recorded.saved_title, recorded.saved_at) == ("User talk:Anna", NOW)


@pytest.mark.parametrize("outcome", [Outcome.CONFLICT, Outcome.UNKNOWN])
def test_a_lost_answer_counts_and_keeps_the_claim(outcome: Outcome) -> None:
    end = ended(outcome)
    assert isinstance(end, Look)
    assert (end.delivery.state, end.delivery.attempts) == (DeliveryState.CLAIMED, 1)


def test_a_pause_does_not_count_against_the_delivery() -> None:
    end = after(
        CLAIMED,
        SaveResult(Outcome.LAGGED, code="maxlag", retry_after=timedelta(seconds=9)),
        repeated=False,
    )
    assert end == Pause(waiting(CLAIMED), "maxlag", timedelta(seconds=9))
    assert waiting(CLAIMED).attempts == 0


def test_a_halt_says_what_the_wiki_said() -> None:
    result = SaveResult(Outcome.SENDER_BLOCKED, code="blocked", detail="You are blocked.")
    end = after(CLAIMED, result, repeated=False)
    assert end == Halt(waiting(CLAIMED), Halting.SENDER_BLOCKED, "blocked: You are blocked.")


@pytest.mark.parametrize(
    ("setbacks", "jitter", "at_least", "seconds"),
    [
        (0, 0.0, None, 5),
        (1, 0.0, None, 10),
        (3, 0.5, None, 60),
        (90, 0.0, None, 600),
        (0, 0.0, timedelta(seconds=42), 42),
        (4, 0.0, timedelta(seconds=42), 80),
    ],
)
def test_pauses_grow_and_heed_what_the_wiki_asks(
    setbacks: int, jitter: float, at_least: timedelta | None, seconds: int
) -> None:
    span = back_off(setbacks, first=FIRST, longest=LONGEST, jitter=jitter, at_least=at_least)
    assert span == timedelta(seconds=seconds)


@given(st.integers(0, 1000), st.floats(0, 1))
def test_no_pause_is_longer_than_twice_the_longest(setbacks: int, jitter: float) -> None:
    span = back_off(setbacks, first=FIRST, longest=LONGEST, jitter=jitter)
    assert FIRST <= span <= 2 * LONGEST


@pytest.mark.parametrize(
    ("setbacks", "seconds", "after"), [(0, 5, 1), (1, 29, 2), (2, 20, 3), (0, 30, 3), (7, 600, 8)]
)
def test_a_long_pause_counts_for_as_many_setbacks_as_are_worth_a_line(
    setbacks: int, seconds: int, after: int
) -> None:
    assert setbacks_after(setbacks, timedelta(seconds=seconds)) == after


CONFIRMED = {"enwiki": {"Template:Date": 4, "Template:Logo": 5}}


@pytest.mark.parametrize(
    ("live", "now", "changed"),
    [
        (True, {"Template:Date": 4, "Template:Logo": 5}, ()),
        (True, {"Template:Date": 6, "Template:Logo": 5}, ("Template:Date",)),
        (True, {"Template:Date": 4}, ("Template:Logo",)),
        (False, {}, ()),
    ],
)
def test_what_a_live_text_transcludes_must_be_as_it_was_confirmed(
    live: bool, now: dict[str, int], changed: tuple[str, ...]
) -> None:
    run = Run(7, "December", RunState.RUNNING, 1, live=live, revisions=CONFIRMED)
    assert changed_pages(run, "enwiki", now) == changed
    assert changed_pages(run, "svwiki", now) == ()


def test_who_waits_for_another_wiki_waits_a_day_at_most() -> None:
    first = put_off(CLAIMED, now=NOW, reason="svwiki: away")
    assert isinstance(first, Wait)
    assert (first.delivery.due_at, first.delivery.put_off_at) == (NOW + BETWEEN_LOOKS, NOW)
    later = NOW + LONGEST_PUT_OFF - timedelta(seconds=1)
    again = put_off(first.delivery, now=later, reason="svwiki: away")
    assert isinstance(again, Wait)
    assert again.delivery.put_off_at == NOW
    last = put_off(again.delivery, now=NOW + LONGEST_PUT_OFF, reason="svwiki: away")
    assert isinstance(last, Settled)
    ended = last.delivery
    assert (ended.state, ended.outcome, ended.retriable) == (
        DeliveryState.FAILED,
        "opt-out-unknown",
        True,
    )
