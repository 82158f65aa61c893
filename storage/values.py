"""The domain's nouns as frozen values, free of SQLAlchemy, so that rules may import them.

Every instant is an aware `datetime` in UTC. Where a person chose a time zone, its IANA name
stands beside the instant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Identity:
    """Who speaks: a services account on a named network. Never a nick or a display name.

    `network` is the configured name ("libera", "console"), `account` is case-folded.
    """

    network: str
    account: str

    def __str__(self) -> str:
        """Return the form people type and read: `account@network`."""
        return f"{self.account}@{self.network}"


class Place(StrEnum):
    """What kind of address a destination has."""

    CHANNEL = "channel"
    PERSON = "person"
    PAGE = "page"
    """A page on a wiki: the network is the wiki's name, the address the page's title."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a line can be said.

    `address` is a channel's name, or for a person the services account: the transport finds
    the nick that is logged in to it at the moment of sending.
    """

    network: str
    place: Place
    address: str

    def __str__(self) -> str:
        """Return the form people type and read: `network/address`."""
        return f"{self.network}/{self.address}"


@dataclass(frozen=True, slots=True)
class Person:
    """A human known to the bot. All other records know the person by `key` alone.

    `coordinator_since` is None for whoever is no coordinator now.
    """

    key: int
    name: str
    zone: str | None = None
    language: str | None = None
    coordinator_since: datetime | None = None


class EventState(StrEnum):
    """What was decided about an event; running and over follow from the clock."""

    PROPOSED = "proposed"
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Event:
    """Something at a time, or a series of them (RFC 5545 RRULE, EXDATE, SEQUENCE).

    `starts_at` is the first start in UTC, `zone` the IANA zone whose wall clock a series keeps.
    `offsets` are how long before each start reminders go out; None means those of the kind.
    `capacity` is how many can come, None for any number. A `test` stands in no list. `usual`
    channels are the configured ones of an event that names none.
    `created_at` is when it was registered (CREATED), `changed_at` when it was last changed
    (LAST-MODIFIED); storage keeps both.
    """

    number: int
    uid: str
    kind: str
    title: str
    starts_at: datetime
    zone: str
    duration: timedelta
    state: EventState = EventState.SCHEDULED
    sequence: int = 0
    recurrence_rule: str | None = None
    exdates: tuple[date, ...] = ()
    offsets: tuple[timedelta, ...] | None = None
    channels: tuple[Destination, ...] = ()
    speakers: tuple[str, ...] = ()
    host: str | None = None
    topics: tuple[str, ...] = ()
    language: str | None = None
    link: str | None = None
    stream: str | None = None
    cancel_reason: str | None = None
    description: str | None = None
    capacity: int | None = None
    test: bool = False
    usual: bool = False
    created_at: datetime | None = field(default=None, compare=False)
    changed_at: datetime | None = field(default=None, compare=False)

    @property
    def public(self) -> bool:
        """Whether it may stand where everybody reads: decided upon, and no test."""
        return self.state is not EventState.PROPOSED and not self.test


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What became of one occurrence of an event: its hours, and what there is to look back on.

    `at` is the start as it was planned (RECURRENCE-ID). `attended` is how many the host counted.
    """

    event: int
    at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    recording: str | None = None
    slides: str | None = None
    notes: str | None = None
    attended: int | None = None
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """Which events a destination wants to hear of; what is empty asks for all.

    Of each of the three one must be met (see `commands.rules.showcase.Choice`).
    """

    destination: Destination
    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """An event with all that may be shown of it; `coming` is how many come, exactly.

    Occurrences are there only for those of which something is known, in order.
    """

    event: Event
    occurrences: tuple[Occurrence, ...] = ()
    coming: int = 0


class AttendanceState(StrEnum):
    """How somebody stands on an event's list."""

    COMING = "coming"
    WAITING = "waiting"
    OFFERED = "offered"
    """A place became free, and is his for a while."""
    LAPSED = "lapsed"
    """He let the place that he was offered go by; he has to ask again."""


@dataclass(frozen=True, slots=True)
class Attendee:
    """One person's word that he comes, to every occurrence of a series.

    `since` (UTC) is when he got in line, `told` where he is told of it in private (None once his
    account was forgotten), `offsets` how long before each start, None where he did not say.
    Whoever comes in `private` is named in no list. A place offered is his until `offered_until`.
    """

    person: int
    since: datetime
    state: AttendanceState = AttendanceState.COMING
    told: Destination | None = None
    private: bool = False
    offsets: tuple[timedelta, ...] | None = None
    offered_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class StandingWish:
    """How long before whatever he comes to a person is told, and where; never, if not at all."""

    told: Destination
    offsets: tuple[timedelta, ...]


class FollowUpState(StrEnum):
    """Where a question to a host stands. All but the first are final."""

    OPEN = "open"
    ANSWERED = "answered"
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question to the host of an occurrence, which ended at `ended_at` (UTC).

    `asked` is how often it was put, `wake_at` when it is to be put again.
    """

    event: int
    occurrence: datetime
    ended_at: datetime
    asked: int = 0
    state: FollowUpState = FollowUpState.OPEN
    wake_at: datetime | None = None


class CardKind(StrEnum):
    """What a card shows."""

    EVENT = "event"
    RUN = "run"
    PREVIEW = "preview"
    """A run as one person was shown it, who may confirm it there."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a message shows the state of, so that it can be kept up to date.

    `number` is the event's or the run's. `digest` is that of the run when the card was made, and
    `person` whose preview it is.
    """

    kind: CardKind
    number: int
    digest: str = ""
    person: int | None = None


class NoticeKind(StrEnum):
    """What a notice is for, which decides how it is put when it is late."""

    REMINDER = "reminder"
    ANNOUNCEMENT = "announcement"
    PROGRESS = "progress"
    ANSWER = "answer"
    OFFER = "offer"
    """What became of somebody's place at an event."""
    LINK = "link"
    """Another link than the one that was told before."""


class NoticeState(StrEnum):
    """Where a notice stands. All but the first two are final."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    MISSED = "missed"
    MERGED = "merged"
    STALE = "stale"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be said at `due_at` to a destination.

    A reminder carries its event, occurrence and offset and is put into words when it is said;
    any other notice carries what it says in `reply` (a `commands.messages.Reply` as plain data).
    """

    number: int
    kind: NoticeKind
    due_at: datetime
    destination: Destination
    state: NoticeState = NoticeState.PENDING
    attempts: int = 0
    event: int | None = None
    occurrence: datetime | None = None
    offset: timedelta | None = None
    run: int | None = None
    reply: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder to be kept as a notice.

    `once` is the same for the same occurrence, offset and destination however often an event is
    edited or moved to and fro: what was said once is not said again.
    """

    once: str
    due_at: datetime
    destination: Destination
    occurrence: datetime
    offset: timedelta


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One entry of the append-only log. `digest` chains it to the one before."""

    number: int
    at: datetime
    actor: int | None
    action: str
    subject: str
    details: Mapping[str, object]
    previous: str
    digest: str
