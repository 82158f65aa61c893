"""Whoever gets another run's message while he waits for this one's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.rules.delivery import BETWEEN_LOOKS, LONGEST_PUT_OFF, Settled, Wait
from commands.rules.recipe import Recipe
from commands.rules.recipekept import kept
from commands.rules.resting import rest_of, resting
from storage.runvalues import Delivery, DeliveryState, Recipient, Run, RunKind, RunState

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ANNA = Recipient(1, "enwiki", "User talk:Anna", "Anna", "Anna", "you gave a talk")
CLAIMED = Delivery(7, ANNA, DeliveryState.CLAIMED, claimed_at=NOW)


@pytest.mark.parametrize(("another", "looks"), [(2, 1), (1, 2)])
def test_who_may_be_getting_another_message_waits_and_the_later_run_waits_longer(
    another: int, looks: int
) -> None:
    delivery = replace(CLAIMED, run=3 - another)
    first = resting(delivery, by=another, sent=False, now=NOW)
    assert isinstance(first, Wait)
    waits = first.delivery
    assert (waits.state, waits.put_off_at) == (DeliveryState.PENDING, NOW)
    assert waits.due_at == NOW + looks * BETWEEN_LOOKS


@pytest.mark.parametrize(
    ("sent", "since"), [(True, None), (True, NOW), (False, NOW - LONGEST_PUT_OFF)]
)
def test_who_got_another_message_is_skipped_and_who_may_have_got_one_in_the_end(
    sent: bool, since: datetime | None
) -> None:
    delivery = replace(CLAIMED, put_off_at=since)
    last = resting(delivery, by=7, sent=sent, now=NOW)
    assert isinstance(last, Settled)
    ended = last.delivery
    assert (ended.state, ended.outcome, ended.detail) == (DeliveryState.SKIPPED, "resting", "7")


@pytest.mark.parametrize(
    ("kind", "recipe", "rest"),
    [
        (RunKind.MESSAGE, kept(Recipe(sources=(), rest=timedelta(days=9))), timedelta(days=9)),
        (RunKind.MESSAGE, kept(Recipe(sources=())), None),
        (RunKind.MESSAGE, {}, None),
        (RunKind.CORRECTION, kept(Recipe(sources=(), rest=timedelta(days=9))), None),
    ],
)
def test_only_a_message_whose_recipe_asks_for_it_lets_people_rest(
    kind: RunKind, recipe: dict[str, object], rest: timedelta | None
) -> None:
    assert rest_of(Run(7, "December", RunState.RUNNING, 1, kind=kind, recipe=recipe)) == rest
