"""Who of the humans that were found is not written to, whatever his pages say.

What is known at first sight is asked first, since a filter that takes somebody saves the
questions about him. A human taken at first sight would be taken with all facts known too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from commands.rules.audience import Step, Verdict
from commands.rules.bots import BOT_GROUPS
from commands.rules.humans import AccountId, Human
from commands.rules.recipe import Recipe

_VANISHED = re.compile(r"(?:vanished|renamed)[ _]user\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody whom a list names: of those who opted out, or of those to leave out.

    `step` is OPTED_OUT or EXCLUDED, `detail` says which list. With an empty `wiki` the name is
    meant on any. `human` is his key, where it is known.
    """

    step: Step
    wiki: str
    name: str
    detail: str
    human: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """One whom a run has written to, and when."""

    run: int
    at: datetime
    wiki: str
    name: str
    human: str = ""


Note = Mention | Reached


class Notes:
    """What was noted of people, found again by key, account or name."""

    def __init__(self, notes: Iterable[Note], *, unified: bool) -> None:
        self._unified = unified
        self._notes: dict[str | AccountId, list[Note]] = {}
        for note in notes:
            if note.human:
                self._notes.setdefault(note.human, []).append(note)
            self._notes.setdefault(self._account(note.wiki, note.name), []).append(note)

    def of(self, human: Human, seen_as: Iterable[AccountId] = ()) -> Sequence[Note]:
        """Return what was noted of a human under any of his accounts.

        `seen_as` are names by which sources knew him: he may have been renamed since.
        """
        if not self._notes:
            return ()
        known: dict[str | AccountId, None] = {human.key: None}
        for wiki, name in (*((each.wiki, each.name) for each in human.accounts), *seen_as):
            known[self._account(wiki, name)] = None
            known["", name] = None
        return [note for key in known for note in self._notes.get(key, ())]

    def _account(self, wiki: str, name: str) -> AccountId:
        return "" if self._unified else wiki, name


@dataclass(frozen=True, slots=True)
class Case:
    """All that the filters look at in one human.

    `last_edit` is the latest that is known, None where he never edited; `notes` are what was
    noted of him.
    """

    human: Human
    recipe: Recipe
    now: datetime
    notes: Sequence[Note] = ()
    last_edit: datetime | None = None


Filter = Callable[[Case], str | None]
"""Returns what makes a human one whom the step takes, None where it does not."""


def at_first_sight(case: Case) -> Verdict | None:
    """Return which step takes a human for what is known of him, if only in part."""
    return _first(_AT_FIRST_SIGHT, case)


def as_a_whole(case: Case) -> Verdict | None:
    """Return which step takes a human all of whose accounts are known."""
    return _first(_AS_A_WHOLE, case)


def gone(case: Case) -> Verdict | None:
    """Return whether a human went away, when it is known when he edited last."""
    within, last = case.recipe.active_within, case.last_edit
    if within is None or (last is not None and last >= case.now - within):
        return None
    return Step.GONE, f"{last:%Y-%m-%d}" if last else ""


def _first(filters: Mapping[Step, Filter], case: Case) -> Verdict | None:
    for step, takes in filters.items():
        detail = takes(case)
        if detail is not None:
            return step, detail
    return None


def _mentioned(step: Step) -> Filter:
    def takes(case: Case) -> str | None:
        found = [
            note.detail for note in case.notes if isinstance(note, Mention) and note.step is step
        ]
        return min(found, default=None)

    return takes


def _vanished(case: Case) -> str | None:
    hidden = any(each.hidden for each in case.human.centrals)
    names = sorted({each.name for each in case.human.accounts})
    vanished = next((name for name in names if _VANISHED.match(name)), None)
    return case.human.name if hidden else vanished


def _locked(case: Case) -> str | None:
    return next((each.name for each in case.human.centrals if each.locked), None)


def _bot(case: Case) -> str | None:
    for each in case.human.accounts:
        if each.is_bot:
            return f"{each.name} ({each.wiki})"
    return case.human.name if case.human.groups & BOT_GROUPS else None


def _holder(case: Case) -> str | None:
    return _least(case.human.groups & frozenset(case.recipe.without_groups))


def _reached(case: Case) -> str | None:
    runs = {note.run for note in _reached_notes(case)}
    return _last_run(runs & frozenset(case.recipe.not_reached_by))


def _resting(case: Case) -> str | None:
    rest = case.recipe.rest
    if rest is None:
        return None
    since = case.now - rest
    return _last_run({note.run for note in _reached_notes(case) if note.at > since})


def _too_new(case: Case) -> str | None:
    registered_at, age = case.human.registered_at, case.recipe.age
    if age is None or registered_at is None or registered_at <= case.now - age:
        return None
    return f"{registered_at:%Y-%m-%d}"


def _too_few(case: Case) -> str | None:
    edits = case.human.edits
    return str(edits) if edits < case.recipe.edits else None


def _reached_notes(case: Case) -> list[Reached]:
    return [note for note in case.notes if isinstance(note, Reached)]


def _last_run(runs: Collection[int]) -> str | None:
    return str(max(runs)) if runs else None


def _least(names: Collection[str]) -> str | None:
    return min(names, default=None)


_AT_FIRST_SIGHT: Mapping[Step, Filter] = {
    Step.OPTED_OUT: _mentioned(Step.OPTED_OUT),
    Step.EXCLUDED: _mentioned(Step.EXCLUDED),
    Step.VANISHED: _vanished,
    Step.LOCKED: _locked,
    Step.BOT: _bot,
    Step.HOLDER: _holder,
    Step.REACHED: _reached,
    Step.RESTING: _resting,
}
_AS_A_WHOLE: Mapping[Step, Filter] = {Step.TOO_NEW: _too_new, Step.TOO_FEW: _too_few}
