"""How an audience is made: sources, who of them is taken out, and where the rest is written to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class SourceKind(StrEnum):
    """Where people are taken from."""

    PAGE = "page"
    """A delivery list, or a category of user pages where it is one."""
    FILE = "file"
    GROUP = "group"
    SIGNERS = "signers"
    """Those who signed a page."""
    ATTENDEES = "attendees"
    """Those who said that they come to an event, and have told their wiki account."""
    RUN = "run"
    """Those whom an earlier run reached."""
    SUBSCRIBED = "subscribed"
    """The wiki pages that subscribed to events such as this one."""
    TOPIC = "topic"
    """Those who contributed to the articles of a topic, in whatever language."""


class TopicBy(StrEnum):
    """What makes an article one of a topic."""

    BANNER = "banner"
    """A template on its talk page, as WikiProjects use it."""
    CATEGORY = "category"
    LIST = "list"
    """A link on a page."""


class Engine(StrEnum):
    """From where contributions are read."""

    LIVE = "live"
    """The wikis' APIs."""
    HISTORY = "history"
    """The history dumps that the operator has imported."""


class HomeRule(StrEnum):
    """What makes one of a human's wikis the one where he is written to."""

    ACTIVE = "active"
    """The most recent activity among the wikis with the most edits."""
    HOME = "home"
    """The home wiki of the global account."""
    LANGUAGE = "language"
    """A wiki in one of the preferred languages, the first one first."""
    LISTED = "listed"
    """The wiki of the list, the first one first."""


@dataclass(frozen=True, slots=True)
class Source:
    """One source. `wiki` is where it is, empty for the home wiki.

    `name` is a title, a file, a group or a banner's title; `number` an event or a run; `depth`
    says how far down subcategories are followed. A title as somebody named it may begin with a
    wiki's name or an interwiki prefix: `commands.rules.recipeplaces` follows those.
    """

    kind: SourceKind
    name: str = ""
    wiki: str = ""
    number: int | None = None
    topic: TopicBy | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Significance:
    """Who counts as a contributor to a topic: so many edits there, or so many bytes added.

    One of the two may be None: then the other decides alone. `within` is how far back edits
    count, None for ever. Minor edits, those of bots and those that were undone never count.
    """

    edits: int | None = 5
    added: int | None = 1000
    within: timedelta | None = None

    def met(self, *, edits: int, added: int) -> bool:
        """Return whether so many edits, and so many bytes added, are enough."""
        enough = self.edits is not None and edits >= self.edits
        return enough or (self.added is not None and added >= self.added)


@dataclass(frozen=True, slots=True)
class ScoreParameters:
    """The constants of the score (see `commands.rules.score`)."""

    byte_factor: float = 0.42
    byte_power: float = 1.1
    noise: float = 0.00001
    noise_power: float = 10.0
    edit_factor: float = 3.0
    edit_power: float = 0.66
    bytes_weight: float = 4.0
    edits_weight: float = 1.0
    recency_weight: float = 5.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole recipe. Each filter that is None, empty or zero takes nobody out.

    Bots, the blocked, those who opted out, and duplicates are taken out whatever it says.

    `active_within`: somebody who edited nowhere for so long is gone. `edits` and `age`: with
    fewer edits in all, or a younger account, somebody is too new. `not_reached_by`: earlier
    runs. `rest`: whoever got a message of any run within so long rests. `without`: pages or
    categories of people to leave out, known to have died or otherwise. `without_groups`: holders
    of these groups. `top`: only so many, by score. `sample`: so many at random. `hold_out`: the
    share (0 to 1) that is not written to, so that the effect can be measured. `seed` makes what
    is random the same each time. `home` are the rules of the target wiki in the order in which
    they are asked, `languages` what the preferred ones are. `reason` is what the coordinators say
    to the recipients, empty where each source speaks for itself.
    """

    sources: tuple[Source, ...]
    significance: Significance = Significance()
    engine: Engine = Engine.LIVE
    active_within: timedelta | None = None
    edits: int = 0
    age: timedelta | None = None
    not_reached_by: tuple[int, ...] = ()
    rest: timedelta | None = None
    without: tuple[Source, ...] = ()
    without_groups: tuple[str, ...] = ()
    top: int | None = None
    sample: int | None = None
    hold_out: float = 0.0
    seed: int = 0
    score: ScoreParameters = field(default_factory=ScoreParameters)
    home: tuple[HomeRule, ...] = (HomeRule.LISTED,)
    languages: tuple[str, ...] = ()
    reason: str = ""
