"""What is asked of a wiki to hear what people do there: changes, and thanks to the bot.

The pywikibot twin and the dry twin in `chatbot/wiki` have this face besides that of
`commands.wikis`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from commands.wikis import PageFacts, PageText, SiteFacts


@dataclass(frozen=True, slots=True)
class Change:
    """An edit as `list=recentchanges` tells it.

    `parent` is the revision before it, None for a new page. `page` is the page's id, which it
    keeps when it is moved. `user` is None where the name is hidden. `bot` is the edit's flag.
    """

    revid: int
    parent: int | None
    page: int
    title: str
    user: str | None
    saved_at: datetime
    summary: str = ""
    tags: frozenset[str] = frozenset()
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """Edits in the order in which they were made. Where there are `more`, ask again."""

    changes: tuple[Change, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """On which page a revision stands by now."""

    page: int
    title: str


@dataclass(frozen=True, slots=True)
class Thanks:
    """Somebody thanked the bot; the wiki does not tell for which edit."""

    log_id: int
    user: str
    at: datetime


class Hearing(Protocol):
    """One wiki. All methods raise WikiTrouble."""

    @property
    def name(self) -> str:
        """The configured name."""
        ...

    async def site(self) -> SiteFacts:
        """Return the wiki's facts, asked once and kept."""
        ...

    async def read(self, title: str) -> PageText:
        """Return a page, redirects followed. Raises WikiTrouble(lasting) when missing."""
        ...

    async def members(self, category: str) -> Sequence[str]:
        """Return the titles of a category's members, in the wiki's order."""
        ...

    async def pages(self, titles: Sequence[str]) -> Mapping[str, PageFacts]:
        """Return the state of pages now, by the title asked: batched, never from a cache."""
        ...

    async def as_saved(self, revids: Sequence[int]) -> Mapping[int, PageText]:
        """Return the texts of these revisions. Those that are deleted or hidden are left out."""
        ...

    async def own_name(self) -> str:
        """Return what the bot's account is called."""
        ...

    async def changes(self, since: datetime, *, namespaces: Collection[int]) -> Changes:
        """Return the edits since then, oldest first, in these namespaces; bots' edits too."""
        ...

    async def changes_kept_since(self) -> datetime | None:
        """Return when the oldest change was made that the wiki still tells of."""
        ...

    async def whereabouts(self, revids: Sequence[int]) -> Mapping[int, Whereabouts]:
        """Return where revisions stand by now, also after moves. The deleted are left out."""
        ...

    async def thanks(self, since: datetime) -> Sequence[Thanks]:
        """Return the thanks to the bot since then; none where the wiki knows no thanks."""
        ...
