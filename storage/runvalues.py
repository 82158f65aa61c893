"""The nouns of message runs as frozen values, as `storage.values` has the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from storage.values import Destination, Identity


class Way(StrEnum):
    """How a message reaches its recipient."""

    SECTION = "section"
    """A new section of the talk page, by an edit of the bot's own."""
    TOPIC = "topic"
    """A new topic of a Structured Discussions board."""
    MASS_MESSAGE = "mass-message"
    """Handed to the wiki's MassMessage extension."""
    EMAIL = "email"
    """The wiki's own e-mail (`action=emailuser`)."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One who gets a run's message: `number` within the run, talk page `title` on `wiki`.

    `user` is the account whose talk page it is, None for a project page. `reason` says in a
    few words why this one was chosen, in the language of the text that he gets.

    `language` is that of the text (a MediaWiki language code), empty for the run's own, and
    `page_language` that of the page. `human` is the same for all accounts of one human (see
    `commands.rules.humans`); `others` are his talk pages on other wikis, as wiki and title, which
    may tell that he has opted out.
    """

    number: int
    wiki: str
    title: str
    user: str | None
    as_listed: str
    reason: str
    language: str = ""
    page_language: str = ""
    way: Way = Way.SECTION
    human: str = ""
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One who was listed and is not written to: which step of the funnel took him, and why."""

    wiki: str
    title: str
    as_listed: str
    step: str
    detail: str


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step of the funnel: how many it took, how many were left after it."""

    step: str
    taken: int
    left: int


class RunState(StrEnum):
    """Where a run stands (see the state machine in CONTRIBUTING.md)."""

    DRAFT = "draft"
    AUDIENCE_BUILT = "audience-built"
    PROPOSED = "proposed"
    OBJECTED = "objected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CANARY = "canary"
    RUNNING = "running"
    HALTED = "halted"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of confirmation as they stood when a run was proposed. Never loosened after."""

    expiry: timedelta
    proposer_may_confirm: bool


class RunKind(StrEnum):
    """What a run does."""

    MESSAGE = "message"
    CORRECTION = "correction"
    """A new text for the sections of an earlier run that nobody has touched or answered."""
    RETRACTION = "retraction"
    """Takes back the sections of an earlier run that nobody has answered."""


@dataclass(frozen=True, slots=True)
class Text:
    """A run's message in one language, besides the run's own.

    `language` is a MediaWiki language code. `draft` is as somebody wrote it on the page
    `source`; `body` and `footer` are what is sent, frozen when the run is proposed.
    """

    language: str
    subject: str
    draft: str
    source: str
    body: str = ""
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a message says beside its text, frozen with it when the run is proposed.

    `names` are the wikis' own names, `optouts` the categories by which one opts out there (with
    the namespace), both by wiki. `event` is what the run invites to, title and time, and
    `event_link` its address, as plain text. `right_to_left` are the languages written so.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    optouts: Mapping[str, str] = field(default_factory=dict)
    event: str = ""
    event_link: str = ""
    right_to_left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One mass-message undertaking.

    `draft` is the message's text as somebody wrote it, in `language` (a MediaWiki language code;
    empty: that of the home wiki); `storage.texts` has it in others. `body` and `footer` are what
    is sent, frozen with templates substituted when the run is proposed, and so are the
    `particulars` that each recipient's parameters come from. `recipe` tells how its
    audience is made (see `commands.rules.recipe`). `of_run` is the run that a correction or a
    retraction puts right. Nothing is sent before `not_before`, nor from `not_after` on; `event`
    is what it invites to. `signup` is where people sign up: a page, a category, or empty for the
    event's own registrations. `listens` is how long after the end answers are listened for.
    `rests_until` is when the rest follows those that were tried out. `approvals` are links to
    where a wiki's community allowed it, by wiki. `digest` (SHA-256, hex)
    stands from the proposal until a change voids it. `revisions` maps wiki to page to revision
    id of all that a live text transcludes. `warned` is a digest of the warnings last shown,
    which may be waved aside. `started_by` are the persons whose confirmations started it,
    `confirmed_by` the names that they had then: what was sent with them can be made again.
    """

    number: int
    name: str
    state: RunState
    created_by: int
    subject: str = ""
    draft: str = ""
    body: str = ""
    footer: str = ""
    message_source: str = ""
    audience_source: str = ""
    kind: RunKind = RunKind.MESSAGE
    of_run: int | None = None
    language: str = ""
    particulars: Particulars = Particulars()
    recipe: Mapping[str, Any] = field(default_factory=dict)
    event: int | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    signup: str = ""
    listens: timedelta | None = None
    live: bool = False
    revisions: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    warned: str = ""
    digest: str | None = None
    terms: Terms | None = None
    proposed_by: int | None = None
    proposed_at: datetime | None = None
    expires_at: datetime | None = None
    started_at: datetime | None = None
    started_by: tuple[int, ...] = ()
    confirmed_by: tuple[str, ...] = ()
    rests_until: datetime | None = None
    approvals: Mapping[str, str] = field(default_factory=dict)
    halted_by: int | None = None
    halt_reason: str | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One person's yes to exactly one digest, and by which identity it was said."""

    person: int
    identity: Identity
    digest: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Objection:
    """One person's no to a run."""

    person: int
    reason: str
    said_at: datetime


class DeliveryState(StrEnum):
    """Where one recipient's message stands. SENT, SKIPPED and FAILED are on record for ever."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One recipient's message and its state.

    `claimed_at` tells one claim from another. `attempts` counts the saves whose end nobody knew.
    `outcome` is the reason why it was skipped or failed, `detail` what the wiki said to it.
    `retriable` says whether `run retry` takes a failed one up again. One that waits is not taken
    up before `due_at`; `put_off_at` is when it was put off for the first time. `verified` says
    that the saved revision was read back on the wiki.
    """

    run: int
    recipient: Recipient
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    claimed_at: datetime | None = None
    due_at: datetime | None = None
    put_off_at: datetime | None = None
    revid: int | None = None
    saved_title: str | None = None
    saved_at: datetime | None = None
    verified: bool = False
    outcome: str = ""
    detail: str = ""
    retriable: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How many of a run's deliveries on one wiki are in one state."""

    wiki: str
    state: DeliveryState
    deliveries: int


class StopKind(StrEnum):
    """By what a wiki stops the bot; each is the end of the key `stop.…`."""

    PAGE = "page"
    """Somebody edited the page for that, or the bot's own talk page."""
    BLOCK = "block"
    LOCK = "lock"
    """The account is locked on all wikis (CentralAuth)."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A wiki that stops the bot: `page` tells why, `by` is the account that did it.

    `revid` is the edit's, where it was an edit. It stands until `lifted_at`.
    """

    wiki: str
    kind: StopKind
    page: str
    revid: int | None
    by: str
    stopped_at: datetime
    lifted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """Where a wiki's community allowed the bot's messages, and until when that holds."""

    wiki: str
    link: str
    until: datetime


class ErrandKind(StrEnum):
    """Slow work that a command asked for."""

    AUDIENCE = "audience"
    MESSAGE = "message"
    PREVIEW = "preview"
    PROPOSE = "propose"
    TEST = "test"
    """Send the message to the coordinators' own pages, before it is proposed."""
    PUT_RIGHT = "put-right"
    """Make the audience of a correction or a retraction."""
    REPORT = "report"
    """Write the report to a page of a wiki."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Slow work asked for in chat: done by an engine, answered by a notice to `answer_to`."""

    number: int
    kind: ErrandKind
    run: int
    person: int
    identity: Identity
    answer_to: Destination
    arguments: Mapping[str, str]
    attempts: int = 0
