"""The rule of two: whose word counts for a run, and when it may start.

A run starts by the words of two different humans, both coordinators at that moment and since
before the proposal, both for exactly the digest that is sent, neither too old, while nobody
objects. Of the terms at the proposal and those of now, the stricter hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from commands.policy import RunPolicy
from storage.runvalues import Confirmation, Objection, Run, RunState
from storage.values import Identity

HUMANS_NEEDED = 2
_REMIND_AT = (0.5, 0.9)


class Why(StrEnum):
    """Why somebody's word does not count; each is the end of the key `confirm.why.…`."""

    NO_COORDINATOR = "no-coordinator"
    APPOINTED_LATER = "appointed-later"
    PROPOSER = "proposer"
    UNPROVEN = "unproven"
    """Known by a network where one human can be several, for wikis that people read."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """All that the start of a run rests on, as it is at one instant.

    `confirmations` and `objections` are those not taken back. `coordinators` maps those of now
    to since when, `humans` is from `authority.humans`, `wikis` are the audience's.
    """

    run: Run
    confirmations: tuple[Confirmation, ...]
    objections: tuple[Objection, ...]
    coordinators: Mapping[int, datetime]
    humans: Mapping[int, int]
    wikis: frozenset[str]
    policy: RunPolicy


def unfit(person: int, identity: Identity, grounds: Grounds) -> Why | None:
    """Return why a person's word, said by this identity, counts for nothing; None if it counts."""
    run, since = grounds.run, grounds.coordinators.get(person)
    if since is None:
        return Why.NO_COORDINATOR
    if run.proposed_at is None or since > run.proposed_at:
        return Why.APPOINTED_LATER
    if not _proposer_may(run, grounds.policy) and _is_proposer(person, grounds):
        return Why.PROPOSER
    return None if proven(identity, grounds.wikis, grounds.policy) else Why.UNPROVEN


def proven(identity: Identity, wikis: Collection[str], policy: RunPolicy) -> bool:
    """Return whether who speaks by this identity may decide about these wikis."""
    return identity.network not in policy.unproven or policy.dry.issuperset(wikis)


def starters(grounds: Grounds, now: datetime) -> tuple[int, ...]:
    """Return the persons by whose words the run may start now, none while it may not start."""
    run = grounds.run
    if run.state is not RunState.PROPOSED or grounds.objections:
        return ()
    if run.digest is None or expires_at(run, grounds.policy) <= now:
        return ()
    words = counting(grounds)
    return words if len(words) >= HUMANS_NEEDED else ()


def counting(grounds: Grounds) -> tuple[int, ...]:
    """Return the persons whose confirmations count, one of each human, in the order of saying."""
    words: dict[int, int] = {}
    for each in sorted(grounds.confirmations, key=lambda each: each.said_at):
        if _counts(each, grounds):
            words.setdefault(grounds.humans.get(each.person, each.person), each.person)
    return tuple(words.values())


def distinct(persons: Iterable[int], humans: Mapping[int, int]) -> int:
    """Return how many different humans these persons are."""
    return len({humans.get(person, person) for person in persons})


def expires_at(run: Run, policy: RunPolicy) -> datetime:
    """Return when a proposal is too old, or its window over, whichever is sooner.

    No confirmation is older: they come after it. Raises ValueError when the run was never proposed.
    """
    if run.proposed_at is None or run.expires_at is None:
        raise ValueError(f"run {run.number} is not proposed")
    ends = (run.expires_at, run.proposed_at + policy.expiry, run.not_after)
    return min(instant for instant in ends if instant is not None)


def reminders(run: Run, policy: RunPolicy) -> tuple[datetime, ...]:
    """Return when those who have not confirmed are reminded: at half and at 90 % of the time."""
    until = expires_at(run, policy)
    proposed_at = run.proposed_at or until
    return tuple(proposed_at + (until - proposed_at) * part for part in _REMIND_AT)


def may_resume(person: int, halted_by: int | None, humans: Mapping[int, int]) -> bool:
    """Return whether a person may let a halted run go on: never the human who halted it."""
    return halted_by is None or distinct((person, halted_by), humans) == HUMANS_NEEDED


def _counts(confirmation: Confirmation, grounds: Grounds) -> bool:
    run = grounds.run
    if confirmation.digest != run.digest or run.proposed_at is None:
        return False
    after_proposal = confirmation.said_at >= run.proposed_at
    return after_proposal and unfit(confirmation.person, confirmation.identity, grounds) is None


def _proposer_may(run: Run, policy: RunPolicy) -> bool:
    frozen = run.terms is None or run.terms.proposer_may_confirm
    return frozen and policy.proposer_may_confirm


def _is_proposer(person: int, grounds: Grounds) -> bool:
    proposer = grounds.run.proposed_by
    return proposer is not None and distinct((person, proposer), grounds.humans) == 1
