"""Words find their own place: kinds, topics and languages, however they are typed."""

from __future__ import annotations

import pytest

from commands.messages import Line
from commands.rules.subscriptiontext import MOST, Known, Wants, read

KNOWN = Known(
    kinds=("tech-talk", "office-hours", "workshop"),
    topics={"wikidata", "lua", "data-science"},
    languages=("en", "sv", "es", "ar"),
)


def wanted(text: str) -> Wants:
    found = read(text, KNOWN)
    assert isinstance(found, Wants), found
    return found


@pytest.mark.parametrize(
    ("text", "kinds", "topics", "languages"),
    [
        ("topic: wikidata, lua kind: tech-talk language: sv", "tech-talk", "wikidata lua", "sv"),
        ("wikidata lua sv workshops", "workshop", "wikidata lua", "sv"),
        ("to tech talks about wikidata and lua in swedish", "tech-talk", "wikidata lua", "sv"),
        ("#Wikidata,#lua", "", "wikidata lua", ""),
        ("Tech Talk, Office Hours", "tech-talk office-hours", "", ""),
        ("topics: data science, lua", "", "data-science lua", ""),
        ("topic: wikidata lua", "", "wikidata lua", ""),
        ("topic=lua KIND：Workshop", "workshop", "lua", ""),
        ("kind: tech talks workshops lang: svenska, pt-br", "tech-talk workshop", "", "sv pt-br"),
        ("fr", "", "", "fr"),
        ("lua | wikidata | lua", "", "lua wikidata", ""),
        ("topic: sv language: lua", "", "sv", "lua"),
    ],
)
def test_each_word_finds_its_place(text: str, kinds: str, topics: str, languages: str) -> None:
    found = wanted(text)
    assert " ".join(found.kinds) == kinds
    assert " ".join(found.topics) == topics
    assert " ".join(found.languages) == languages
    assert found.anything
    assert not found.everything


@pytest.mark.parametrize("text", ["all", "everything", "to all events", "topic: all"])
def test_everything_can_be_asked_for(text: str) -> None:
    assert wanted(text).everything


def test_nothing_asks_for_nothing() -> None:
    assert not wanted(" ").anything


@pytest.mark.parametrize(
    ("text", "topic", "doubt"),
    [
        ("walrus", "walrus", "subscribe.new_topics"),
        ("wikidat", "wikidat", "subscribe.alike"),
        ("topic: walrus", "walrus", "subscribe.new_topics"),
        ("qa", "qa", "subscribe.new_topics"),
    ],
)
def test_what_is_nothing_known_is_taken_as_a_topic_and_said(
    text: str, topic: str, doubt: str
) -> None:
    found = wanted(text)
    assert found.topics == [topic]
    assert [each.key for each in found.doubts] == [doubt]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("kind: tech-tlk", "details.no_such_kind"),
        ("language: 12", "details.no_language"),
        (" ".join(f"#t{number}" for number in range(MOST + 1)), "subscribe.too_many"),
        ("#" + "x" * 61, "subscribe.too_long"),
    ],
)
def test_what_cannot_be_wanted_is_refused(text: str, problem: str) -> None:
    found = read(text, KNOWN)
    assert isinstance(found, Line)
    assert found.key == problem


@pytest.mark.parametrize(
    "text", ["\u202elua", "<b>lua</b>", "lua\x00\r\nQUIT", "lua" * 500, "٣,;|#"]
)
def test_hostile_words_are_words(text: str) -> None:
    found = read(text, KNOWN)
    if isinstance(found, Wants):
        assert all("\n" not in each and "\u202e" not in each for each in found.topics)
