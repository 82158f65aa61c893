"""A wiki farm in memory, and the engine's part in making an audience: it answers what is wanted."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from commands.census import Account, GlobalAccount
from commands.rules.facts import Known, Wants
from commands.rules.filters import Note
from commands.rules.lists import Unread
from commands.rules.recipe import Recipe
from commands.rules.selection import Frame, Selected, sift
from commands.rules.sightings import Sighting
from commands.rules.titles import USER_TALK, Title, prefixed
from commands.wikis import Namespace, PageFacts, SiteFacts, UserFacts
from storage.runvalues import Way

NOW = datetime(2026, 11, 25, tzinfo=UTC)
OWN = "Bellringer"
_MOST_ROUNDS = 30
_NAMESPACES = tuple(
    Namespace(number, name, (name,) * bool(name), True)
    for number, name in {0: "", 1: "Talk", 2: "User", 3: "User talk", 4: "Project"}.items()
)

Where = tuple[str, str]
Told = TypeVar("Told")


def wiki(name: str, language: str = "en") -> SiteFacts:
    return SiteFacts(name, language, (name,), _NAMESPACES)


def days(number: float) -> datetime:
    """Return the instant so many days ago."""
    return NOW - timedelta(days=number)


@dataclass
class Farm:
    """What the wikis would tell; who is in none of these does not exist there.

    `redirects` lead from one account's talk page to another's, by wiki and name; `opted_out` are
    accounts whose own talk page says so.
    """

    sites: Mapping[str, SiteFacts]
    accounts: dict[Where, Account] = field(default_factory=dict)
    global_accounts: dict[str, GlobalAccount] = field(default_factory=dict)
    renamed: dict[Where, str] = field(default_factory=dict)
    last_edits: dict[Where, datetime] = field(default_factory=dict)
    redirects: dict[Where, str] = field(default_factory=dict)
    opted_out: set[Where] = field(default_factory=set)
    pages: dict[Where, PageFacts] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    rounds: int = 0

    def __post_init__(self) -> None:
        self._prefixes = {
            wiki: prefixed(Title(USER_TALK, ""), site) for wiki, site in self.sites.items()
        }

    def add(self, wiki: str, name: str, **facts: Any) -> Account:
        account = Account(wiki, name, exists=True, **facts)
        self.accounts[wiki, name] = account
        return account

    def account(self, wiki: str, name: str) -> Account:
        return self.accounts.get((wiki, name)) or Account(wiki, name, exists=False)

    def page(self, wiki: str, asked: str) -> PageFacts:
        """Return a talk page as `Wiki.pages` would: redirects followed, its owner told."""
        if special := self.pages.get((wiki, asked)):
            return special
        prefix = self._prefixes[wiki]
        if not asked.startswith(prefix):
            return PageFacts(asked, asked, 4, 1, opted_out=False)
        name = asked.removeprefix(prefix)
        name = self.redirects.get((wiki, name), name)
        account = self.account(wiki, name.partition("/")[0])
        owner = UserFacts(
            account.name,
            account.exists,
            account.blocked_indefinitely,
            bot="bot" in account.groups,
            anonymous=account.anonymous,
        )
        opted_out = (wiki, name) in self.opted_out
        return PageFacts(asked, f"{prefix}{name}", 3, 1, opted_out, owner=owner)

    def answer(self, wants: Wants) -> Known:
        """Return the answers to all that is wanted."""
        self.asked.update(
            pages=_count(wants.pages),
            accounts=_count(wants.accounts),
            renamed=_count(wants.renamed),
            last_edits=_count(wants.last_edits),
            global_accounts=_count(wants.global_accounts),
        )
        return Known(
            _answers(wants.pages, self.page),
            _answers(wants.accounts, self.account),
            _answers(wants.renamed, lambda *where: self.renamed.get(where)),
            _answers(wants.last_edits, lambda *where: self.last_edits.get(where)),
            {
                name: self.global_accounts.get(name)
                for names in wants.global_accounts.values()
                for name in names
            },
        )

    def select(
        self,
        sightings: Sequence[Sighting],
        recipe: Recipe,
        *,
        unified: bool = True,
        canary: int = 0,
        notes: Sequence[Note] = (),
        unreadable: Sequence[Unread] = (),
        ways: Mapping[str, Sequence[Way]] | None = None,
    ) -> Selected:
        """Play the engine: ask until nothing is wanted."""
        frame = Frame(
            recipe=recipe,
            sites=self.sites,
            own=dict.fromkeys(self.sites, OWN),
            home=next(iter(self.sites)),
            now=NOW,
            ways=ways or {},
            unified=unified,
            canary=canary,
            notes=notes,
        )
        known = Known()
        for self.rounds in range(_MOST_ROUNDS):
            found = sift(sightings, known=known, frame=frame, unreadable=unreadable)
            if isinstance(found, Selected):
                return found
            known = known.with_answers(self.answer(found))
        raise AssertionError("it asks for ever")


def _answers(
    asked: Mapping[str, Sequence[str]], ask: Callable[[str, str], Told]
) -> dict[str, dict[str, Told]]:
    return {wiki: {name: ask(wiki, name) for name in names} for wiki, names in asked.items()}


def _count(asked: Mapping[str, Sequence[str]]) -> int:
    return sum(len(names) for names in asked.values())
