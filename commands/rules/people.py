"""Humans with all that sources say of them, and how each of them fares: filters, home, page.

The answer about a human is a place to write to, or the step that takes him; or nothing yet,
where something must be asked first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from commands.census import Contribution
from commands.rules.audience import Step, Verdict
from commands.rules.facts import PENDING, Inquiry, Pending
from commands.rules.filters import Case, Notes, as_a_whole, at_first_sight, gone
from commands.rules.homes import Whereabouts, busiest, homes
from commands.rules.humans import AccountId, Human, Seen, ask_rest, join
from commands.rules.placing import Place, Placing
from commands.rules.recipe import HomeRule, Recipe
from commands.rules.score import Score, score
from commands.rules.sightings import Entry
from commands.wikis import SiteFacts


@dataclass(frozen=True, slots=True)
class Person:
    """A human and where he was seen: `entries` stand in the order of the sources."""

    human: Human
    entries: tuple[Entry, ...]

    @property
    def contributions(self) -> Collection[Contribution]:
        """What he wrote of a topic, each once: sources may overlap."""
        return frozenset(each for entry in self.entries for each in entry.sighting.contributions)

    def met_on(self, wiki: str) -> Entry:
        """Return the sighting that speaks for writing to him on a wiki: one there, or the first."""
        there = (each for each in self.entries if each.local and each.sighting.wiki == wiki)
        return next(there, self.entries[0])

    @property
    def seen(self) -> Sequence[AccountId]:
        """The accounts under which he was seen, in order, where something can be asked."""
        local = (entry.account for entry in self.entries if entry.local)
        return [(account.wiki, account.name) for account in local if account is not None]


def people(
    entries: Iterable[Entry], *, inquiry: Inquiry, wikis: Sequence[str], unified: bool
) -> tuple[Person, ...]:
    """Return whose these entries are, in the order in which people come up in them."""
    owned = [(entry, entry.account) for entry in entries if entry.account is not None]
    accounts = (account for _, account in owned)
    humans = join(accounts, inquiry=inquiry, wikis=wikis, unified=unified)
    found: dict[str, list[Entry]] = {}
    by_key: dict[str, Human] = {}
    for entry, account in owned:
        human = humans[account.wiki, account.name]
        by_key[human.key] = human
        found.setdefault(human.key, []).append(entry)
    return tuple(Person(by_key[key], tuple(of_one)) for key, of_one in found.items())


class Judging:
    """Judges one human after the other."""

    def __init__(
        self,
        *,
        recipe: Recipe,
        now: datetime,
        notes: Notes,
        inquiry: Inquiry,
        sites: Mapping[str, SiteFacts],
        placing: Placing,
    ) -> None:
        self._recipe = recipe
        self._now = now
        self._notes = notes
        self._inquiry = inquiry
        self._sites = sites
        self._placing = placing

    def verdict(self, person: Person) -> Place | Verdict | Pending:
        """Return where a human can be written to, or which step takes him."""
        case = self._case(person)
        if taken := at_first_sight(case):
            return taken
        if person.human.unasked:
            ask_rest(person.human, inquiry=self._inquiry, wikis=tuple(self._sites))
            return PENDING
        if taken := as_a_whole(case):
            return taken
        if not self._knows_last_edits(person):
            return PENDING
        last_edits = self._last_edits(person)
        last = max(last_edits.values(), default=None)
        return gone(replace(case, last_edit=last)) or self._placed(person, last_edits)

    def score(self, person: Person) -> Score:
        """Return the score of somebody about whom all is known."""
        changes: dict[tuple[str, str], int] = {}
        for each in person.contributions:
            page = each.wiki, each.page
            changes[page] = changes.get(page, 0) + each.change
        last = max(self._last_edits(person).values(), default=None)
        days = (self._now - last).total_seconds() / 86_400 if last else None
        edits, parameters = person.human.edits, self._recipe.score
        return score(changes.values(), edits=edits, days=days, parameters=parameters)

    def _case(self, person: Person) -> Case:
        seen_as = [(each.sighting.wiki, each.sighting.user) for each in person.entries]
        notes = self._notes.of(person.human, seen_as)
        return Case(person.human, self._recipe, self._now, notes)

    def _placed(
        self, person: Person, last_edits: Mapping[str, datetime]
    ) -> Place | Verdict | Pending:
        possible = homes(
            Whereabouts(person.human, person.seen, last_edits),
            rules=self._recipe.home,
            languages=self._recipe.languages,
            sites=self._sites,
        )
        if not possible:
            return Step.NO_HOME, person.human.name
        return self._placing.place(person.human, possible, person.entries)

    def _last_edits(self, person: Person) -> Mapping[str, datetime]:
        """Return when somebody last edited, by wiki, as far as it is known."""
        found: dict[str, datetime] = {}
        for each in person.contributions:
            found[each.wiki] = max(each.last_at, found.get(each.wiki, each.last_at))
        known = self._inquiry.known.last_edits
        for account in person.human.accounts:
            last = known.get(account.wiki, {}).get(account.name)
            if last is not None:
                found[account.wiki] = max(last, found.get(account.wiki, last))
        return found

    def _knows_last_edits(self, person: Person) -> bool:
        """Ask when somebody last edited; return whether it is known well enough.

        It is asked on the wikis where he edits most; on all others only where that would make
        him gone.
        """
        within = self._recipe.active_within
        ranked = self._recipe.top is not None or HomeRule.ACTIVE in self._recipe.home
        if not ranked and (within is None or self._is_active(person)):
            return True
        if not self._asked(busiest(person.human, self._sites)):
            return False
        if within is None or self._is_active(person):
            return True
        return self._asked(each for each in person.human.accounts if each.can_tell)

    def _is_active(self, person: Person) -> bool:
        last = max(self._last_edits(person).values(), default=None)
        return gone(Case(person.human, self._recipe, self._now, last_edit=last)) is None

    def _asked(self, accounts: Iterable[Seen]) -> bool:
        local = [each for each in accounts if each.wiki in self._sites]
        answers = [self._inquiry.last_edit(each.wiki, each.name) for each in local]
        return all(answer is not PENDING for answer in answers)
