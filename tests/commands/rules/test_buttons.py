"""What can be pressed follows from how a thing stands, and fits into a button."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.grammar import split
from commands.messages import LONGEST_COMMAND, Button
from commands.rules.buttons import confirming, event_buttons, objecting, run_buttons
from storage.runvalues import Run, RunState
from storage.values import Event, EventState
from tests.commands.every_desk import every_command

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TALK = Event(7, "uid", "tech-talk", "Wikidata", NOW + HOUR, "UTC", HOUR)
RUN = Run(7, "December", RunState.PROPOSED, 1, digest="0123456789abcdef" * 4)
ON_AND_ON = replace(TALK, recurrence_rule="FREQ=WEEKLY")


def commands(buttons: tuple[Button, ...]) -> list[str]:
    return [each.command for each in buttons]


@pytest.mark.parametrize(
    ("event", "after", "pressable"),
    [
        (TALK, timedelta(0), True),
        (TALK, HOUR, False),
        (TALK, 3 * HOUR, False),
        (ON_AND_ON, 9 * HOUR, True),
        (replace(ON_AND_ON, recurrence_rule="FREQ=WEEKLY;COUNT=1"), HOUR, False),
        (replace(TALK, state=EventState.CANCELLED), timedelta(0), False),
    ],
)
def test_an_event_can_be_pressed_for_while_it_is_to_come(
    event: Event, after: timedelta, pressable: bool
) -> None:
    offered = ["coming 7", "notcoming 7", "remindme 7", "calendar 7"] if pressable else []
    assert commands(event_buttons(event, NOW + after)) == offered


@pytest.mark.parametrize("state", RunState)
def test_a_run_is_decided_by_buttons_only_where_there_is_something_to_decide(
    state: RunState,
) -> None:
    offered = {
        RunState.PROPOSED: ["run preview 7 0123456789", "object 7"],
        RunState.CANARY: ["halt 7"],
        RunState.RUNNING: ["halt 7"],
    }
    assert commands(run_buttons(replace(RUN, state=state))) == offered.get(state, [])


def test_every_button_fits_and_is_a_command_taken_from_buttons() -> None:
    number = 999_999_999
    run, event = replace(RUN, number=number), replace(TALK, number=number)
    offered = (*event_buttons(event, NOW), *run_buttons(run))
    offered += (*run_buttons(replace(run, state=RunState.RUNNING)),)
    offered += (confirming(run, "K7Q2-M9XD"), objecting(run))
    named = {name: each for each in every_command() for name in (each.name, *each.aliases)}
    for button in offered:
        assert len(button.command.encode()) <= LONGEST_COMMAND
        assert named[split(button.command, named).name].pressable  # type: ignore[union-attr]
