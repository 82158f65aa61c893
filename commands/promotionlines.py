"""Promotion plans put into sentences."""

from __future__ import annotations

from collections.abc import Sequence

from commands.eventdesk import shown
from commands.messages import Button, Line, line
from commands.promotionsteps import what
from commands.readers import Reader
from storage.promotionvalues import Step, StepState
from storage.values import Event

_AHEAD = frozenset({StepState.OPEN, StepState.TOLD})


def planned(to: Reader, event: Event, steps: Sequence[Step]) -> tuple[Line, ...]:
    """Return that a plan was made, and what comes first of it; nothing where none was."""
    ahead = sorted((each for each in steps if each.state in _AHEAD), key=lambda each: each.due_at)
    if not ahead:
        return ()
    first = ahead[0]
    return (
        line(
            "promotion.planned",
            count=len(ahead),
            due=shown(to, event, first.due_at),
            what=what(first, event),
            doer=line(f"promotion.doer.{first.doer}"),
            number=event.number,
            prefix=to.prefix,
        ),
    )


def heading(event: Event, steps: Sequence[Step]) -> Line:
    """Return how far a plan is."""
    done = sum(each.state is StepState.DONE for each in steps)
    count = sum(each.state is not StepState.SKIPPED for each in steps)
    return line("promotion.heading", number=event.number, title=event.title, done=done, count=count)


def entry(to: Reader, event: Event, step: Step) -> Line:
    """Return one step with its tick, when it is due, by whom, and what it is."""
    return line(
        f"promotion.entry.{step.state}",
        step=step.number,
        due=shown(to, event, step.due_at),
        doer=line(f"promotion.doer.{step.doer}"),
        what=what(step, event),
    )


def ticking(event: Event, step: Step) -> tuple[Button, ...]:
    """Return what can be pressed by whoever was reminded of a step."""
    command = f"promote {event.number}"
    return (
        Button(line("button.step_done", step=step.number), f"{command} done {step.number}"),
        Button(line("button.step_skip", step=step.number), f"{command} skip {step.number}"),
    )
