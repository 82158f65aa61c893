"""Text made fit for IRC."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.irc.lines import clean, room, wrap

LETTERS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.text())
def test_nothing_that_is_protocol_is_left(text: str) -> None:
    cleaned = clean(text)
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in cleaned)
    assert cleaned.encode().decode() == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("one\r\nQUIT :two", "one QUIT :two"),
        ("nul\0l", "nul l"),
        ("\x01ACTION waves\x01", "ACTION waves"),
        ("\x02bold\x02 \x0304,12red\x03 \x1ditalic\x0f", "bold red italic"),
        ("\x04ff0000red 12", "red 12"),
        ("half \ud83d a character", "half \ufffd a character"),
        ("  blanks\t ", "blanks"),
    ],
)
def test_cleaning_keeps_the_words(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(LETTERS, st.integers(4, 120))
def test_every_piece_fits(text: str, limit: int) -> None:
    assert all(0 < len(piece.encode()) <= limit for piece in wrap(text, limit))


@given(LETTERS, st.integers(4, 120))
def test_wrapping_loses_nothing_but_blanks(text: str, limit: int) -> None:
    assert "".join("".join(wrap(text, limit)).split()) == "".join(text.split())


@given(st.lists(st.text("abcö€😀", min_size=1, max_size=5), min_size=1), st.integers(20, 60))
def test_words_that_fit_are_not_broken(words: list[str], limit: int) -> None:
    assert " ".join(wrap(" ".join(words), limit)).split() == words


@pytest.mark.parametrize("cluster", ["e\u0301", "👍🏽", "👩\u200d💻", "❤\ufe0f"])
def test_an_accent_stays_with_its_letter(cluster: str) -> None:
    size = len(cluster.encode())
    pieces = list(wrap(cluster * 10, size * 2 + 1))
    assert pieces == [cluster * 2] * 5


def test_accents_beyond_all_measure_are_broken_all_the_same() -> None:
    assert "".join(wrap("a" + "\u0301" * 100, 20)) == "a" + "\u0301" * 100


def test_room_counts_what_the_server_puts_before() -> None:
    text = "x" * room("bell!user@host.example", "#channel")
    assert len(f":bell!user@host.example PRIVMSG #channel :{text}\r\n".encode()) == 512
