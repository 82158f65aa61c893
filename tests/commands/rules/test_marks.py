"""Marks: what stands in a summary is found again, whatever stands before it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.marks import Mark, find_mark, mark, summary

DIGEST = "3fa9c2" + "0" * 58


def test_a_summary_links_the_run_and_ends_with_its_mark() -> None:
    assert (
        summary(7, "User:Bellringer", DIGEST, 42, "Tech talk")
        == "Tech talk: [[User:Bellringer|run 7]] · b7-3fa9c2-0042"
    )


def test_a_number_above_9999_just_gets_longer() -> None:
    assert mark(12, DIGEST, 12345) == "b12-3fa9c2-12345"


@given(
    st.integers(1, 10**6),
    st.from_regex("[0-9a-f]{64}", fullmatch=True),
    st.integers(1, 10**6),
    st.text(max_size=300),
)
def test_every_mark_is_found_again_and_fits_in_what_a_wiki_keeps(
    run: int, digest: str, number: int, subject: str
) -> None:
    text = summary(run, "User:Bellringer", digest, number, subject)
    assert find_mark(text) == Mark(run, digest[:6], number)
    assert len(text) <= 250
    assert text.count("[[") == text.count("]]") == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "b7-3fa9c2-0042 was reverted",
        "xb7-3fa9c2-0042",
        "b7-3fa9c2-42",
        "b7-3FA9C2-0042",
        "b7-3fa9c-0042",
        'Undid "b7-3fa9c2-0042"',
    ],
)
def test_what_only_looks_like_a_mark_is_none(text: str) -> None:
    assert find_mark(text) is None
