"""What stands where in wikitext, found in linear time in whatever strangers write."""

import time

import pytest

from commands.rules.wikitext import blanked, headings

SECONDS = 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("== A ==", [(2, "A", 1)]),
        ("x\n=== A ===  \n= B =", [(3, "A", 2), (1, "B", 3)]),
        ("== A ===", [(2, "A", 1)]),
        ("== A == x", []),
        (" == A ==", []),
        ("== A = B ==", [(2, "A = B", 1)]),
        ("===", [(1, "=", 1)]),
        ("==", []),
        ("<!-- c -->== A ==", []),
        ("== A ==<!-- c -->", [(2, "A", 1)]),
        ("<nowiki>\n== A ==\n</nowiki>\n== B ==", [(2, "B", 4)]),
        ("<pre>\n== A ==", [(2, "A", 2)]),
        ("<!--\n== A ==", []),
        ("======== A ========", [(6, "A", 1)]),
    ],
)
def test_headings_are_found_with_their_levels_and_lines(
    text: str, found: list[tuple[int, str, int]]
) -> None:
    assert [(level, spot.what, spot.line) for level, spot in headings(text)] == found


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("a<!--b-->c", "a        c"),
        ("a<!--b", "a     "),
        ("a<nowiki>b</nowiki >c", "a" + " " * 19 + "c"),
        ("a<NOWIKI/>b", "a         b"),
        ("a<nowiki>b", "a<nowiki>b"),
        ("<pre>a\nb</pre>", "      \n       "),
        ("<pre><!--a</pre>-->", "                -->"),
    ],
)
def test_what_is_left_alone_is_blank(text: str, blank: str) -> None:
    assert blanked(text) == blank


@pytest.mark.parametrize(
    "piece", ["=", "= ", "<pre>", "<nowiki>", "<!--", "<nowiki />", "</pre", "== a ==\n", "<pre "]
)
def test_a_page_of_the_largest_size_is_read_in_a_moment(piece: str) -> None:
    started = time.perf_counter()
    headings(piece * (500_000 // len(piece)) + "x")
    assert time.perf_counter() - started < SECONDS
