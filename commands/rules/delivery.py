"""What follows from the state of a recipient's page, and from the end of an attempt to save on it.

A lost answer is never answered by a second attempt: the wiki is looked at first. What the wiki
refuses for reasons of its own lets the lane pause; what it refuses for reasons of the page fails
that delivery; what it refuses for reasons of the sender or the message halts the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from commands.rules.audience import Step, recheck
from commands.wikis import PageFacts
from commands.writes import Outcome, SaveResult
from storage.runvalues import Delivery, DeliveryState, Run, RunKind, Way

MOST_ATTEMPTS = 3
"""After so many saves whose end nobody knew, a delivery fails instead of being tried again."""

WORTH_A_LINE = 3
"""At so many setbacks of a lane in a row coordinators are told. Fewer are the wiki's daily life."""

LONG_PAUSE = timedelta(seconds=30)
"""How long a pause must be to be worth a line by itself."""

CANCELLED = "cancelled"
TOO_LATE = "too-late"
"""The run's window had ended."""
DUPLICATE = "duplicate"
EVENT_CHANGED = "event-changed"
"""What the message invites to was moved or called off since it was confirmed."""
GAVE_UP = "gave-up"
OPTOUT_UNKNOWN = "opt-out-unknown"
"""Another wiki of the recipient did not tell whether he has opted out there."""

BETWEEN_LOOKS = timedelta(minutes=1)
LONGEST_PUT_OFF = timedelta(days=1)
"""How long a recipient waits for another wiki of his, and how long from one look to the next."""

RETRIABLE: Mapping[Outcome, bool] = {
    Outcome.PROTECTED: True,
    Outcome.TITLE_BLACKLISTED: False,
    Outcome.SPAM_BLACKLISTED: False,
    Outcome.ABUSE_FILTERED: True,
    Outcome.CAPTCHA: True,
    Outcome.TOO_BIG: True,
    Outcome.HOOK_ABORTED: True,
    Outcome.INVALID: True,
    Outcome.NOT_EMAILABLE: False,
    Outcome.REFUSED: True,
}
"""The outcomes that fail one delivery, and whether the same text may be taken another day."""

_LOOK = {Outcome.CONFLICT, Outcome.UNKNOWN}
_ONCE_MORE = {Outcome.BAD_TOKEN, Outcome.SESSION_LOST}
_HALT = {Outcome.SENDER_BLOCKED, Outcome.PERMISSION_DENIED}


class Halting(StrEnum):
    """Why a run halts by itself; each is the end of the catalogue's key `run.halt.…`."""

    SENDER_BLOCKED = "sender-blocked"
    PERMISSION_DENIED = "permission-denied"
    SAME_FAILURE = "same-failure"
    CANARY = "canary"
    TEMPLATE_CHANGED = "template-changed"
    WIKI_UNKNOWN = "wiki-unknown"
    REVERTED = "reverted"
    ASKED_TO_STOP = "asked-to-stop"
    """Recipients answered that they want no more of this."""
    ERROR_SHARE = "error-share"


@dataclass(frozen=True, slots=True)
class Settled:
    """The delivery has come to its end."""

    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Look:
    """The message may stand or not: read the account's own edits before anything else."""

    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Again:
    """Nothing was saved, and the cause is mended by now: once more at once."""


@dataclass(frozen=True, slots=True)
class Pause:
    """The wiki takes nothing now: the delivery waits again, and the whole lane with it."""

    delivery: Delivery
    reason: str
    at_least: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Halt:
    """Nobody else may get this either: the delivery waits, the run halts."""

    delivery: Delivery
    reason: Halting
    detail: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Another wiki does not say whether he has opted out there: he waits, the others go on."""

    delivery: Delivery


Next = Settled | Look | Again | Pause | Halt | Wait


def before(
    delivery: Delivery, page: PageFacts, *, own: str, kind: RunKind = RunKind.MESSAGE
) -> Settled | None:
    """Return how a delivery ends without a save, None where the page may be written to now.

    `page` is as it is at the moment of sending, `own` the bot's account on the wiki. What a run
    takes back, by its `kind`, it takes back from any page.
    """
    if delivery.attempts >= MOST_ATTEMPTS:
        return Settled(_failed(delivery, GAVE_UP, delivery.detail, retriable=True))
    step = recheck(page, own=own, way=delivery.recipient.way)
    if step is None or kind is RunKind.RETRACTION:
        return None
    return Settled(replace(delivery, state=DeliveryState.SKIPPED, outcome=step, detail=page.title))


def leads_elsewhere(delivery: Delivery, page: PageFacts) -> bool:
    """Return whether the page is not the frozen one any more: it may be another recipient's."""
    owner = page.owner.name if page.owner else None
    return (page.title, owner) != (delivery.recipient.title, delivery.recipient.user)


def duplicate(delivery: Delivery, *, of: int) -> Settled:
    """Return the end of a delivery whose page by now is that of recipient `of`."""
    detail = f"{delivery.run}/{of}"
    return Settled(replace(delivery, state=DeliveryState.SKIPPED, outcome=DUPLICATE, detail=detail))


