"""The last choice, among those who could all be written to: once each, the best, or by lot."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from commands.rules.audience import Step, Verdict, holder
from commands.rules.lots import held_out, sample, top
from commands.rules.people import Person
from commands.rules.placing import Place
from commands.rules.recipe import Recipe
from commands.rules.score import Score
from commands.rules.sightings import Entry
from commands.rules.spread import spread
from commands.wikis import SiteFacts


@dataclass(frozen=True, slots=True)
class Candidate:
    """One who could be written to; `person` is None for a page that is nobody's.

    `entry` is the sighting that he is written to for.
    """

    place: Place
    entry: Entry
    person: Person | None = None
    score: Score | None = None

    @property
    def key(self) -> str:
        """The key of the human, empty for a page that is nobody's."""
        return self.person.human.key if self.person else ""


Taken = tuple[Candidate, Verdict]
_Step = Callable[[Sequence[Candidate], Recipe], tuple[list[Candidate], list[Taken]]]


@dataclass(frozen=True, slots=True)
class Choice:
    """Those chosen, in the order in which they are written to, and the others, each with why."""

    chosen: tuple[Candidate, ...]
    taken: tuple[Taken, ...]


def choose(
    candidates: Sequence[Candidate],
    recipe: Recipe,
    *,
    unified: bool,
    canary: int,
    sites: Mapping[str, SiteFacts],
) -> Choice:
    """Choose among candidates in the order of the sources.

    There is no choice among pages that are nobody's. The first `canary` ones come from all over.
    """
    left, taken = _once_each(candidates, unified=unified)
    for step in (_top, _sample, _hold_out):
        left, more = step(left, recipe)
        taken += more

    def language(each: Candidate) -> str:
        return each.place.page.language or sites[each.place.wiki].language

    ordered = spread(left, canary, wiki=lambda each: each.place.wiki, language=language)
    return Choice(ordered, tuple(taken))


def _once_each(
    candidates: Sequence[Candidate], *, unified: bool
) -> tuple[list[Candidate], list[Taken]]:
    first: dict[tuple[str, str, str], Candidate] = {}
    again: list[Taken] = []
    for each in candidates:
        place = each.place
        whose = holder(wiki=place.wiki, title=place.page.title, user=place.user, unified=unified)
        before = first.setdefault(whose, each)
        if before is not each:
            again.append((each, (Step.DUPLICATE, before.entry.sighting.as_listed)))
    return list(first.values()), again


def _top(left: Sequence[Candidate], recipe: Recipe) -> tuple[list[Candidate], list[Taken]]:
    if recipe.top is None:
        return list(left), []
    scores = {each.key: each.score.value for each in left if each.score}
    best = top(scores, most=recipe.top, seed=recipe.seed)
    return _split(left, best, Step.NOT_TOP, lambda each: str(scores[each.key]))


def _sample(left: Sequence[Candidate], recipe: Recipe) -> tuple[list[Candidate], list[Taken]]:
    if recipe.sample is None:
        return list(left), []
    drawn = sample(_keys(left), most=recipe.sample, seed=recipe.seed)
    return _split(left, drawn, Step.NOT_SAMPLED, lambda each: each.key)


def _hold_out(left: Sequence[Candidate], recipe: Recipe) -> tuple[list[Candidate], list[Taken]]:
    held = held_out(_keys(left), share=recipe.hold_out, seed=recipe.seed)
    written_to = frozenset(_keys(left)) - held
    return _split(left, written_to, Step.HELD_OUT, lambda each: each.key)


def _keys(candidates: Sequence[Candidate]) -> list[str]:
    return [each.key for each in candidates if each.person]


def _split(
    left: Sequence[Candidate],
    keys: Collection[str],
    step: Step,
    detail: Callable[[Candidate], str],
) -> tuple[list[Candidate], list[Taken]]:
    stay = [each for each in left if each.person is None or each.key in keys]
    go = [each for each in left if each.person is not None and each.key not in keys]
    return stay, [(each, (step, detail(each))) for each in go]
