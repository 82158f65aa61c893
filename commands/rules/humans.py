"""One human behind many accounts: joined by the global account, by name, and by where pages lead.

By central id where CentralAuth tells it, else by the name where one name on several wikis is one
human, else every wiki's account is by itself. Besides, whoever sends the readers of his talk page
to another's is the same human as that other: he would get a message twice there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from commands.census import Account, GlobalAccount
from commands.rules.bots import is_bot
from commands.rules.facts import PENDING, Inquiry

AccountId = tuple[str, str]
"""A wiki, and an account's name there."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One account of a human; `attached` where only his global account tells of it."""

    wiki: str
    name: str
    edits: int = 0
    registered_at: datetime | None = None
    groups: frozenset[str] = frozenset()
    attached: bool = False

    @property
    def can_tell(self) -> bool:
        """Whether he may have said something there: an account without edits has not."""
        return self.edits > 0 or not self.attached

    @property
    def is_bot(self) -> bool:
        """Whether a bot runs it. Its talk page often leads to its owner's, who is none."""
        return is_bot(self.name, self.groups)


@dataclass(frozen=True, slots=True)
class Human:
    """A human and his accounts, those with the most edits first.

    `key` is the same whatever wiki he is met on: `central:123`, `name:Ada`, `metawiki:Ada`.
    `unasked` are the accounts of which it is not known yet where else the same human has one.
    """

    key: str
    name: str
    accounts: tuple[Seen, ...]
    centrals: tuple[GlobalAccount, ...] = ()
    unasked: tuple[Account, ...] = ()

    @property
    def edits(self) -> int:
        """How often he edited, on all wikis together."""
        of_centrals = sum(each.edits for each in self.centrals)
        return max(of_centrals, sum(each.edits for each in self.accounts))

    @property
    def groups(self) -> frozenset[str]:
        """The user groups that he is in anywhere, global ones too."""
        local = (each.groups for each in self.accounts)
        return frozenset().union(*local, *(each.groups for each in self.centrals))

    @property
    def registered_at(self) -> datetime | None:
        """When he first registered, None where no wiki knows it."""
        known = [each.registered_at for each in self.accounts]
        known += [each.registered_at for each in self.centrals]
        return min((at for at in known if at is not None), default=None)


def join(
    accounts: Iterable[Account], *, inquiry: Inquiry, wikis: Sequence[str], unified: bool
) -> Mapping[AccountId, Human]:
    """Return whose each of these accounts is; what belongs to one human is the same value.

    `wikis` are the configured ones. Nothing is asked but for accounts that pages lead to: whether
    the rest is worth asking shows when a human is looked at (`ask_rest`).
    """
    joining = _Joining(inquiry, wikis, unified=unified)
    sighted = [(joining.add(account), account) for account in accounts]
    humans = joining.humans()
    return {(account.wiki, account.name): humans[base] for base, account in sighted}


def ask_rest(human: Human, *, inquiry: Inquiry, wikis: Sequence[str]) -> None:
    """Want to know where else a human has accounts."""
    for account in human.unasked:
        if account.central_id is not None:
            inquiry.global_account(account.wiki, account.name)
        else:
            for wiki in wikis:
                inquiry.account(wiki, account.name)


@dataclass(slots=True)
class _Group:
    """Accounts that certainly are one human's."""

    seen: dict[AccountId, Seen] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)
    centrals: dict[str, GlobalAccount] = field(default_factory=dict)
    leads_to: set[str] = field(default_factory=set)

    @property
    def attached(self) -> Mapping[str, Account]:
        """An account for each name that has a global one."""
        return {each.name: each for each in self.accounts if each.central_id is not None}


