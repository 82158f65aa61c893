"""A line reaches its command, or the nearest name, and no text is lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.grammar import Parsed, Unknown, nearest, next_word, split, unquoted

NAMES = ("help", "event", "event add", "event cancel", "events", "halt", "halt all", "run propose")
BAR = "\\|"


@pytest.mark.parametrize(
    ("text", "name", "head"),
    [
        ("events", "events", ""),
        ("event 7", "event", "7"),
        ("event add tech-talk tomorrow", "event add", "tech-talk tomorrow"),
        ("  EVENT \t Add  x", "event add", "x"),
        ("event\u00a0add\u00a0x", "event add", "x"),
        ("\u200bev\u200dent\u202e add x", "event add", "x"),
        ("ｅｖｅｎｔ　ａｄｄ x", "event add", "x"),
        ("halt all", "halt all", ""),
        ("halt 3", "halt", "3"),
        ("event #topic", "event", "#topic"),
    ],
)
def test_a_name_is_found_however_it_is_typed(text: str, name: str, head: str) -> None:
    assert split(text, NAMES) == Parsed(name, head)


@pytest.mark.parametrize(
    ("text", "word", "best"),
    [
        ("evnts", "evnts", "events"),
        ("evnt add tech-talk", "evnt", "event add"),
        ("event ad tech-talk", "event ad", "event add"),
        ("halt al", "halt al", "halt all"),
        ("run porpose 3", "run porpose", "run propose"),
    ],
)
def test_a_slip_gets_the_nearest_name(text: str, word: str, best: str) -> None:
    unknown = split(text, NAMES)
    assert isinstance(unknown, Unknown)
    assert (unknown.word, unknown.nearest[0]) == (word, best)


def test_what_is_like_no_name_gets_none() -> None:
    assert split("qqqqqqqqqqqq", NAMES) == Unknown("qqqqqqqqqqqq", ())
    assert split(" \u200b ", NAMES) == Unknown("", ())
    assert split("", NAMES) == Unknown("", ())


def test_a_long_unknown_word_is_repeated_in_short() -> None:
    unknown = split("x" * 10_000, NAMES)
    assert isinstance(unknown, Unknown)
    assert len(unknown.word) == 40


@pytest.mark.parametrize(
    ("tail", "parts"),
    [
        ("| A talk | speaker: Ada", ("A talk", "speaker: Ada")),
        (f"| C {BAR} C++ | x", ("C | C++", "x")),
        ("| [[Help:A|see]] {{tl|b|c}} | x", ("[[Help:A|see]] {{tl|b|c}}", "x")),
        ("| [[ a | b", ("[[ a", "b")),
        ("| }} a | b {{", ("}} a", "b {{")),
        ("|| x", ("", "x")),
    ],
)
def test_bars_separate_except_inside_wikitext(tail: str, parts: tuple[str, ...]) -> None:
    assert split(f"event add x {tail}", NAMES) == Parsed("event add", "x", parts)


@pytest.mark.parametrize(
    ("text", "word", "rest"),
    [
        ('"two words" more', "two words", "more"),
        ("“two words” more", "two words", "more"),
        ("„two words“ more", "two words", "more"),
        ("'word' more", "word", "more"),
        ("Ada's 'two words'", "Ada's", "'two words'"),
        ("'two words'", "'two", "words'"),
        ('"unbalanced words', '"unbalanced', "words"),
        ('5"disk x', '5"disk', "x"),
        ('"a "b" c"', 'a "b', 'c"'),
        ("\u200f12\u200e x", "12", "x"),
        ("", "", ""),
    ],
)
def test_quotes_are_forgiving(text: str, word: str, rest: str) -> None:
    assert next_word(text) == (word, rest)


def test_only_quotes_around_the_whole_text_are_taken_off() -> None:
    assert unquoted(' "the spring survey" ') == "the spring survey"
    assert unquoted('"the" spring "survey"') == '"the" spring "survey"'


def test_nearest_says_nothing_when_nothing_is_near() -> None:
    assert nearest("speeker", ("speaker", "host", "link")) == ("speaker",)
    assert nearest("zzz", ("speaker", "host", "link")) == ()


@given(st.text(max_size=80))
def test_no_letter_of_the_text_is_lost(text: str) -> None:
    parsed = split(f"help {text}", NAMES)
    if isinstance(parsed, Parsed):
        kept = "".join([parsed.head, *parsed.parts])
        assert _letters(kept) == _letters(text)


@given(st.text(alphabet="ab \"'“”«»", max_size=40))
def test_words_come_out_in_order_and_complete(text: str) -> None:
    words, rest = [], text
    while rest:
        word, rest = next_word(rest)
        words.append(word)
    assert _letters("".join(words)) == _letters(text)


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
