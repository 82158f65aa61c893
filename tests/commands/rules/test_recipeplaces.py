"""The pages of a recipe are found on their wikis, and say there what they are."""

from __future__ import annotations

import pytest

from commands.messages import Line
from commands.rules.recipe import Recipe, Source, SourceKind, TopicBy
from commands.rules.recipeplaces import placed
from tests.commands.rules.recipes import heard
from tests.commands.rules.sites import SITES


def found(typed: str) -> Recipe | Line:
    recipe = heard(typed)
    assert isinstance(recipe, Recipe)
    return placed(recipe, home="metawiki", sites=SITES)


def source_of(typed: str) -> Source:
    recipe = found(typed)
    assert isinstance(recipe, Recipe)
    (one,) = recipe.sources
    return one


@pytest.mark.parametrize(
    ("typed", "wiki", "title"),
    [
        ("[[list]]", "metawiki", "List"),
        ("[[project:list_of us]]", "metawiki", "Meta:List of us"),
        ("[[:sv:Lista]]", "svwiki", "Lista"),
        ("[[svwiki:Lista]]", "svwiki", "Lista"),
        ("[[Lista]]@svwiki", "svwiki", "Lista"),
        ("[[Lista]]@SV.example.org", "svwiki", "Lista"),
        ("[[:w:sv:Lista]]", "svwiki", "Lista"),
        ("signers:[[:w:User talk:A]]", "enwiki", "User talk:A"),
        ("[[category:A]]@svwiki depth 2", "svwiki", "Kategori:A"),
    ],
)
def test_a_page_is_found_on_its_wiki(typed: str, wiki: str, title: str) -> None:
    one = source_of(typed)
    assert (one.wiki, one.name) == (wiki, title)


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("topic:[[Template:B]]", TopicBy.BANNER),
        ("topic:[[:sv:template:B]]", TopicBy.BANNER),
        ("topic:[[Kategori:B]]@svwiki depth 2", TopicBy.CATEGORY),
        ("topic:[[Kategori:B]]", TopicBy.LIST),
        ("topic:[[Project:Template:B]]", TopicBy.LIST),
    ],
)
def test_a_topic_is_what_its_namespace_makes_it(typed: str, topic: TopicBy) -> None:
    assert source_of(typed).topic is topic


def test_what_names_no_page_is_left_as_it_is() -> None:
    assert found("file:x.tsv + run:5") == heard("file:x.tsv + run:5")
    assert source_of("group:sysop") == Source(SourceKind.GROUP, "sysop", "metawiki")
    assert source_of("[[A%20B]]") == Source(SourceKind.PAGE, "A%20B", "metawiki")


def test_lists_of_people_to_leave_out_are_found_too() -> None:
    recipe = found("[[A]] | without: [[:sv:lista]] + file:x.tsv")
    assert isinstance(recipe, Recipe)
    assert [(each.wiki, each.name) for each in recipe.without] == [
        ("svwiki", "Lista"),
        ("", "x.tsv"),
    ]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("[[:de:Liste]]", "audience.no_wiki"),
        ("[[Liste]]@dewiki", "audience.no_wiki"),
        ("group:sysop@dewiki", "audience.no_wiki"),
        ("[[A]] | without: [[:de:Liste]]", "audience.no_wiki"),
        ("[[A]] depth 2", "recipe.unfit.depth"),
        ("topic:[[Project:A]] depth 1", "recipe.unfit.depth"),
    ],
)
def test_what_cannot_be_found_is_told(typed: str, key: str) -> None:
    told = found(typed)
    assert isinstance(told, Line)
    assert told.key == key
