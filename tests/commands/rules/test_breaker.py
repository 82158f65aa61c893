"""When a run halts by itself, and how it goes on."""

from datetime import UTC, datetime, timedelta

import pytest

from commands.rules.breaker import (
    LOOK_BACK,
    STREAK,
    Failures,
    Streak,
    resumed,
    too_many_reverts,
    tried_out,
)
from commands.writes import Outcome
from storage.runvalues import Delivery, DeliveryState, Recipient, RunState

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ANNA = Recipient(1, "enwiki", "User talk:Anna", "Anna", "Anna@enwiki", "you gave a talk")
CLAIMED = Delivery(7, ANNA, DeliveryState.CLAIMED)


def failed(outcome: Outcome) -> Delivery:
    return Delivery(7, ANNA, DeliveryState.FAILED, outcome=outcome)


@pytest.mark.parametrize(
    ("outcomes", "too_long"),
    [
        (STREAK * ["protected"], True),
        ((STREAK - 1) * ["protected"], False),
        ([*(STREAK - 1) * ["protected"], "captcha"], False),
        ([*(STREAK - 1) * ["protected"], "", "protected"], False),
        ([*(STREAK - 1) * ["protected"], "skipped", "protected"], True),
    ],
)
def test_the_same_failure_many_times_in_a_row_is_too_much(
    outcomes: list[str], too_long: bool
) -> None:
    kinds = {"": DeliveryState.SENT, "skipped": DeliveryState.SKIPPED}
    streak = Streak()
    for outcome in outcomes:
        state = kinds.get(outcome, DeliveryState.FAILED)
        streak = streak.with_next(Delivery(7, ANNA, state, outcome=outcome))
    assert streak.too_long is too_long


def test_another_run_begins_another_streak() -> None:
    other = Delivery(8, ANNA, DeliveryState.FAILED, outcome="protected")
    assert Streak(7, "protected", STREAK - 1).with_next(other).length == 1


SENT = Delivery(7, ANNA, DeliveryState.SENT)
SKIPPED = Delivery(7, ANNA, DeliveryState.SKIPPED, outcome="opted-out")


@pytest.mark.parametrize(
    ("canaries", "verdict"),
    [
        ([SENT, Delivery(7, ANNA)], None),
        ([SENT, CLAIMED], None),
        ([SENT, SKIPPED], RunState.RUNNING),
        ([], RunState.RUNNING),
        ([SENT, failed(Outcome.PROTECTED)], RunState.RUNNING),
        ([SENT, failed(Outcome.SPAM_BLACKLISTED)], RunState.HALTED),
        ([failed(Outcome.ABUSE_FILTERED), CLAIMED], None),
    ],
)
def test_a_trial_is_judged_when_all_of_it_is_settled(
    canaries: list[Delivery], verdict: RunState | None
) -> None:
    assert tried_out(canaries) is verdict


@pytest.mark.parametrize(
    ("canaries", "state"),
    [
        ([SENT, Delivery(7, ANNA)], RunState.CANARY),
        ([SENT, failed(Outcome.SPAM_BLACKLISTED)], RunState.RUNNING),
    ],
)
def test_a_halted_run_goes_on_where_it_was(canaries: list[Delivery], state: RunState) -> None:
    assert resumed(canaries, rests_until=None, now=NOW) is state


@pytest.mark.parametrize(
    ("rests_until", "state"),
    [
        (None, RunState.RUNNING),
        (NOW, RunState.RUNNING),
        (NOW + timedelta(seconds=1), RunState.CANARY),
    ],
)
def test_what_is_left_of_the_pause_is_kept(rests_until: datetime | None, state: RunState) -> None:
    assert resumed([SENT], rests_until=rests_until, now=NOW) is state


def after(*ended: Delivery) -> Failures:
    failures = Failures()
    for each in ended:
        failures = failures.with_next(each)
    return failures


BROKEN = failed(Outcome.PROTECTED)


@pytest.mark.parametrize(
    ("ended", "too_many"),
    [
        ([], False),
        (5 * [BROKEN], False),
        (6 * [BROKEN], True),
        ([*6 * [BROKEN], *19 * [SENT]], True),
        ([*6 * [BROKEN], *20 * [SENT]], False),
        ([*6 * [BROKEN], *LOOK_BACK * [SKIPPED]], True),
        ([*5 * [BROKEN], SKIPPED, BROKEN], True),
    ],
)
def test_a_share_of_failures_among_the_last_is_too_much(
    ended: list[Delivery], too_many: bool
) -> None:
    assert after(*ended).too_many(0.2) is too_many


@pytest.mark.parametrize(
    ("reverted", "state", "too_many"),
    [
        (0, RunState.CANARY, False),
        (1, RunState.CANARY, True),
        (2, RunState.RUNNING, False),
        (3, RunState.RUNNING, True),
    ],
)
def test_one_message_taken_back_is_enough_only_while_a_run_is_tried_out(
    reverted: int, state: RunState, too_many: bool
) -> None:
    assert too_many_reverts(reverted, state, 3) is too_many
