"""Whose word counts for a run, and when it may start."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.policy import RunPolicy
from commands.rules.authority import humans
from commands.rules.confirmation import (
    Grounds,
    Why,
    counting,
    expires_at,
    may_resume,
    reminders,
    starters,
    unfit,
)
from storage.runvalues import Confirmation, Objection, Run, RunState, Terms
from storage.values import Identity

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIMIT = 72 * HOUR
ALICE, BOB, CAROL = 1, 2, 3
POLICY = RunPolicy(
    home="metawiki",
    wikis=("metawiki",),
    secret=b"secret",
    footer="",
    about="",
    optout="",
    dry=frozenset({"drywiki"}),
    unproven=frozenset({"console"}),
    expiry=LIMIT,
)
RUN = Run(
    number=7,
    name="December",
    state=RunState.PROPOSED,
    created_by=ALICE,
    digest="a" * 64,
    terms=Terms(LIMIT, proposer_may_confirm=True),
    proposed_by=ALICE,
    proposed_at=NOON,
    expires_at=NOON + LIMIT,
)


def by(person: int, *, network: str = "libera") -> Identity:
    return Identity(network, f"person{person}")


def yes(person: int, **different: object) -> Confirmation:
    said = Confirmation(person, by(person), "a" * 64, NOON + HOUR)
    return replace(said, **different)  # type: ignore[arg-type] # checked at run time


def grounds(**different: object) -> Grounds:
    usual = Grounds(
        run=RUN,
        confirmations=(yes(ALICE), yes(BOB)),
        objections=(),
        coordinators={ALICE: NOON - HOUR, BOB: NOON - HOUR},
        humans={},
        wikis=frozenset({"metawiki"}),
        policy=POLICY,
    )
    return replace(usual, **different)  # type: ignore[arg-type] # checked at run time


def test_two_different_coordinators_start_a_run() -> None:
    assert starters(grounds(), NOON + 2 * HOUR) == (ALICE, BOB)


@pytest.mark.parametrize(
    "different",
    [
        {"confirmations": (yes(ALICE),)},
        {"confirmations": (yes(ALICE), yes(ALICE, said_at=NOON + 2 * HOUR))},
        {"confirmations": (yes(ALICE), yes(BOB, digest="b" * 64))},
        {"confirmations": (yes(ALICE), yes(BOB, said_at=NOON - HOUR))},
        {"humans": humans([(ALICE, BOB)])},
        {"humans": humans([(ALICE, CAROL), (CAROL, BOB)])},
        {"coordinators": {ALICE: NOON - HOUR}},
        {"coordinators": {ALICE: NOON - HOUR, BOB: NOON + HOUR}},
        {"objections": (Objection(CAROL, "no", NOON),)},
        {"confirmations": (yes(ALICE), yes(BOB, identity=by(BOB, network="console")))},
        {"run": replace(RUN, terms=Terms(LIMIT, proposer_may_confirm=False))},
        {"policy": replace(POLICY, proposer_may_confirm=False)},
        {"policy": replace(POLICY, expiry=HOUR)},
        {"run": replace(RUN, expires_at=NOON + HOUR)},
        {"run": replace(RUN, digest=None)},
        *({"run": replace(RUN, state=state)} for state in set(RunState) - {RunState.PROPOSED}),
    ],
)
def test_whatever_is_missing_keeps_a_run_from_starting(different: dict[str, object]) -> None:
    assert starters(grounds(**different), NOON + 2 * HOUR) == ()


def test_a_proposal_is_too_old_at_the_very_instant() -> None:
    assert starters(grounds(), NOON + LIMIT - timedelta(seconds=1))
    assert not starters(grounds(), NOON + LIMIT)


@pytest.mark.parametrize(
    ("frozen", "current", "holds"),
    [(LIMIT, HOUR, HOUR), (HOUR, LIMIT, HOUR), (LIMIT, LIMIT, LIMIT)],
)
def test_the_stricter_limit_holds(frozen: timedelta, current: timedelta, holds: timedelta) -> None:
    run = replace(RUN, expires_at=NOON + frozen)
    assert expires_at(run, replace(POLICY, expiry=current)) == NOON + holds


def test_console_persons_count_where_nobody_reads() -> None:
    console = by(BOB, network="console")
    assert unfit(BOB, console, grounds()) is Why.UNPROVEN
    assert unfit(BOB, console, grounds(wikis=frozenset({"drywiki"}))) is None
    assert unfit(BOB, console, grounds(wikis=frozenset({"drywiki", "metawiki"}))) is Why.UNPROVEN


def test_a_forbidden_proposer_is_meant_as_a_human() -> None:
    strict = grounds(
        run=replace(RUN, terms=Terms(LIMIT, proposer_may_confirm=False)),
        coordinators={BOB: NOON - HOUR, CAROL: NOON - HOUR},
        humans=humans([(ALICE, CAROL)]),
    )
    assert unfit(CAROL, by(CAROL), strict) is Why.PROPOSER
    assert unfit(BOB, by(BOB), strict) is None


def test_one_human_counts_once_by_the_first_word() -> None:
    late = yes(BOB, said_at=NOON + 3 * HOUR)
    both = grounds(
        confirmations=(late, yes(CAROL), yes(ALICE)),
        coordinators=dict.fromkeys((ALICE, BOB, CAROL), NOON),
        humans=humans([(BOB, CAROL)]),
    )
    assert set(counting(both)) == {ALICE, CAROL}


def test_reminders_come_at_half_and_nine_tenths_of_the_time() -> None:
    assert reminders(RUN, POLICY) == (NOON + LIMIT / 2, NOON + LIMIT * 0.9)


@pytest.mark.parametrize(
    ("person", "halted_by", "links", "may"),
    [
        (BOB, None, [], True),
        (BOB, ALICE, [], True),
        (ALICE, ALICE, [], False),
        (BOB, ALICE, [(ALICE, BOB)], False),
    ],
)
def test_the_human_who_halted_does_not_resume(
    person: int, halted_by: int | None, links: list[tuple[int, int]], may: bool
) -> None:
    assert may_resume(person, halted_by, humans(links)) is may
