"""Where somebody was seen, and whose account that is: renames and redirects are followed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from commands.census import Account, Contribution
from commands.rules.audience import Step, Verdict
from commands.rules.bots import is_bot
from commands.rules.facts import PENDING, Inquiry, Pending
from commands.rules.lists import Listed
from commands.rules.titles import USER_TALK, Refusal, Title, normalise, prefixed, root_user
from commands.wikis import PageFacts, SiteFacts, UserFacts


@dataclass(frozen=True, slots=True)
class Sighting:
    """One whom a source names: by the account `user`, or by a page `title`.

    `reason` says in a few words why he is chosen. `contributions` are what a topic has of him.
    `unwanted` says what a page wants instead of this.
    `wiki` may be one that is not configured, where an account was seen there.
    """

    wiki: str
    as_listed: str
    user: str = ""
    title: str = ""
    reason: str = ""
    contributions: tuple[Contribution, ...] = ()
    unwanted: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A sighting when it is known whose it is: `account` is None for a page that is nobody's.

    `number` is its place among all. `page` is what a list names. `local` says whether it was
    seen where the account is, and not on a wiki that is not configured.
    """

    number: int
    sighting: Sighting
    account: Account | None
    page: PageFacts | None = None
    local: bool = True


def sightings_of(listed: Iterable[Listed], *, reason: str) -> Iterator[Sighting]:
    """Return the sightings that a list is."""
    return (Sighting(each.wiki, each.as_listed, title=each.title, reason=reason) for each in listed)


class Tracing:
    """Finds out whose a sighting is. `home` is the wiki to ask about accounts seen elsewhere."""

    def __init__(
        self, *, inquiry: Inquiry, sites: Mapping[str, SiteFacts], home: str, unified: bool
    ) -> None:
        self._inquiry = inquiry
        self._sites = sites
        self._home = home
        self._unified = unified

    def entry(self, number: int, sighting: Sighting) -> Entry | Verdict | Pending:
        """Return whose a sighting is, or why it is nobody's."""
        if sighting.unwanted:
            return Step.NOT_WANTED, sighting.unwanted
        if sighting.wiki not in self._sites:
            return self._elsewhere(number, sighting)
        if sighting.title:
            return self._on_page(number, sighting)
        return _entry(number, sighting, self._account(sighting.wiki, sighting.user))

    def _elsewhere(self, number: int, sighting: Sighting) -> Entry | Verdict | Pending:
        unknown = Step.SITE_UNKNOWN, sighting.wiki
        if sighting.title or not self._unified:
            return unknown
        account = self._inquiry.account(self._home, sighting.user)
        if account is PENDING:
            return PENDING
        is_known = account.exists and not account.anonymous
        return Entry(number, sighting, account, local=False) if is_known else unknown

    def _on_page(self, number: int, sighting: Sighting) -> Entry | Verdict | Pending:
        site = self._sites[sighting.wiki]
        title = normalise(sighting.title, site)
        if isinstance(title, Refusal):
            return Step.INVALID_TITLE, title.reason
        page = self._inquiry.page(sighting.wiki, prefixed(title, site))
        if page is PENDING:
            return PENDING
        if page.invalid is not None:
            return Step.INVALID_TITLE, page.invalid
        if page.owner is None:
            nobodys = page.namespace == USER_TALK
            return (Step.NO_ACCOUNT, page.title) if nobodys else Entry(number, sighting, None, page)
        return _entry(number, sighting, self._whose(sighting.wiki, title, page.owner), page)

    def _whose(self, wiki: str, listed: Title, owner: UserFacts) -> Account | Verdict | Pending:
        """Return whose a listed talk page is.

        Where it leads to another's, that other is joined to him whom the list names, if there is
        such a human: what he says elsewhere counts too.
        """
        if owner.anonymous:
            return Step.ANONYMOUS, owner.name
        named = root_user(listed)
        if named is not None and (wiki, named) in self._inquiry.leads:
            account = self._inquiry.account(wiki, named)
            if account is PENDING or (account.exists and not is_bot(account.name, account.groups)):
                return account
        return self._account(wiki, owner.name)

    def _account(self, wiki: str, name: str) -> Account | Verdict | Pending:
        account = self._inquiry.account(wiki, name)
        if account is PENDING or account.exists or account.anonymous:
            return _registered(account)
        by_now = self._inquiry.renamed(wiki, name)
        if by_now is None:
            return Step.NO_ACCOUNT, name
        return PENDING if by_now is PENDING else _registered(self._inquiry.account(wiki, by_now))


def _entry(
    number: int,
    sighting: Sighting,
    account: Account | Verdict | Pending,
    page: PageFacts | None = None,
) -> Entry | Verdict | Pending:
    if not isinstance(account, Account):
        return account
    # The page of a renamed account's old name is not the one to write on.
    is_his = page is not None and page.owner is not None and page.owner.name == account.name
    return Entry(number, sighting, account, page if is_his else None)


def _registered(account: Account | Pending) -> Account | Verdict | Pending:
    if account is PENDING:
        return PENDING
    if account.anonymous:
        return Step.ANONYMOUS, account.name
    return account if account.exists else (Step.NO_ACCOUNT, account.name)
