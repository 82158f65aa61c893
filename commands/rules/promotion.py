"""The promotion plan of an event: its dated steps, and what becomes of them as time goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from commands import offsets
from commands.grammar import plain
from commands.rules.schedule import FARTHEST, current, occurrences, takes_place
from storage.promotionvalues import Deed, Doer, Step, StepState
from storage.values import Event, EventState

SELDOM = timedelta(weeks=4)
"""A series that comes round this seldom, or more so, is promoted anew each time."""

MOST_STEPS = 30
_LONGEST = timedelta(days=366)
_RELATIVE = re.compile(r"(.+?)\s+(before|after)\b.*")
_AT_THE_START = frozenset({"start", "at the start", "the start"})
_OVER_AND_DONE = frozenset({StepState.DONE, StepState.SKIPPED, StepState.TOLD})


@dataclass(frozen=True, slots=True)
class Template:
    """One step as plans have it, for any event of a kind.

    `before` is how long before the start it is due, negative for afterwards. A step without
    `text` has words in the catalogue, under its name.
    """

    name: str
    before: timedelta
    doer: Doer
    deed: Deed | None = None
    text: str = ""


def _days(days: int) -> timedelta:
    return timedelta(days=days)


STANDARD: tuple[Template, ...] = (
    Template("title", _days(21), Doer.HOST),
    Template("announce", _days(15), Doer.BOT, Deed.ANNOUNCE),
    Template("notice", _days(14), Doer.BOT, Deed.NOTICE),
    Template("posts", _days(10), Doer.BOT, Deed.POSTS),
    Template("communities", _days(9), Doer.HOST),
    Template("digest", _days(7), Doer.BOT, Deed.DIGEST),
    Template("blurb", _days(3), Doer.TEXT),
    Template("afterwards", _days(-2), Doer.HOST),
)
"""The plan of a kind for which nobody has written another."""

STANDARD_NAMES = frozenset(template.name for template in STANDARD)


def before_start(text: str) -> timedelta | None:
    """Return how long before the start `2w before`, `1d after`, `start` or `3d` is.

    It is negative for afterwards, and None for what says no such thing.
    """
    words = " ".join(plain(text).split())
    if words in _AT_THE_START:
        return timedelta(0)
    match = _RELATIVE.fullmatch(words)
    found = offsets.span(match[1] if match else words)
    if found is None or found > _LONGEST:
        return None
    return -found if match and match[2] == "after" else found


def laid_out(
    templates: Iterable[Template], event: Event, occurrence: datetime, now: datetime
) -> tuple[Step, ...]:
    """Return the steps for an occurrence, numbered in the order in which they are due."""
    ordered = sorted(templates, key=lambda each: -each.before)[:MOST_STEPS]
    return tuple(
        _standing(
            Step(
                key=0,
                event=event.number,
                occurrence=occurrence,
                number=number,
                name=each.name,
                doer=each.doer,
                deed=each.deed,
                before=each.before,
                due_at=occurrence - each.before,
                text=each.text,
            ),
            now,
        )
        for number, each in enumerate(ordered, start=1)
    )


def due(step: Step, at: datetime, now: datetime) -> Step:
    """Return a step that is due at another time."""
    moved = replace(step, due_at=at, before=step.occurrence - at)
    return moved if step.state in _OVER_AND_DONE else _standing(moved, now)


def opened(step: Step, now: datetime) -> Step:
    """Return a step of which somebody takes back that it is done or left out."""
    undone = replace(step, done_at=None, done_by=None)
    return _standing(undone, now)


def done(step: Step, person: int | None, now: datetime) -> Step:
    """Return a step that was taken; by nobody in particular where the bot took it."""
    return replace(step, state=StepState.DONE, wake_at=None, done_at=now, done_by=person)


def ended(step: Step, state: StepState) -> Step:
    """Return a step of which nothing more is to be said."""
    return replace(step, state=state, wake_at=None)


def followed(steps: Sequence[Step], event: Event, now: datetime) -> tuple[Step, ...]:
    """Return the steps of a plan that are to be changed, now that the event is as it is."""
    if not steps:
        return ()
    if event.state is EventState.CANCELLED:
        return tuple(ended(each, StepState.DROPPED) for each in steps if _open(each))
    was, start = steps[0].occurrence, current(event, now)
    if start is None or start == was or takes_place(event, was):
        return ()
    begun = was <= now
    return () if begun else tuple(_shifted(each, start, now) for each in steps)


def renewed(event: Event, now: datetime) -> datetime | None:
    """Return the occurrence of a series for which its plan is to be made anew, or None."""
    start = current(event, now)
    if start is None or event.test:
        return None
    ahead = start if start > now else start + timedelta.resolution
    after = occurrences(event, after=ahead, before=now + FARTHEST, limit=2)
    seldom = len(after) < 2 or after[1] - after[0] >= SELDOM
    return after[0] if after and seldom else None


def _shifted(step: Step, start: datetime, now: datetime) -> Step:
    moved = replace(step, occurrence=start, due_at=start - step.before)
    return moved if step.state in _OVER_AND_DONE else _standing(moved, now)


def _standing(step: Step, now: datetime) -> Step:
    """Return a step as it stands while nobody has taken it: open, or too late for the bot."""
    if step.due_at <= now:
        return replace(step, state=StepState.PASSED, wake_at=None)
    return replace(step, state=StepState.OPEN, wake_at=step.due_at)


def _open(step: Step) -> bool:
    return step.state in {StepState.OPEN, StepState.TOLD, StepState.PASSED}
