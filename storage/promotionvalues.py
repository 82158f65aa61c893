"""What makes events known, and what is proposed, as frozen values that rules may import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from storage.values import Identity


class Doer(StrEnum):
    """Who takes a step."""

    BOT = "bot"
    HOST = "host"
    """Whoever registered or proposed the event; he is reminded in private."""
    TEXT = "text"
    """He too: he is given words that are ready to be copied."""


class Deed(StrEnum):
    """What the bot does by itself in a step of its own."""

    ANNOUNCE = "announce"
    """It tells the event's channels."""
    NOTICE = "notice"
    """It proposes a notice to the wiki pages that have subscribed."""
    POSTS = "posts"
    """It drafts posts for social networks."""
    DIGEST = "digest"
    """It sees to it that the digest has the event."""


class StepState(StrEnum):
    """Where a step stands."""

    OPEN = "open"
    TOLD = "told"
    """The host was reminded, and has not said that it is done."""
    DONE = "done"
    SKIPPED = "skipped"
    PASSED = "passed"
    """Its time was over before anybody could take it."""
    DROPPED = "dropped"
    """The event was called off."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the plan for one occurrence of an event.

    `number` is what people call it by. `name` is its name in the plan it was made from, which
    has words in the catalogue where `text` is empty. `before` is how long before the start it is
    due, negative for afterwards. `wake_at` is when the bot has something to do about it.
    """

    key: int
    event: int
    occurrence: datetime
    number: int
    name: str
    doer: Doer
    before: timedelta
    due_at: datetime
    deed: Deed | None = None
    text: str = ""
    state: StepState = StepState.OPEN
    wake_at: datetime | None = None
    done_at: datetime | None = None
    done_by: int | None = None


class ProposalState(StrEnum):
    """Where a proposal stands. Whatever it is, its event is public only once it is accepted."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """Its time came before anybody had decided."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposal of an event by `person`, who is told of it at `identity`.

    `repeated` is how often the coordinators were reminded of it, `wake_at` when that is due.
    """

    event: int
    identity: Identity
    person: int
    proposed_at: datetime
    state: ProposalState = ProposalState.OPEN
    repeated: int = 0
    wake_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: int | None = None
    reason: str | None = None
