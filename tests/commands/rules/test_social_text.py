"""Posts fit what a network takes, and nothing that people wrote becomes a mention or a link."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.socialtext import (
    Measure,
    Parts,
    fitted,
    graphemes,
    hashtag,
    links,
    literal,
    shortened,
    tags,
)
from tests.peers.mastodon_server.text import entities

LINK = "https://events.example.org/event/7"
PARTS = Parts("How talk pages work", "Thu 3 Dec 2026 17:00 UTC", "With Ada.", LINK, ("#A", "#B"))
MEASURE = Measure(500, link=23)
FAMILY = "👩‍👩‍👧‍👧"


def test_all_of_it_stands_in_a_post_where_there_is_room() -> None:
    assert fitted(PARTS, MEASURE) == (
        "How talk pages work\nThu 3 Dec 2026 17:00 UTC\nWith Ada.\n\n"
        "https://events.example.org/event/7\n\n#A #B"
    )


@pytest.mark.parametrize(
    ("most", "has", "lacks"),
    [
        (84, ["With Ada.", "#A"], ["#B"]),
        (82, ["#A #B"], ["With Ada."]),
        (71, ["How talk pages work"], ["With Ada.", "#"]),
        (60, ["How talk…"], ["pages", "#"]),
    ],
)
def test_what_goes_first_is_what_matters_least(most: int, has: list[str], lacks: list[str]) -> None:
    text = fitted(PARTS, Measure(most, link=23))
    assert Measure(most, link=23).fits(text)
    assert all(each in text for each in [*has, "Thu 3 Dec 2026 17:00 UTC", LINK])
    assert not any(each in text for each in lacks)


def test_a_limit_that_takes_not_even_the_time_is_said() -> None:
    with pytest.raises(ValueError, match="40 graphemes"):
        fitted(PARTS, Measure(40))


@given(st.text(max_size=300), st.integers(min_value=70, max_value=600))
def test_every_title_fits_everywhere(title: str, most: int) -> None:
    measure = Measure(most, most_bytes=3000)
    parts = Parts(title, "Thu 3 Dec 2026 17:00 UTC", title, LINK, ("#A",))
    assert measure.fits(fitted(parts, measure))


def test_letters_are_counted_as_readers_see_them() -> None:
    assert len(graphemes(FAMILY)) == 1
    assert shortened(FAMILY * 5, 3) == f"{FAMILY}{FAMILY}…"


def test_bytes_count_where_they_do() -> None:
    measure = Measure(300, most_bytes=3000)
    assert not measure.fits(FAMILY * 200)
    assert measure.excess(FAMILY * 200) == 80
    assert measure.fits(fitted(Parts(FAMILY * 300, "now", link=LINK), measure))


@given(st.text(alphabet="@#＠＃:/.ab_ \u0301\u2060\u200b(-xhtps", max_size=40))
def test_a_server_finds_nothing_in_what_people_wrote(text: str) -> None:
    assert entities(literal(text)) == []


@pytest.mark.parametrize(
    "hostile",
    [
        "@everyone come",
        "hi @user@evil.example",
        "＠user ＃tag",
        "#wikimedia #free-money",
        "https://evil.example/@x?#y",
        "HTTPS://EVIL.EXAMPLE",
        "xmpp:a@evil.example magnet:?xt=urn",
        "\u202e@reversed\u202c #x",
        f"{FAMILY}@x {FAMILY}#x",
        "a:@b http:/https://x.example",
    ],
)
def test_hostile_words_look_the_same_and_do_nothing(hostile: str) -> None:
    assert entities(literal(hostile)) == []
    assert not tags(literal(hostile))
    assert not links(literal(hostile))
    assert literal(hostile).replace("\u2060", "") == hostile


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a https://x.example/a_(b).", ["https://x.example/a_(b)"]),
        ("(https://x.example/a)", ["https://x.example/a"]),
        ("https://x.example/?q=1&b=#c, and", ["https://x.example/?q=1&b=#c"]),
        ("x.example is none", []),
    ],
)
def test_links_end_where_their_sentence_goes_on(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in links(text)] == found


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("Wikimedia", "#Wikimedia"),
        ("#Wikimedia", "#Wikimedia"),
        ("talk pages", "#TalkPages"),
        ("wikidata-query", "#WikidataQuery"),
        ("2026", ""),
        ("--", ""),
        ("ويكي بيانات", "#ويكيبيانات"),
    ],
)
def test_hashtags_can_be_read_aloud(words: str, tag: str) -> None:
    assert hashtag(words) == tag