class _Joining:
    """Puts accounts to groups, and follows what is known until no group grows any more."""

    def __init__(self, inquiry: Inquiry, wikis: Sequence[str], *, unified: bool) -> None:
        self._inquiry = inquiry
        self._wikis = wikis
        self._unified = unified
        self._groups: dict[str, _Group] = {}
        self._growing: dict[str, None] = {}

    def add(self, account: Account) -> str:
        """Put an account to its group; return what the group is known by meanwhile."""
        base = self._base(account)
        group = self._groups.setdefault(base, _Group())
        where = account.wiki, account.name
        if where not in group.seen or group.seen[where].attached:
            group.accounts.append(account)
            group.seen[where] = _seen(account)
            self._growing[base] = None
        return base

    def humans(self) -> Mapping[str, Human]:
        """Return the human whose each group is. Groups that pages lead to come in underway."""
        while self._growing:
            base, _ = self._growing.popitem()
            self._complete(self._groups[base])
            self._follow(self._groups[base])
        return {
            base: human
            for together in self._together()
            for human in [self._human(together)]
            for base in together
        }

    def _base(self, account: Account) -> str:
        if self._unified:
            return account.name
        if account.central_id is not None:
            return f"central:{account.central_id}"
        return f"{account.wiki}:{account.name}"

    def _complete(self, group: _Group) -> None:
        """Add what is known of the same human elsewhere."""
        if self._unified:
            for account in self._inquiry.accounts_named(group.accounts[0].name):
                self.add(account)
        for name in group.attached:
            found = self._inquiry.known.global_accounts.get(name)
            if found is not None:
                group.centrals[name] = found
                _attach(found, group.seen)

    def _follow(self, group: _Group) -> None:
        """Put those together with a group to whose pages its own lead."""
        if not self._inquiry.leads:
            return
        for wiki, name in [where for where, one in group.seen.items() if not one.is_bot]:
            owner = self._inquiry.leads.get((wiki, name))
            account = self._inquiry.account(wiki, owner) if owner else PENDING
            if account is not PENDING and account.exists:
                group.leads_to.add(self.add(account))

    def _unasked(self, group: _Group) -> list[Account]:
        """Return the accounts by which to ask where else the human is.

        Without a global account nobody tells but the wikis, each for itself.
        """
        attached = group.attached
        if attached or not self._unified:
            known = self._inquiry.known.global_accounts
            return [account for name, account in attached.items() if name not in known]
        first = group.accounts[0]
        answers = self._inquiry.known.accounts
        asked = all(first.name in answers.get(wiki, {}) for wiki in self._wikis)
        return [] if asked else [first]

    def _together(self) -> Iterable[tuple[str, ...]]:
        """Return the groups that are one human's, the one to whom the others lead first."""
        root = {base: base for base in self._groups}

        def found(base: str) -> str:
            while root[base] != base:
                root[base] = base = root[root[base]]
            return base

        for base, group in self._groups.items():
            for other in group.leads_to:
                root[found(base)] = found(other)
        together: dict[str, list[str]] = {}
        for base in self._groups:
            together.setdefault(found(base), []).append(base)
        return (
            tuple(sorted(bases, key=lambda base: (bool(self._groups[base].leads_to), base)))
            for bases in together.values()
        )

    def _human(self, together: Sequence[str]) -> Human:
        groups = [self._groups[base] for base in together]
        seen = {at: one for group in reversed(groups) for at, one in group.seen.items()}
        return Human(
            self._key(together[0], groups[0]),
            min(each.name for each in groups[0].accounts),
            tuple(sorted(seen.values(), key=lambda one: (-one.edits, one.wiki, one.name))),
            tuple(central for group in groups for central in group.centrals.values()),
            tuple(account for group in groups for account in self._unasked(group)),
        )

    def _key(self, base: str, group: _Group) -> str:
        central_ids = [each.central_id for each in group.accounts if each.central_id is not None]
        if central_ids:
            return f"central:{min(central_ids)}"
        return f"name:{base}" if self._unified else base


def _seen(account: Account) -> Seen:
    return Seen(account.wiki, account.name, account.edits, account.registered_at, account.groups)


def _attach(central: GlobalAccount, seen: dict[AccountId, Seen]) -> None:
    """Add the accounts of which only the global one tells."""
    name = central.name
    for each in central.attached:
        if (each.wiki, name) not in seen:
            seen[each.wiki, name] = Seen(
                each.wiki, name, each.edits, each.registered_at, each.groups, attached=True
            )
