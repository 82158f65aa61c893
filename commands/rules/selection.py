"""How sightings of people become an audience: the one funnel, for lists and for whole topics.

Facts come from wikis in waves, and asking takes the time. So `sift` is called again and again
with all that is known by then, and returns what must be asked next, until it needs nothing more
and returns who is written to:

    known = Known()
    while isinstance(found := sift(sightings, known=known, frame=frame), Wants):
        known = known.with_answers(...)  # to all that it names; None where there is nothing
    found.audience, found.considered

What is wanted comes in this order, each about those only who are left by then: the pages that
lists name; the accounts; what missing ones are called by now; the global accounts; the last edits
on the wikis with most edits, and on all others of those who seem gone; all talk pages of those who
have a home. Whoever turns out to be led to by a redirect goes the same way. A round takes linear
time, and since it starts from what is known, so does a process that takes over after a crash.

Everybody ends as a recipient or as left out, with the step that took him. The order of sources
decides which wiki counts as listed first, and in what order recipients are numbered; nothing else
hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from commands.rules.audience import Audience, Verdict, unread
from commands.rules.choosing import Candidate, choose
from commands.rules.considered import Considered
from commands.rules.ending import Ending
from commands.rules.facts import PENDING, Inquiry, Known, Pending, Wants
from commands.rules.filters import Note, Notes
from commands.rules.lists import Unread
from commands.rules.people import Judging, Person, people
from commands.rules.placing import Place, Placing
from commands.rules.recipe import Recipe
from commands.rules.score import Score
from commands.rules.sightings import Entry, Sighting, Tracing
from commands.wikis import SiteFacts
from storage.runvalues import Way


@dataclass(frozen=True, slots=True)
class Frame:
    """All that an audience is made within, besides what wikis tell.

    `sites` are the configured wikis. `own` is the bot's account on each of which a page is known,
    `ways` are those that such a wiki offers where it is not sections alone. `home` is the wiki
    that knows accounts which were seen where nothing can be asked. `notes` are those on lists,
    and those whom runs have reached. The first `canary` recipients come from all over.
    """

    recipe: Recipe
    sites: Mapping[str, SiteFacts]
    own: Mapping[str, str]
    home: str
    now: datetime
    ways: Mapping[str, Sequence[Way]] = field(default_factory=dict)
    unified: bool = True
    canary: int = 0
    notes: Sequence[Note] = ()


@dataclass(frozen=True, slots=True)
class Selected:
    """The audience, and everybody who was considered for it."""

    audience: Audience
    considered: tuple[Considered, ...]


def sift(
    sightings: Sequence[Sighting], *, known: Known, frame: Frame, unreadable: Sequence[Unread] = ()
) -> Wants | Selected:
    """Return the audience that these sightings come to, or what must be asked for that.

    `unreadable` is what lists name and nobody could read.
    """
    return _Sifting(sightings, known, frame).found(unreadable)


class _Sifting:
    def __init__(self, sightings: Sequence[Sighting], known: Known, frame: Frame) -> None:
        self._sightings = sightings
        self._frame = frame
        self._inquiry = Inquiry(known, frame.sites)
        self._tracing = Tracing(
            inquiry=self._inquiry, sites=frame.sites, home=frame.home, unified=frame.unified
        )
        self._placing = Placing(
            inquiry=self._inquiry, sites=frame.sites, own=frame.own, ways=frame.ways
        )
        self._judging = Judging(
            recipe=frame.recipe,
            now=frame.now,
            notes=Notes(frame.notes, unified=frame.unified),
            inquiry=self._inquiry,
            sites=frame.sites,
            placing=self._placing,
        )

    def found(self, unreadable: Sequence[Unread]) -> Wants | Selected:
        traced = [self._tracing.entry(n, each) for n, each in enumerate(self._sightings)]
        entries = [each for each in traced if isinstance(each, Entry)]
        judged = [(each, self._judging.verdict(each)) for each in self._persons(entries)]
        if wants := self._inquiry.wants():
            return wants
        ending = Ending(self._sightings, reason=self._frame.recipe.reason)
        for number, verdict in enumerate(traced):
            if isinstance(verdict, tuple):
                ending.nobody(number, verdict)
        candidates = [*self._pages(entries, ending), *self._people(judged, ending)]
        self._choose(sorted(candidates, key=lambda each: each.entry.number), ending)
        audience = ending.audience(unread(each) for each in unreadable)
        return Selected(audience, tuple(ending.considered))

    def _persons(self, entries: Iterable[Entry]) -> Sequence[Person]:
        wikis = tuple(self._frame.sites)
        return people(entries, inquiry=self._inquiry, wikis=wikis, unified=self._frame.unified)

    def _pages(self, entries: Iterable[Entry], ending: Ending) -> Iterator[Candidate]:
        """Yield the pages that are nobody's as candidates."""
        for entry in entries:
            if entry.account is None and entry.page is not None:
                place = self._placing.on_page(entry.sighting.wiki, entry.page)
                if isinstance(place, Place):
                    yield Candidate(place, entry)
                else:
                    ending.nobody(entry.number, place)

    def _people(
        self, judged: Iterable[tuple[Person, Place | Verdict | Pending]], ending: Ending
    ) -> Iterator[Candidate]:
        for person, place in judged:
            if place is PENDING:
                raise LookupError(f"{person.human.key} waits for nothing")
            if isinstance(place, Place):
                yield Candidate(place, person.met_on(place.wiki), person, self._score(person))
            else:
                ending.taken(person, place)

    def _score(self, person: Person) -> Score | None:
        """Return the score where it decides, or tells something."""
        matters = self._frame.recipe.top is not None or person.contributions
        return self._judging.score(person) if matters else None

    def _choose(self, candidates: Sequence[Candidate], ending: Ending) -> None:
        choice = choose(
            candidates,
            self._frame.recipe,
            unified=self._frame.unified,
            canary=self._frame.canary,
            sites=self._frame.sites,
        )
        for candidate, verdict in choice.taken:
            ending.not_chosen(candidate, verdict)
        for candidate in choice.chosen:
            ending.chosen(candidate)
