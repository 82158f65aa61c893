"""What stands between our marks is ours, and not a byte of the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.pageblocks import (
    Damage,
    Found,
    between_marks,
    digest_of,
    empty_marks,
    find,
    merged,
)

WARNING = "written anew"
BLOCK = between_marks("event 7", "* Talk", warning=WARNING)
START, END = "<!-- Bellringer: event 7 -->", "<!-- Bellringer: end of event 7 -->"


def found(page: str, name: str = "event 7") -> Found:
    there = find(page, name)
    assert isinstance(there, Found)
    return there


def test_a_block_is_found_again_as_it_was_written() -> None:
    there = found(f"Before.\n\n{BLOCK}\n\nAfter.")
    assert (there.before, there.block, there.after) == ("Before.\n\n", "* Talk", "\n\nAfter.")
    assert not there.touched


@given(before=st.text(), after=st.text(), block=st.text())
def test_whatever_people_write_around_it_stays(before: str, after: str, block: str) -> None:
    page = f"{before}{BLOCK}{after}"
    new = merged(found(page), "event 7", block, warning=WARNING)
    assert new.startswith(before)
    assert new == new.rstrip()
    assert new.endswith(after.rstrip())
    if "<!--" not in block:
        assert digest_of(found(new).block) == digest_of(block)


@pytest.mark.parametrize(
    ("page", "damage"),
    [
        ("", Damage.NONE),
        ("Somebody's own page.", Damage.NONE),
        (between_marks("event 70", "x", warning=""), Damage.NONE),
        (between_marks("calendar", "x", warning=""), Damage.NONE),
        (f"{START} text", Damage.HALF),
        (f"text {END}", Damage.HALF),
        (f"{END} text {START}", Damage.HALF),
        (f"{BLOCK}\n{BLOCK}", Damage.SEVERAL),
        (f"{START}{START} text {END}", Damage.SEVERAL),
        (f"{START} text {END}{END}", Damage.SEVERAL),
    ],
)
def test_where_the_marks_are_not_one_pair_it_is_said_why(page: str, damage: Damage) -> None:
    assert find(page, "event 7") is damage


def test_several_stand_on_one_page() -> None:
    page = "\n".join(between_marks(name, name, warning="") for name in ("calendar", "upcoming"))
    assert found(page, "calendar").block == "calendar"
    assert found(page, "upcoming").block == "upcoming"


@pytest.mark.parametrize(
    "marks", [empty_marks("event 7"), f"{START}\n\n{END}", START.lower() + END]
)
def test_marks_that_a_person_puts_there_are_ours_to_fill(marks: str) -> None:
    there = found(f"Hello. {marks} Bye.")
    assert not there.touched
    assert merged(there, "event 7", "* Talk", warning=WARNING) == f"Hello. {BLOCK} Bye."


def test_what_somebody_changes_in_between_is_seen() -> None:
    assert found(BLOCK.replace("Talk", "My talk")).touched
    assert found(BLOCK.replace("* Talk", "")).touched
    assert not found(BLOCK.replace("* Talk", "\n* Talk  \n")).touched


def test_a_warning_cannot_end_its_comment() -> None:
    block = between_marks("calendar", "x", warning="a --> b | c")
    assert found(block, "calendar").block == "x"
    assert block.startswith("<!-- Bellringer: calendar | a b c -->\n")
