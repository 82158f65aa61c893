"""The footer that every message carries."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.footers import placed, signed

FOOTER = "From {sender} as {reason}. [[{optout}|Stop]] {{x|{reason}}} {other} [[{about}]]"


def test_a_footer_says_who_and_why_and_how_to_stop() -> None:
    frozen = signed(FOOTER, sender="Alice", optout="Help:Stop", about="User:Bell")
    assert placed(frozen, reason="you signed up", category="") == (
        "From Alice as you signed up. [[Help:Stop|Stop]] {{x|you signed up}} {other} [[User:Bell]]"
    )


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), "By two of us."),
        (("Alice", "Bob"), "By Alice, Bob."),
        (("[[x]]", "{confirmed|y}"), "By <nowiki>[[x]]</nowiki>, <nowiki>{confirmed|y}</nowiki>."),
    ],
)
def test_a_footer_names_those_who_confirmed_it_once_they_have(
    names: tuple[str, ...], expected: str
) -> None:
    frozen = signed("By {confirmed|two of us}.", sender="")
    assert placed(frozen, reason="", category="", confirmed=names) == expected


def test_one_follows_a_link_to_stop() -> None:
    frozen = signed(
        "[{stop|No more, please} Stop]", sender="Alice", preload="User:Bellringer/Opt-out"
    )
    link = placed(frozen, reason="", category="Kategori:Inga utskick")
    assert unquote(link) == (
        "[{{fullurl:Special:MyTalk|action=edit&section=new&preload=User:Bellringer/Opt-out"
        "&preloadtitle=No more, please [[Kategori:Inga utskick]]}} Stop]"
    )
    assert not re.search(r"[\s\[\]|]", link.partition("|")[2].partition("}}")[0])


def test_a_link_to_stop_needs_neither_words_nor_a_page() -> None:
    link = placed(signed("{stop}", sender=""), reason="", category="Category:No")
    assert unquote(link).endswith("section=new&preloadtitle= [[Category:No]]}}")


def test_a_heading_from_right_to_left_begins_with_its_first_letter() -> None:
    link = placed(signed("{stop|\u200fلا رسائل}", sender=""), reason="", category="Category:No")
    assert "preloadtitle=لا رسائل [[" in unquote(link)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_value_neither_becomes_markup_nor_another_place(sender: str, reason: str) -> None:
    footer = signed("{sender}\x00{reason}", sender=sender, optout="{sender}")
    for shown in placed(footer, reason=reason, category="{reason}").split("\x00"):
        inside = shown.removeprefix("<nowiki>").removesuffix("</nowiki>")
        assert shown == inside or shown == f"<nowiki>{inside}</nowiki>"
        assert not re.search(r"[<>\n]", inside)
        assert shown != inside or not re.search(r"[\[\]{}|=~'*#:&]|__", inside)
