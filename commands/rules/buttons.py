"""What can be pressed under a message: by how the event or run stands that it tells of."""

from __future__ import annotations

from datetime import datetime, timedelta

from commands.messages import Button, line
from commands.rules.digest import digest_code
from commands.rules.lifecycle import UNDER_WAY
from commands.rules.schedule import FARTHEST, occurrences
from storage.runvalues import Run, RunState
from storage.values import Event, EventState


def event_buttons(event: Event, now: datetime) -> tuple[Button, ...]:
    """Return what can be pressed for an event, nothing unless it is still to come."""
    if event.state is EventState.CANCELLED or not _to_come(event, now):
        return ()
    number = event.number
    return (
        Button(line("button.coming"), f"coming {number}"),
        Button(line("button.remindme"), f"remindme {number}"),
        Button(line("button.calendar"), f"calendar {number}"),
    )


def run_buttons(run: Run) -> tuple[Button, ...]:
    """Return what can be pressed for a run: what may be done now in a hurry."""
    if run.state is RunState.PROPOSED:
        code = digest_code(run.digest or "")
        preview = Button(line("button.preview"), f"run preview {run.number} {code}")
        return (preview, objecting(run))
    if run.state is RunState.CANARY and run.rests_until is not None:
        going = Button(line("button.go"), f"run go {run.number}")
        return (going, Button(line("button.halt"), f"halt {run.number}"))
    if run.state in UNDER_WAY:
        return (Button(line("button.halt"), f"halt {run.number}"),)
    return ()


def confirming(run: Run, code: str) -> Button:
    """Return the button by which the person of this code confirms what was shown to him."""
    return Button(line("button.confirm"), f"confirm {run.number} {code}")


def objecting(run: Run) -> Button:
    """Return the button by which a coordinator objects to a run."""
    return Button(line("button.object"), f"object {run.number}")


def _to_come(event: Event, now: datetime) -> bool:
    after = now + timedelta.resolution
    return bool(occurrences(event, after=after, before=now + FARTHEST, limit=1))
