"""Usage and table follow from the declaration."""

from __future__ import annotations

from commands.declaration import Argument, Call, Command, Kind, Who, table, usage
from commands.messages import Reply, reply


async def _nothing(_: Call) -> Reply:
    return reply()


ADD = Command(
    name="event add",
    who=Who.COORDINATOR,
    help_key="help.event_add",
    example="event add tech-talk tomorrow 17:00 | Wikidata",
    run=_nothing,
    arguments=(
        Argument("kind", Kind.WORD),
        Argument("when", Kind.WHEN),
        Argument("duration", Kind.DURATION, optional=True),
        Argument("title", Kind.PART),
        Argument("fields", Kind.FIELDS, optional=True, choices=("speaker",)),
    ),
)


def test_the_right_form_is_made_from_the_arguments() -> None:
    assert usage(ADD) == "event add KIND WHEN [for DURATION] | TITLE [| field: value]…"


def test_flags_choices_and_offsets_have_their_form() -> None:
    arguments = (
        Argument("event", Kind.NUMBER),
        Argument("offsets", Kind.OFFSETS),
        Argument("span", Kind.CHOICE, optional=True, choices=("week", "month")),
        Argument("anyway", Kind.FLAG),
    )
    command = Command("x", Who.ALL, "help.x", "x", _nothing, arguments)
    assert usage(command) == "x N OFFSET… [week|month] [--anyway]"


def test_a_form_of_its_own_wins() -> None:
    command = Command("x", Who.ALL, "help.x", "x", _nothing, form="x [week|KIND]")
    assert usage(command) == "x [week|KIND]"


def test_the_table_has_a_row_for_each_command_and_no_stray_bars() -> None:
    _, _, row = table([ADD], lambda key: f"<{key}>").splitlines()
    assert row == (
        "| `event add KIND WHEN [for DURATION] \\| TITLE [\\| field: value]…` | <who.coordinator>"
        " | <help.event_add> | `event add tech-talk tomorrow 17:00 \\| Wikidata` |"
    )
