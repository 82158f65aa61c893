"""A recipe in words: nothing of it is left unsaid, in good English."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given

from chatbot.text import Texts
from commands.messages import reply
from commands.rules.recipe import Recipe, ScoreParameters, Source, SourceKind
from commands.rules.recipewords import in_words
from tests.commands.rules.recipes import heard, recipes

A = Recipe((Source(SourceKind.PAGE, "A"),))
TEXTS = Texts()
FOUND = "Each of them is written to once, on the wiki where they were found."
NOBODY_ELSE = "Left out: bots, the blocked and whoever opted out."


def words(recipe: Recipe) -> list[str]:
    return TEXTS.lines(reply(*in_words(recipe, home="metawiki")))


def words_of(typed: str) -> list[str]:
    recipe = heard(typed)
    assert isinstance(recipe, Recipe)
    return words(recipe)


def test_a_plain_list_takes_few_words() -> None:
    assert words(A) == ["From [[A]] on metawiki.", NOBODY_ELSE, FOUND]


def test_a_whole_recipe_is_said_step_by_step() -> None:
    typed = (
        "[[Tech talks/Subscribers]] + topic:[[Template:WikiProject Medicine]]"
        " | contributions: 5 edits or 2000 bytes within 2 years | active: 6 months"
        " | not reached: 5, 6 | rest: 45d | without: [[Category:Deceased]] depth 1"
        " | without groups: sysop, bureaucrat | top: 500 | sample: 200 | hold out: 2.5%"
        " | seed: 7 | home: active, language | languages: sv, nb | you write about medicine"
    )
    assert words_of(typed) == [
        "From [[Tech talks/Subscribers]] on metawiki.",
        "Everyone with 5 edits or 2000 bytes within 2 years on these articles in every language:"
        " all with {{WikiProject Medicine}} on metawiki.",
        "Left out, besides bots, the blocked and whoever opted out: whoever edited nowhere for"
        " 6 months, whoever was reached by run 5, run 6, whoever got a message of any run within"
        " 45 days, whoever is on [[Category:Deceased]] and its subcategories, whoever is in a"
        " group (sysop, bureaucrat).",
        "Then the 500 best by score (ties by seed 7).",
        "Then 200 of them at random (seed 7).",
        "2.5 % of them, drawn by seed 7, are held out: they are not written to, so that the"
        " effect can be measured.",
        "Each of them is written to once, by the first of these rules that names a wiki: where"
        " they were last active among the wikis where they edit most, on a wiki in a preferred"
        " language (sv, nb).",
        "They are told that they get it because: you write about medicine",
    ]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("[[A]]", "From [[A]] on metawiki."),
        ("[[A]]@svwiki", "From [[A]] on svwiki."),
        ("[[:sv:A]]", "From [[:sv:A]]."),
        ("[[Category:A]] depth 1", "From [[Category:A]] and its subcategories."),
        ("[[Category:A]] depth 3", "From [[Category:A]] and its subcategories 3 levels down."),
        ("file:x.tsv", "From the file x.tsv."),
        ("group:sysop@svwiki", "From the group sysop on svwiki."),
        ("signers:[[A]]", "From whoever signed [[A]] on metawiki."),
        ("attendees:12 + run:5", "From those who come to event 12, those whom run 5 reached."),
        ("runs:1, 2, 3, 4, 5, 6, 7, 8, 9", "those whom run 8 reached, 1 more."),
    ],
)
def test_each_kind_of_source_has_its_words(source: str, said: str) -> None:
    assert words_of(source)[0].endswith(said)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("topic:[[Template:B]]@svwiki", "1000 bytes on these articles"),
        ("topic:[[Template:B]]@svwiki", ": all with {{B}} on svwiki."),
        ("topic:[[:sv:Template:B]]", ": all with [[:sv:Template:B]]."),
        ("topic:[[Category:C]] depth 2", ": all in [[Category:C]] and its subcategories 2 levels"),
        ("topic:[[Project:L]]", ": all listed on [[Project:L]]."),
        ("topic:{{B}} | engine: history", "as the imported history dumps tell it"),
        ("topic:{{B}} | contributions: 1 edit", "Everyone with 1 edit on"),
        ("topic:{{B}} | contributions: 1 byte in 1 month", "with 1 byte within 1 month on"),
        ("topic:{{B}} | contributions: 2 edits in 1 year", "with 2 edits within 1 year on"),
    ],
)
def test_a_topic_says_who_counts_and_where(typed: str, said: str) -> None:
    (sentence, *_) = words_of(typed)
    assert said in sentence


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("edits: 1", "whoever has fewer than 1 edit in all."),
        ("edits: 50", "whoever has fewer than 50 edits in all."),
        ("age: 30d", "accounts younger than 1 month."),
        ("age: 40d", "accounts younger than 40 days."),
        ("without: file:x.tsv", "whoever is on the file x.tsv."),
    ],
)
def test_each_filter_says_whom_it_leaves_out(field: str, said: str) -> None:
    assert words_of(f"[[A]] | {field}")[1].endswith(f"opted out: {said}")


def test_constants_of_the_score_are_named_where_they_are_not_the_usual_ones() -> None:
    said = words(replace(A, score=ScoreParameters(byte_factor=0.5, recency_weight=3.0)))
    assert said[-2].endswith("set: byte_factor = 0.5, recency_weight = 3.")


def test_long_names_are_shortened() -> None:
    (sentence, *_) = words_of(f"[[{'x' * 250}]]")
    assert len(sentence) < 100


@given(recipes)
def test_whatever_differs_from_a_plain_list_is_said(recipe: Recipe) -> None:
    said = words(recipe)
    assert len(said) <= 9
    assert all(len(sentence) < 1500 for sentence in said)
    for field in fields(Recipe):
        usual = getattr(Recipe(()), field.name)
        if field.name not in {"seed", "sources"} and getattr(recipe, field.name) != usual:
            assert words(replace(recipe, **{field.name: usual})) != said
