"""What can be pressed under a message: by how the event or run stands that it tells of."""

from __future__ import annotations

from datetime import datetime, timedelta

from commands.messages import Button, line
from commands.rules.digest import digest_code
from commands.rules.lifecycle import UNDER_WAY
from commands.rules.schedule import FARTHEST, occurrences
from storage.runvalues import Run, RunState
from storage.values import AttendanceState, Event, EventState


def event_buttons(
    event: Event, now: datetime, *, full: bool = False, his: AttendanceState | None = None
) -> tuple[Button, ...]:
    """Return what can be pressed for an event, nothing unless it is still to come.

    `full` says that whoever comes now has to wait, `his` how the one stands who alone reads it:
    he is shown one of the two buttons, everybody else both.
    """
    if event.state is not EventState.SCHEDULED or not _to_come(event, now):
        return ()
    number = event.number
    come = Button(line("button.wait" if full else "button.coming"), f"coming {number}")
    stay = Button(line("button.notcoming"), f"notcoming {number}")
    return (
        *_answers(event, come, stay, his),
        Button(line("button.remindme"), f"remindme {number}"),
        Button(line("button.calendar"), f"calendar {number}"),
    )


def proposal_buttons(event: Event) -> tuple[Button, ...]:
    """Return how a coordinator decides about a proposed event."""
    number = event.number
    return (
        Button(line("button.accept"), f"accept {number}"),
        Button(line("button.decline"), f"decline {number}"),
    )


def offer_buttons(event: Event) -> tuple[Button, ...]:
    """Return how a place that is offered is taken or left."""
    number = event.number
    return (
        Button(line("button.take_place"), f"coming {number}"),
        Button(line("button.leave_place"), f"notcoming {number}"),
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


def _answers(
    event: Event, come: Button, stay: Button, his: AttendanceState | None
) -> tuple[Button, ...]:
    if his is AttendanceState.OFFERED:
        return offer_buttons(event)
    if his in {AttendanceState.COMING, AttendanceState.WAITING}:
        return (stay,)
    return (come,) if his is AttendanceState.LAPSED else (come, stay)


def _to_come(event: Event, now: datetime) -> bool:
    after = now + timedelta.resolution
    return bool(occurrences(event, after=after, before=now + FARTHEST, limit=1))
