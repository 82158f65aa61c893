"""Which articles a topic has."""

from __future__ import annotations

from commands.rules.articles import discussed, everywhere, linked
from tests.commands.rules.sites import META, SITES


def test_a_list_names_the_articles_that_it_links_to() -> None:
    text = """\
* [[Aspirin]], [[aspirin|again]], [[Heart#Valves|valves]]
* [[:sv:Hjärta]] [[User:Ada]] [[Category:Hearts]] [[:de:Herz]]
<!-- [[Liver]] --><nowiki>[[Kidney]]</nowiki>
"""
    assert linked(text, home="metawiki", sites=SITES) == {
        "metawiki": ("Aspirin", "Heart"),
        "svwiki": ("Hjärta",),
    }


def test_a_banner_stands_on_the_talk_pages_of_articles() -> None:
    pages = ["Talk:Aspirin", "User talk:Ada", "Talk:Heart/Archive", "Category talk:Hearts"]
    assert discussed(pages, META) == ("Aspirin", "Heart/Archive")


def test_articles_are_carried_to_other_wikis_once_each() -> None:
    links = [{"svwiki": "Hjärta", "frwiki": "Cœur"}, {"svwiki": "Hjärta"}]
    assert everywhere({"enwiki": ["Heart"], "svwiki": ["Lever"]}, links) == {
        "enwiki": ("Heart",),
        "frwiki": ("Cœur",),
        "svwiki": ("Lever", "Hjärta"),
    }
