"""On which page somebody is written to, once it is known how his pages are now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from commands.rules.audience import SECTION, Step, Verdict, unfit
from commands.rules.facts import PENDING, Inquiry, Pending
from commands.rules.homes import Home
from commands.rules.humans import AccountId, Human
from commands.rules.sightings import Entry
from commands.rules.titles import USER_TALK, Title, prefixed
from commands.rules.ways import way_for
from commands.wikis import PageFacts, SiteFacts
from storage.runvalues import Way

WikiPage = tuple[str, str]
"""A wiki, and the title of a page there."""


@dataclass(frozen=True, slots=True)
class Place:
    """The page to write on; `home` is None for one that is nobody's.

    `others` are the talk pages of the same human elsewhere.
    """

    wiki: str
    page: PageFacts
    way: Way
    home: Home | None = None
    others: tuple[WikiPage, ...] = ()

    @property
    def user(self) -> str | None:
        """Whose page it is."""
        return self.page.owner.name if self.page.owner else None


class Placing:
    """Finds places.

    `own` is the bot's account on each wiki of which a page is known, `ways` are those that it
    offers where it offers more than sections.
    """

    def __init__(
        self,
        *,
        inquiry: Inquiry,
        sites: Mapping[str, SiteFacts],
        own: Mapping[str, str],
        ways: Mapping[str, Sequence[Way]],
    ) -> None:
        self._inquiry = inquiry
        self._own = own
        self._ways = ways
        self._prefixes = {
            wiki: prefixed(Title(USER_TALK, ""), site) for wiki, site in sites.items()
        }

    def place(
        self, human: Human, homes: Sequence[Home], entries: Iterable[Entry]
    ) -> Place | Verdict | Pending:
        """Return the page of the best home that takes a message, or what is against the best.

        All of his pages are looked at, since one where he has opted out speaks for all.
        """
        listed = _listed(entries)
        pages = self._pages(human, homes)
        if isinstance(pages, Pending):
            return PENDING
        at_home = [
            (home, listed.get((home.wiki, home.user), pages[home.wiki, home.user]))
            for home in homes
        ]
        looked_at = [*pages.items(), *(((home.wiki, ""), page) for home, page in at_home)]
        for (wiki, _), page in looked_at:
            if page.opted_out:
                return Step.OPTED_OUT, f"{page.title} ({wiki})"
        valid = [(wiki, page.title) for (wiki, _), page in pages.items() if page.invalid is None]
        return self._fittest(at_home, tuple(dict.fromkeys(valid)))

    def on_page(self, wiki: str, page: PageFacts) -> Place | Verdict:
        """Return a page as a place, or what is against it."""
        ways = self._ways.get(wiki, SECTION)
        against = unfit(page, own=self._own[wiki], ways=ways)
        return against or Place(wiki, page, way_for(page, ways) or Way.SECTION)

    def _fittest(
        self, at_home: Sequence[tuple[Home, PageFacts]], pages: Sequence[WikiPage]
    ) -> Place | Verdict:
        against: list[Verdict] = []
        for home, page in at_home:
            found = self.on_page(home.wiki, page)
            if isinstance(found, Place):
                others = tuple(each for each in pages if each != (home.wiki, page.title))
                return replace(found, home=home, others=others)
            against.append(found)
        return against[0]

    def _pages(
        self, human: Human, homes: Sequence[Home]
    ) -> Mapping[AccountId, PageFacts] | Pending:
        """Return a human's talk pages by wiki and account, as they are now."""
        wanted = {
            (each.wiki, each.name): None
            for each in human.accounts
            if each.can_tell and each.wiki in self._prefixes
        }
        wanted |= {(home.wiki, home.user): None for home in homes}
        found = {
            (wiki, user): self._inquiry.page(wiki, f"{self._prefixes[wiki]}{user}")
            for wiki, user in wanted
        }
        known = {where: page for where, page in found.items() if page is not PENDING}
        return known if len(known) == len(found) else PENDING


def _listed(entries: Iterable[Entry]) -> Mapping[AccountId, PageFacts]:
    """Return the pages that lists name, the first of each account: it may be a subpage."""
    found: dict[AccountId, PageFacts] = {}
    for entry in entries:
        if entry.page is not None and entry.account is not None:
            found.setdefault((entry.account.wiki, entry.account.name), entry.page)
    return found
