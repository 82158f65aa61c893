"""What is asked of wikis about people: who they are, where else they are, and what they wrote.

The pywikibot twin and the dry twin in `chatbot/wiki` have this face besides that of
`commands.wikis`. Wikis are known by their configured names; those of other wikis of the farm,
as far as CentralAuth or Wikidata name them, by their database names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from commands.rules.recipe import Significance
from commands.wikis import PageText


@dataclass(frozen=True, slots=True)
class Account:
    """An account on one wiki, as `list=users` tells it. `name` is in normal form.

    `central_id` is that of the global account that it is attached to, None where there is none
    or the wiki has no CentralAuth. `emailable` says whether the wiki would mail to it.
    """

    wiki: str
    name: str
    exists: bool
    central_id: int | None = None
    edits: int = 0
    registered_at: datetime | None = None
    groups: frozenset[str] = frozenset()
    blocked_indefinitely: bool = False
    anonymous: bool = False
    """An IP address or a temporary account."""
    emailable: bool = False


@dataclass(frozen=True, slots=True)
class Attached:
    """A local account of a global one (`guiprop=merged`)."""

    wiki: str
    edits: int
    registered_at: datetime | None = None
    groups: frozenset[str] = frozenset()
    blocked_indefinitely: bool = False


@dataclass(frozen=True, slots=True)
class GlobalAccount:
    """A global account as `meta=globaluserinfo` tells it. `home` is its home wiki."""

    central_id: int
    name: str
    home: str | None
    registered_at: datetime | None = None
    edits: int = 0
    locked: bool = False
    hidden: bool = False
    groups: frozenset[str] = frozenset()
    attached: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a page: all that is needed to tell what it added and whether it stayed.

    `size` is in bytes. `user` is None where the name is hidden, `sha1` where the text is.
    `parent` is the revision that it was made from, None for the first one of a page.
    """

    revid: int
    user: str | None
    saved_at: datetime
    size: int
    sha1: str | None
    minor: bool = False
    anonymous: bool = False
    """An IP address or a temporary account."""
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one account added to one article within a window.

    Counted are edits that are not minor, not by bots (as their names tell), not by anonymous or
    temporary accounts, and not undone by an identity revert. `change` is the sum of their byte
    changes, `added` of those that are positive; a change of unknown size counts as none.
    """

    wiki: str
    user: str
    page: str
    edits: int
    change: int
    added: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """Which edits count: from `since` on and before `until`; None is without end."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Articles:
    """A topic: its articles (titles of namespace 0, with spaces) by wiki."""

    by_wiki: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class HistoryTrouble(Exception):  # noqa: N818 - named in the chat as what it is
    """The history dumps cannot be asked; the message says why."""


class History(Protocol):
    """The history dumps that the operator has imported."""

    def missing(self, wikis: Iterable[str]) -> tuple[str, ...]:
        """Return those of these wikis of which nothing was imported, in order."""
        ...

    async def contributions(
        self, articles: Articles, window: Window, significance: Significance | None = None
    ) -> Sequence[Contribution]:
        """Return what was added to a topic, with a significance only by those who reach it.

        Raises HistoryTrouble.
        """
        ...


class Census(Protocol):
    """One wiki. All methods raise WikiTrouble."""

    async def accounts(self, names: Sequence[str]) -> Mapping[str, Account]:
        """Return what is known of accounts, by the name asked: batched."""
        ...

    async def last_edits(self, names: Sequence[str]) -> Mapping[str, datetime]:
        """Return when each of these accounts last edited; whoever never did is left out."""
        ...

    async def global_account(self, name: str) -> GlobalAccount | None:
        """Return a global account; None where there is none, or no CentralAuth."""
        ...

    async def renamed(self, names: Sequence[str]) -> Mapping[str, str]:
        """Return what these accounts are called by now, as the rename log tells it, by old name.

        Renames of renames are followed; whoever was not renamed is left out.
        """
        ...

    async def in_group(self, group: str) -> Sequence[str]:
        """Return the names of a user group's members."""
        ...

    async def texts(self, titles: Sequence[str]) -> Mapping[str, PageText]:
        """Return the texts of these pages as they stand, by the title asked: batched.

        Pages that do not exist, or whose text is hidden, are left out. Redirects are not followed.
        """
        ...

    async def embedding(self, template: str) -> Sequence[str]:
        """Return the titles of the pages that transclude a template."""
        ...

    async def articles_in(self, category: str, *, depth: int) -> Sequence[str]:
        """Return the articles of a category and, `depth` levels down, of its subcategories."""
        ...

    async def users_in(self, category: str, *, depth: int) -> Sequence[str]:
        """Return the users whose user or user talk page is in a category, by user name."""
        ...

    async def sitelinks(self, titles: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Return what each article is called on other wikis, by title and database name.

        From the Wikidata items of the articles, or their interlanguage links where the wiki has
        no Wikidata.
        """
        ...

    async def history(self, title: str) -> Sequence[Revision]:
        """Return all revisions of a page, oldest first; none where it does not exist."""
        ...
