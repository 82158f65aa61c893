"""Our section is found on the page by its text, and what others did to it is told apart."""

from __future__ import annotations

import pytest

from commands.rules.sections import Fate, parts, removed, replaced, saved_part, standing

OURS = "== Tech talk ==\n\nYou are invited.\n\n=== When ===\nSoon.\n\nBellringer, 12:00"
OLDER = "== Tech talk ==\n\nYou were invited.\n\nBellringer, 11:00"
BEFORE = f"Welcome.\n\n{OLDER}\n\n"
AFTER = "\n\n== Thanks ==\nFor the fish."
PAGE = BEFORE + OURS + AFTER


def test_a_section_ends_where_the_next_of_its_level_begins() -> None:
    """Smaller headings belong to it; a heading within a comment is none."""
    page = PAGE + "\n<!--\n== Hidden ==\n-->\n= High =\nx\n"
    assert [part.heading for part in parts(page)] == ["Tech talk", "Tech talk", "Thanks", "High"]
    assert all(page[part.start : part.end] == part.text for part in parts(page))
    assert parts("Nothing but words.") == ()


def test_what_an_edit_added_is_the_last_section_of_what_it_saved() -> None:
    """`section=new` puts it at the end."""
    found = saved_part(BEFORE + OURS)
    assert found is not None
    assert found.text == OURS
    assert saved_part("no heading at all") is None


@pytest.mark.parametrize(
    ("section", "fate", "added"),
    [
        (OURS, Fate.UNTOUCHED, ""),
        (OURS.replace("invited.", "invited. "), Fate.UNTOUCHED, ""),
        (f"{OURS}\n:Yes! --Ada", Fate.ANSWERED, ":Yes! --Ada"),
        (OURS.replace("Soon.", "Soon.\n:When? --Ada"), Fate.ANSWERED, ":When? --Ada"),
        (OURS.replace("Tech talk", "Spam"), Fate.CHANGED, ""),
        (OURS.replace("You are", "You aren't"), Fate.CHANGED, ""),
        ("", Fate.GONE, ""),
    ],
    ids=["same", "blanks", "below", "between", "renamed", "reworded", "archived"],
)
def test_the_fate_of_our_section_is_told_apart(section: str, fate: Fate, added: str) -> None:
    """What is added is told, so that a reply can be read."""
    found = standing(OURS, f"Welcome.\n\n{section}{AFTER}")
    assert (found.fate, found.added) == (fate, added)
    assert (found.part is None) == (fate is Fate.GONE)


def test_of_two_sections_with_one_heading_ours_is_the_one_with_our_text() -> None:
    """Its place is what is replaced."""
    found = standing(OURS, PAGE)
    assert found.part is not None
    assert replaced(PAGE, found.part, "== New ==\nText\n") == f"{BEFORE}== New ==\nText{AFTER}"


@pytest.mark.parametrize(
    ("page", "left"),
    [
        (PAGE, f"{BEFORE.rstrip()}{AFTER}"),
        (OURS, ""),
        (OURS + AFTER, AFTER.strip()),
        (BEFORE + OURS, BEFORE.rstrip()),
    ],
    ids=["middle", "alone", "first", "last"],
)
def test_a_removed_section_leaves_the_others_as_they_were(page: str, left: str) -> None:
    """One blank line is between them."""
    found = standing(OURS, page)
    assert found.part is not None
    assert removed(page, found.part) == left


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["=a=\n", "== A talk ==\n", "Come.\n", "== A talk ==\nCome.\n"])
def test_a_page_of_the_largest_size_is_compared_in_a_moment(piece: str) -> None:
    ours = "== A talk ==\n" + 500 * "Come.\n"
    standing(ours, piece * (2_000_000 // len(piece)))
