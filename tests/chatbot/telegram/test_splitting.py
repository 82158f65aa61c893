"""Long HTML in pieces: each is whole, and together they say everything."""

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from chatbot.telegram.splitting import joined, length, pieces
from tests.peers.telegram_server.html import parse_html

words = st.text(st.sampled_from("abö \u0627😀"), max_size=30)
runs = st.sampled_from(
    ["{}", "<b>{}</b>", "<code>{}</code>", '<a href="https://x.org/?a&amp;b">{}</a>']
)
html = st.lists(
    st.builds(lambda run, text: run.format(text + "&lt;&amp;"), runs, words), max_size=12
).map("".join)


def bare(text: str) -> str:
    return re.sub(r"\s", "", unescape(re.sub("<[^>]*>", "", text)))


@given(html, st.integers(60, 90))
def test_pieces_are_whole_short_and_complete(text: str, most: int) -> None:
    found = pieces(text, most)
    assert all(length(each) <= most for each in found)
    assert bare("".join(found)) == bare(text)
    for each in found:
        parse_html(each)


def test_what_is_open_at_the_end_of_a_piece_is_opened_again_in_the_next() -> None:
    assert pieces("<b>one two</b> three", 13) == ["<b>one</b>", "<b>two</b>", "three"]


def test_a_word_that_is_too_long_is_cut_between_its_letters() -> None:
    assert [len(each) for each in pieces("x" * 200, 100)] == [64, 64, 72]


def test_lines_are_joined_as_far_as_they_fit() -> None:
    assert joined(["aaa", "bbb", "ccc"], 7) == ["aaa\nbbb", "ccc"]
    assert joined([], 7) == []
