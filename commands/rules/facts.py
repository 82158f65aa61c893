"""What is known so far of accounts and pages, and what must be asked next.

Asking wikis is what takes the time. So a rule looks a thing up here, and where nobody knows it
yet, it stands among what is wanted: once, however many ask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Final, TypeVar

from commands.census import Account, GlobalAccount
from commands.rules.titles import USER_TALK, Title, normalise, root_user
from commands.wikis import PageFacts, SiteFacts

Told = TypeVar("Told")


class Pending(Enum):
    """The type of PENDING."""

    PENDING = auto()


PENDING: Final = Pending.PENDING
"""Nobody has asked yet."""


@dataclass(frozen=True, slots=True)
class Known:
    """The answers so far: by wiki, and by the title or the account name asked.

    None stands where was asked and there is nothing: no rename, no edit, no global account.
    Global accounts are known by name alone, since one name is one global account.
    """

    pages: Mapping[str, Mapping[str, PageFacts]] = field(default_factory=dict)
    accounts: Mapping[str, Mapping[str, Account]] = field(default_factory=dict)
    renamed: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    last_edits: Mapping[str, Mapping[str, datetime | None]] = field(default_factory=dict)
    global_accounts: Mapping[str, GlobalAccount | None] = field(default_factory=dict)

    def with_answers(self, told: Known) -> Known:
        """Return what is known with the answers to one more round."""
        return Known(
            _both(self.pages, told.pages),
            _both(self.accounts, told.accounts),
            _both(self.renamed, told.renamed),
            _both(self.last_edits, told.last_edits),
            {**self.global_accounts, **told.global_accounts},
        )


@dataclass(frozen=True, slots=True)
class Wants:
    """What must be asked, in the same shape; each name of `global_accounts` on one of its wikis."""

    pages: Mapping[str, tuple[str, ...]]
    accounts: Mapping[str, tuple[str, ...]]
    renamed: Mapping[str, tuple[str, ...]]
    last_edits: Mapping[str, tuple[str, ...]]
    global_accounts: Mapping[str, tuple[str, ...]]

    @property
    def count(self) -> int:
        """How many things are to be asked, for telling how far it is."""
        kinds = (
            self.pages,
            self.accounts,
            self.renamed,
            self.last_edits,
            self.global_accounts,
        )
        return sum(len(names) for kind in kinds for names in kind.values())


_Asked = dict[str, dict[str, None]]


class Inquiry:
    """One look through what is known, which notes what is missing."""

    def __init__(self, known: Known, sites: Mapping[str, SiteFacts]) -> None:
        self.known = known
        self.leads: dict[tuple[str, str], str] = {}
        """To whose talk page an account's own leads by a redirect, by wiki and name."""
        self._by_title: dict[tuple[str, str], PageFacts] = {}
        self._pages: _Asked = {}
        self._accounts: _Asked = {}
        self._renamed: _Asked = {}
        self._last_edits: _Asked = {}
        self._global_accounts: dict[str, str] = {}
        self._follow_redirects(sites)
        self._by_name: dict[str, list[Account]] = {}
        for accounts in known.accounts.values():
            for account in accounts.values():
                if account.exists and not account.anonymous:
                    self._by_name.setdefault(account.name, []).append(account)

    def page(self, wiki: str, title: str) -> PageFacts | Pending:
        """Return a page as it is now, also where only a redirect to it was looked up."""
        if found := self._by_title.get((wiki, title)):
            return found
        return _look(self.known.pages, self._pages, wiki, title)

    def account(self, wiki: str, name: str) -> Account | Pending:
        """Return an account, existing or not."""
        return _look(self.known.accounts, self._accounts, wiki, name)

    def accounts_named(self, name: str) -> Sequence[Account]:
        """Return the existing accounts of a name that are known by now, on whatever wiki."""
        return self._by_name.get(name, ())

    def renamed(self, wiki: str, name: str) -> str | Pending | None:
        """Return what an account is called by now, None where it was not renamed."""
        return _look(self.known.renamed, self._renamed, wiki, name)

    def last_edit(self, wiki: str, name: str) -> datetime | Pending | None:
        """Return when an account last edited, None where it never did."""
        return _look(self.known.last_edits, self._last_edits, wiki, name)

    def global_account(self, wiki: str, name: str) -> GlobalAccount | Pending | None:
        """Return the global account of that name, to be asked for on a wiki where it is."""
        found = self.known.global_accounts.get(name, PENDING)
        if found is PENDING:
            first = self._global_accounts.get(name, wiki)
            self._global_accounts[name] = min(first, wiki)
        return found

    def wants(self) -> Wants | None:
        """Return what was looked up in vain, None where all was known."""
        by_wiki: _Asked = {}
        for name, wiki in self._global_accounts.items():
            by_wiki.setdefault(wiki, {})[name] = None
        wants = Wants(
            _frozen(self._pages),
            _frozen(self._accounts),
            _frozen(self._renamed),
            _frozen(self._last_edits),
            _frozen(by_wiki),
        )
        return wants if wants.count else None

    def _follow_redirects(self, sites: Mapping[str, SiteFacts]) -> None:
        for wiki, pages in self.known.pages.items():
            for asked, page in pages.items():
                if page.title != asked:
                    self._by_title.setdefault((wiki, page.title), page)
                    self._lead(wiki, asked, page, sites)

    def _lead(self, wiki: str, asked: str, page: PageFacts, sites: Mapping[str, SiteFacts]) -> None:
        title = normalise(asked, sites[wiki])
        if not isinstance(title, Title) or title.namespace != USER_TALK:
            return
        is_whole = root_user(title) == title.text
        if is_whole and page.owner and page.owner.exists and page.owner.name != title.text:
            self.leads[wiki, title.text] = page.owner.name


def _both(
    known: Mapping[str, Mapping[str, Told]], told: Mapping[str, Mapping[str, Told]]
) -> dict[str, Mapping[str, Told]]:
    return {**known, **{wiki: {**known.get(wiki, {}), **told[wiki]} for wiki in told}}


def _look(
    known: Mapping[str, Mapping[str, Told]], asked: _Asked, wiki: str, name: str
) -> Told | Pending:
    found = known.get(wiki, {}).get(name, PENDING)
    if found is PENDING:
        asked.setdefault(wiki, {})[name] = None
    return found


def _frozen(asked: _Asked) -> dict[str, tuple[str, ...]]:
    return {wiki: tuple(asked[wiki]) for wiki in sorted(asked)}
