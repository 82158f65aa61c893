"""What came of a run, counted: in all, by wiki, by language, and against who was held out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from commands.rules.audience import Step
from commands.rules.effect import Effect, Share, effect
from storage.heard import Reaction, ReactionKind
from storage.runvalues import Delivery, DeliveryState, Run

_ANSWERS = frozenset({ReactionKind.REPLY, ReactionKind.TALK, ReactionKind.MAIL})


@dataclass(frozen=True, slots=True)
class Counts:
    """How many recipients there are, and how many of them did what.

    `blocked` are those who were blocked for good when their turn came.
    """

    recipients: int
    delivered: int
    replied: int
    thanked: int
    reverted: int
    signed_up: int
    opted_out: int
    blocked: int


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of a run.

    `effect` is None where nobody was held out, or where it is not known where people sign up.
    """

    total: Counts
    by_wiki: Mapping[str, Counts]
    by_language: Mapping[str, Counts]
    effect: Effect | None


def outcomes(
    run: Run,
    deliveries: Sequence[Delivery],
    reactions: Iterable[Reaction],
    *,
    opted_out: Collection[int],
    held_out: int,
) -> Outcomes:
    """Count what came of a run.

    `opted_out` are the numbers of recipients who are on the opt-out list since; `held_out` is
    how many were chosen and not written to.
    """
    heard = tuple(reactions)
    did = {
        kind: {each.recipient for each in heard if each.kind is kind and each.recipient is not None}
        for kind in ReactionKind
    }
    did[ReactionKind.OPT_OUT] |= set(opted_out)

    def counted(some: Sequence[Delivery]) -> Counts:
        return _counts(some, did)

    return Outcomes(
        total=counted(deliveries),
        by_wiki=_by(deliveries, lambda each: each.recipient.wiki, counted),
        by_language=_by(deliveries, lambda each: each.recipient.language or run.language, counted),
        effect=_effect(run, deliveries, heard, did[ReactionKind.SIGN_UP], held_out),
    )


def _effect(
    run: Run,
    deliveries: Sequence[Delivery],
    heard: Iterable[Reaction],
    signed_up: Collection[int | None],
    held_out: int,
) -> Effect | None:
    if not run.signup and run.event is None:
        return None
    without = sum(each.kind is ReactionKind.SIGN_UP and each.recipient is None for each in heard)
    return effect(Share(len(signed_up), len(deliveries)), Share(without, held_out))


def _counts(some: Sequence[Delivery], did: Mapping[ReactionKind, Collection[int | None]]) -> Counts:
    numbers = {each.recipient.number for each in some}

    def who(*kinds: ReactionKind) -> int:
        return len({number for kind in kinds for number in did[kind] if number in numbers})

    return Counts(
        recipients=len(some),
        delivered=sum(each.state is DeliveryState.SENT for each in some),
        replied=who(*_ANSWERS),
        thanked=who(ReactionKind.THANKS),
        reverted=who(ReactionKind.REVERT),
        signed_up=who(ReactionKind.SIGN_UP),
        opted_out=who(ReactionKind.OPT_OUT),
        blocked=sum(each.outcome == Step.BLOCKED for each in some),
    )


def _by(
    deliveries: Sequence[Delivery],
    key: Callable[[Delivery], str],
    counted: Callable[[Sequence[Delivery]], Counts],
) -> dict[str, Counts]:
    groups: dict[str, list[Delivery]] = {}
    for each in deliveries:
        groups.setdefault(key(each), []).append(each)
    return {name: counted(groups[name]) for name in sorted(groups)}
