"""Where an audience or a message is read from, as people name it."""

import pytest

from commands.rules.sources import File, Page, place_of, source
from tests.commands.rules.sites import SITES


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[[Delivery list]]", Page("Delivery list")),
        (" [[ :sv:Projekt|the list ]] ", Page(":sv:Projekt")),
        ("Delivery list", Page("Delivery list")),
        ("Category:People", Page("Category:People")),
        ("file:hackathon.tsv", File("hackathon.tsv")),
        ("File: 2026 people_1.txt", File("2026 people_1.txt")),
        ("file:../secret", None),
        ("file:/etc/passwd", None),
        ("file:a/b", None),
        ("file:.hidden", None),
        ("file:a\\b", None),
        ("file:", None),
        ("[[]]", None),
        ("[[A]] [[B]]", None),
        ("{{A}}", None),
        ("A|B", None),
        ("", None),
    ],
)
def test_a_source_is_one_page_or_a_bare_file_name(text: str, named: Page | File | None) -> None:
    assert source(text) == named


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("List", ("metawiki", "List")),
        ("Meta:List", ("metawiki", "Meta:List")),
        ("User:A/List", ("metawiki", "User:A/List")),
        ("enwiki:List", ("enwiki", "List")),
        (":svwiki: Lista", ("svwiki", "Lista")),
        ("en.example.org:List", ("enwiki", "List")),
        ("w:List", ("enwiki", "List")),
        (":w:sv:Lista", ("svwiki", "Lista")),
        ("de:Liste", None),
    ],
)
def test_a_page_is_found_by_the_wikis_name_or_prefix(
    name: str, place: tuple[str, str] | None
) -> None:
    assert place_of(Page(name), home="metawiki", sites=SITES) == place
