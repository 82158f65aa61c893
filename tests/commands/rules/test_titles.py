"""Titles in normal form; `tests/live/test_title_normalisation.py` asks a real wiki the same."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.titles import (
    Refusal,
    Title,
    is_talk,
    normalise,
    prefixed,
    root_user,
    talk_of,
)
from commands.wikis import SiteFacts
from tests.commands.rules.sites import EN, SV


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("user talk:example", "User talk:Example"),
        ("  User__talk : Example user ", "User talk:Example user"),
        (":user:example#Section", "User:Example"),
        ("User talk:Example &amp; son", "User talk:Example & son"),
        ("User talk:\u202aExample\u200e\u202c", "User talk:Example"),
        ("User talk:Two\u00a0\u3000words", "User talk:Two words"),
        ("User talk:e\u0301mile", "User talk:Émile"),
        ("project:a", "Wikipedia:A"),
        ("No namespace: at all", "No namespace: at all"),
        ("User talk:127.000.0.01", "User talk:127.0.0.1"),
        ("User talk:2001:db8::1", "User talk:2001:DB8:0:0:0:0:0:1"),
        ("User talk:fe80::/10", "User talk:FE80:0:0:0:0:0:0:0/10"),
        ("User talk:10.0.0.0/8", "User talk:10.0.0.0/8"),
        ("ßtrange", "SStrange"),
    ],
)
def test_a_title_is_what_mediawiki_makes_of_it(text: str, meant: str) -> None:
    title = normalise(text, EN)
    assert isinstance(title, Title)
    assert prefixed(title, EN) == meant


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("User talk:", "empty"),
        ("#Section", "empty"),
        ("User talk:A[b]", "characters"),
        ("User talk:A%41", "characters"),
        ("User talk:A&notanentity;", "characters"),
        ("User talk:../A", "relative"),
        ("User talk:A/.", "relative"),
        ("User talk:~~~", "magic-tilde"),
        ("User talk:" + "å" * 128, "too-long"),
        ("User talk::A", "leading-colon"),
        ("Talk:User:A", "talk-namespace"),
        ("Talk:sv:A", "talk-namespace"),
        ("User talk:A\ufffd", "utf8"),
        ("User talk:A&#xD800;", "utf8"),
        ("sv:User talk:A", "interwiki"),
    ],
)
def test_what_is_no_title_is_refused_with_mediawikis_reason(text: str, reason: str) -> None:
    assert normalise(text, EN) == Refusal(reason)


def test_a_wiki_knows_its_own_and_the_canonical_names_of_namespaces() -> None:
    spellings = ["Användardiskussion:x", "ANVÄNDARDISKUSSION:X", "user_talk:X"]
    assert {normalise(text, SV) for text in spellings} == {Title(3, "X")}


def test_the_default_namespace_holds_where_the_text_names_none() -> None:
    assert normalise("example", EN, 3) == Title(3, "Example")
    assert normalise(":example", EN, 3) == Title(0, "Example")


def test_a_first_letter_stays_where_the_wiki_tells_cases_apart() -> None:
    namespaces = tuple(replace(each, first_letter_case=False) for each in EN.namespaces)
    assert normalise("example", replace(EN, namespaces=namespaces)) == Title(0, "example")


def test_a_turkish_i_keeps_its_dot() -> None:
    assert normalise("istanbul", replace(EN, language="tr")) == Title(0, "İstanbul")


def test_talk_pages_are_found_and_known() -> None:
    assert talk_of(Title(2, "A"), EN) == talk_of(Title(3, "A"), EN) == Title(3, "A")
    assert talk_of(Title(-1, "A"), EN) is None
    assert talk_of(Title(14, "A"), EN) is None, "this wiki tells of no namespace 15"
    assert [is_talk(Title(number, "A")) for number in (-1, 0, 1, 2, 3)] == [
        False,
        False,
        True,
        False,
        True,
    ]


def test_a_subpage_belongs_to_the_user_before_the_slash() -> None:
    assert root_user(Title(3, "A/B/C")) == "A"
    assert root_user(Title(3, "10.0.0.0/8")) == "10.0.0.0/8"
    assert root_user(Title(4, "A/B")) is None


@given(st.text(max_size=40), st.sampled_from([EN, SV]), st.sampled_from([0, 2, 3, 4]))
def test_the_normal_form_of_a_normal_form_is_itself(
    text: str, site: SiteFacts, namespace: int
) -> None:
    title = normalise(text, site, namespace)
    if isinstance(title, Title):
        assert normalise(prefixed(title, site), site) == title
