"""What the configuration decides, as the frozen arguments that desks and rules are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from commands.rules.pace import WikiPace
from commands.rules.recipe import Source
from storage.runvalues import Way
from storage.values import Destination


@dataclass(frozen=True, slots=True)
class KindPolicy:
    """What an event of one kind has unless it says otherwise. Offsets are before its start."""

    duration: timedelta
    offsets: tuple[timedelta, ...]


STANDARD_OFFSETS = tuple(
    timedelta(minutes=minutes) for minutes in (7 * 24 * 60, 24 * 60, 60, 10, 0)
)
"""When to remind of an event whose kind the configuration does not know any more."""


@dataclass(frozen=True, slots=True)
class EventPolicy:
    """How events are told.

    `channels` get the reminders of an event that names none; `networks` are those that a
    channel can be named of, `places` the channels that the bot is in (empty: they are not
    known, and any is taken). A reminder counts as late when it is said more than `grace` after
    its time. Reminders of a series are planned `horizon` ahead.
    """

    kinds: Mapping[str, KindPolicy]
    channels: tuple[Destination, ...] = ()
    networks: tuple[str, ...] = ()
    places: tuple[Destination, ...] = ()
    grace: timedelta = timedelta(seconds=60)
    horizon: timedelta = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class RunPolicy:
    """How message runs are confirmed and what every message says.

    `home` is the wiki of pages that name none. `dry` are the wikis that nobody real reads: only
    there do persons of the networks in `unproven` (the console) count. `secret` keys the
    personal codes and is never shown. `footer` is wikitext with places (see
    `commands.rules.footers`) for all languages, empty where each has its own: in `footers`, by
    MediaWiki's code, or in the catalogue. `about` is the page that edit summaries link to,
    `optout` the page that tells how to opt out, `optout_preload` the one whose text whoever
    stops is offered. With `unified` accounts, one name on several wikis is one human.
    """

    home: str
    wikis: tuple[str, ...]
    secret: bytes = field(repr=False)
    footer: str
    about: str
    optout: str
    footers: Mapping[str, str] = field(default_factory=dict)
    optout_preload: str = ""
    test_pages: tuple[str, ...] = ()
    """The pages that a test may be sent to, as people name them in a command."""
    dry: frozenset[str] = frozenset()
    unproven: frozenset[str] = frozenset()
    unified: bool = True
    expiry: timedelta = timedelta(hours=72)
    proposer_may_confirm: bool = True
    coordinators: tuple[Destination, ...] = ()
    canary: int = 10
    """How many deliveries must have gone well before the rest follows."""
    canary_pause: timedelta = timedelta(minutes=15)
    """How long the rest waits after them, so that people can look and halt."""
    reverts: int = 3
    """So many messages taken back halt a run that is under way, one while it is tried out."""
    stops: int = 3
    """So many recipients who ask for no more messages halt a run that is under way."""
    failures: float = 0.2
    """The share of failures among the last deliveries above which a run halts."""
    paces: Mapping[str, WikiPace] = field(default_factory=dict)
    """How each wiki is written to."""
    cap: float | None = None
    """The most edits a minute on all wikis together."""
    approval: frozenset[str] = frozenset()
    """The wikis whose rules ask for an approval of their own."""
    ways: Mapping[str, tuple[Way, ...]] = field(default_factory=dict)
    """By which ways each wiki may be written to, best first; the usual ones where not named."""
    leave_out: tuple[Source, ...] = ()
    """Whom no run writes to, whatever its recipe says: those known to have died, for example."""
    live: frozenset[str] = frozenset()
    """Networks where a run's card is kept up to date, so that lines about its progress are not
    wanted there."""
