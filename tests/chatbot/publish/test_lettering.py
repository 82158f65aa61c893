"""Words are broken where readers expect it, and take no more room than there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.pixels import FONTS
from chatbot.publish.lettering import (
    EMOJI_FONTS,
    fits,
    graphemes,
    right_to_left,
    runs,
    shortened,
    width,
    wrapped,
)

FAMILY = "👩🏽‍💻"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three four", ["one two", "three four"]),
        ("日本語版の発表会とエディタソン", ["日本語版の発表会", "とエディタソン"]),
        ("Wikidata-Wikipedia", ["Wikidata-", "Wikipedia"]),
        ("", [""]),
    ],
)
def test_lines_are_about_as_long_as_one_another(text: str, lines: list[str]) -> None:
    assert wrapped(text, 8.5, most=4) == lines


def test_what_has_no_room_is_left_out_at_a_whole_letter() -> None:
    (line,) = wrapped(FAMILY * 9, 6, most=1)
    assert line == FAMILY * 3 + "…"
    assert shortened("short", 6) == "short"


def test_a_title_fits_where_no_word_is_torn() -> None:
    assert fits("one two", 5, most=1)
    assert not fits("incomprehensibilities", 5, most=9)


@given(st.text(max_size=200), st.floats(2, 20), st.integers(1, 4))
def test_nothing_is_longer_than_there_is_room(text: str, room: float, most: int) -> None:
    lines = wrapped(text, room, most=most)
    assert len(lines) <= most
    assert all(width(line) <= room or len(graphemes(line)) <= 2 for line in lines)


@pytest.mark.parametrize(
    ("text", "expected"), [("مرحبا Wikidata", True), ("Wikidata مرحبا", False), ("12 שלום", True)]
)
def test_the_first_strong_letter_says_where_a_line_begins(text: str, expected: bool) -> None:
    assert right_to_left(text) is expected


def test_each_part_of_a_line_has_its_fonts() -> None:
    found = [(run.text, run.fonts.partition(",")[0]) for run in runs(f"Hi {FAMILY}, 日本 Привет")]
    assert found == [
        ("Hi ", FONTS.partition(",")[0]),
        (FAMILY, EMOJI_FONTS.partition(",")[0]),
        (", ", FONTS.partition(",")[0]),
        ("日本 ", "Noto Sans CJK SC"),
        ("Привет", FONTS.partition(",")[0]),
    ]
