"""Each event has a page of its own whatever it is called, and the page keeps its name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.wiki.dry.site import site_facts
from commands.rules.eventpages import event_page
from commands.rules.titles import PROJECT, Title, normalise

SITE = site_facts("drywiki")
PREFIX = "Project:Events/"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("How talk pages work", "7 How talk pages work"),
        ("Wikidata: what's new?", "7 Wikidata what's new?"),
        ("قوالب ويكيبيديا", "7 قوالب ويكيبيديا"),
        ("{{Evil}} [[x|y]] <b>#1</b> a/../b", "7 Evil x y b 1 b a .. b"),
        ("\u202eevil\u202c", "7 evil"),
        ("...", "7"),
        ("~~~~", "7"),
        ("", "7"),
        ("word " * 100, "7 " + " ".join(["word"] * 20)),
    ],
)
def test_a_title_becomes_a_name_that_people_can_read(title: str, name: str) -> None:
    assert event_page(PREFIX, 7, title, SITE) == PREFIX + name


@given(st.text())
def test_any_title_gives_a_page_below_the_prefix(title: str) -> None:
    page = event_page(PREFIX, 7, title, SITE)
    assert page is not None
    meant = normalise(page, SITE)
    assert isinstance(meant, Title)
    assert meant.namespace == PROJECT
    assert meant.text.startswith("Events/7")
    assert "/" not in meant.text.removeprefix("Events/")


def test_a_prefix_that_is_no_title_gives_none() -> None:
    assert event_page("Project:Events[/", 7, "Talk", SITE) is None