def after(delivery: Delivery, result: SaveResult, *, repeated: bool) -> Next:
    """Return what follows from the end of an attempt; `repeated` when it was the second at once."""
    outcome, reason = result.outcome, _words(result)
    if outcome is Outcome.SAVED:
        return Settled(_sent(delivery, result))
    if outcome in _LOOK:
        return _lost(replace(delivery, attempts=delivery.attempts + 1, detail=reason))
    if outcome in RETRIABLE:
        return Settled(_failed(delivery, outcome, reason, retriable=RETRIABLE[outcome]))
    if outcome in _HALT:
        return Halt(waiting(delivery), Halting(outcome), reason)
    if outcome in _ONCE_MORE and not repeated:
        return Again()
    return Pause(waiting(delivery), reason, result.retry_after)


def left_alone(delivery: Delivery, why: str) -> Settled:
    """Return the end of a delivery that would put right what is left as it is."""
    return Settled(replace(delivery, state=DeliveryState.SKIPPED, outcome=why))


def standing(delivery: Delivery, *, title: str, saved_at: datetime) -> Settled:
    """Return the end of a delivery that stands already, though nobody knew."""
    result = SaveResult(Outcome.SAVED, title=title, saved_at=saved_at)
    return Settled(_sent(delivery, result))


def unfound(delivery: Delivery) -> Delivery:
    """Return what becomes of a claimed delivery of which no trace was found on the wiki.

    It waits again; but mail leaves no trace, so that nobody will ever know.
    """
    if delivery.recipient.way is Way.EMAIL:
        return _failed(delivery, Outcome.UNKNOWN, delivery.detail, retriable=False)
    return waiting(delivery)


def waiting(delivery: Delivery) -> Delivery:
    """Return a claimed delivery put back, for when nothing can have been saved."""
    return replace(delivery, state=DeliveryState.PENDING)


def put_off(delivery: Delivery, *, now: datetime, reason: str) -> Wait | Settled:
    """Return a claimed delivery put back until another wiki answers, but not for ever."""
    since = delivery.put_off_at or now
    if now - since >= LONGEST_PUT_OFF:
        return Settled(_failed(delivery, OPTOUT_UNKNOWN, reason, retriable=True))
    until = now + BETWEEN_LOOKS
    return Wait(replace(waiting(delivery), due_at=until, put_off_at=since, detail=reason))


def over(delivery: Delivery, run: Run, now: datetime) -> Settled | None:
    """Return the end of a delivery whose run's window is over, None while it is not."""
    if run.not_after is None or now < run.not_after:
        return None
    return Settled(replace(delivery, state=DeliveryState.SKIPPED, outcome=TOO_LATE))


def opted_out(delivery: Delivery, *, where: str) -> Settled:
    """Return the end of a delivery to somebody who wants none, as `where` tells."""
    return Settled(
        replace(delivery, state=DeliveryState.SKIPPED, outcome=Step.OPTED_OUT, detail=where)
    )


def back_off(
    setbacks: int,
    *,
    first: timedelta,
    longest: timedelta,
    jitter: float,
    at_least: timedelta | None = None,
) -> timedelta:
    """Return how long a lane pauses after so many earlier setbacks in a row.

    Doubled each time from `first` up to `longest`, lengthened by `jitter` (0 to 1) of itself so
    that lanes do not come back together; never shorter than what the wiki asked for.
    """
    doubled = min(first * (1 << min(setbacks, 20)), longest)
    return max(doubled * (1 + jitter), at_least or timedelta())


def setbacks_after(setbacks: int, pause: timedelta) -> int:
    """Return at how many setbacks in a row a lane is with one more, after which it pauses so long.

    A long pause counts for as many as are worth a line.
    """
    return max(setbacks + 1, WORTH_A_LINE if pause >= LONG_PAUSE else 0)


def changed_pages(run: Run, wiki: str, now: Mapping[str, int]) -> tuple[str, ...]:
    """Return what a live text transcludes on a wiki and is not as it was confirmed."""
    confirmed = run.revisions.get(wiki, {}) if run.live else {}
    return tuple(title for title, revid in confirmed.items() if now.get(title) != revid)


def _lost(delivery: Delivery) -> Look | Settled:
    """Return what follows from an answer that was lost: mail leaves no trace to look for."""
    if delivery.recipient.way is Way.EMAIL:
        return Settled(unfound(delivery))
    return Look(delivery)


def _sent(delivery: Delivery, result: SaveResult) -> Delivery:
    return replace(
        delivery,
        state=DeliveryState.SENT,
        revid=result.revid,
        saved_title=result.title,
        saved_at=result.saved_at,
        detail="",
    )


def _failed(delivery: Delivery, outcome: str, detail: str, *, retriable: bool) -> Delivery:
    return replace(
        delivery,
        state=DeliveryState.FAILED,
        outcome=outcome,
        detail=detail,
        retriable=retriable,
    )


def _words(result: SaveResult) -> str:
    said = ": ".join(filter(None, (result.code, result.detail)))
    return said or result.outcome
