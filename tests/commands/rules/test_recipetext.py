"""Recipes as people type them: read in whatever shape, or refused with what would be taken."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.messages import Line
from commands.rules.recipe import (
    Engine,
    HomeRule,
    Recipe,
    ScoreParameters,
    Significance,
    Source,
    SourceKind,
    TopicBy,
)
from commands.rules.recipefields import FIELDS
from commands.rules.recipesources import RecipeAt
from commands.rules.recipetext import as_typed
from tests.commands.rules.recipes import heard, recipes

A = Source(SourceKind.PAGE, "A")
MEDICINE = Source(SourceKind.TOPIC, "Template:WikiProject Medicine", topic=TopicBy.BANNER)
TOPIC = "topic:[[Template:WikiProject Medicine]]"


def file(name: str) -> Source:
    return Source(SourceKind.FILE, name)


def page(name: str, wiki: str = "", depth: int = 0) -> Source:
    return Source(SourceKind.PAGE, name, wiki, depth=depth)


def category(depth: int) -> Source:
    return Source(SourceKind.TOPIC, "Category:Medicine", topic=TopicBy.CATEGORY, depth=depth)


def form_of(refused: object) -> str:
    assert isinstance(refused, Line)
    assert refused.key.startswith("recipe.unfit.")
    return str(refused.values["form"])


@pytest.mark.parametrize(
    ("typed", "sources"),
    [
        ("[[A]]", (A,)),
        ("A", (A,)),
        ("“[[A]]”", (A,)),
        (" [[ A |the list]] ", (A,)),
        ("list: [[A]]", (A,)),
        ("[[:sv:Lista]]", (page(":sv:Lista"),)),
        ("[[Lista]]@svwiki", (page("Lista", "svwiki"),)),
        ("[[Lista]] @ svwiki", (page("Lista", "svwiki"),)),
        ("[[Category:Readers]] depth 1", (page("Category:Readers", depth=1),)),
        ("[[Category:Readers]], Depth: 1", (page("Category:Readers", depth=1),)),
        ("[[Category:Readers]] (depth 1)", (page("Category:Readers", depth=1),)),
        ("Category:Readers depth 1", (page("Category:Readers", depth=1),)),
        ("[[Kategori:A]]@svwiki depth 2", (page("Kategori:A", "svwiki", 2),)),
        ("[[A + B]]", (page("A + B"),)),
        ("C++", (page("C++"),)),
        ("C++/List + [[A]]", (page("C++/List"), A)),
        ("[[A]] + [[B]]", (A, page("B"))),
        ("[[A]]+[[B]]", (A, page("B"))),
        ("[[A]]+file:x.tsv", (A, file("x.tsv"))),
        ("file:x.tsv+file:y.tsv", (file("x.tsv"), file("y.tsv"))),
        ("A + B", (A, page("B"))),
        ("[[A]] + [[A]] + A", (A,)),
        ("file:x.tsv", (file("x.tsv"),)),
        ("FILES : 'x.tsv'", (file("x.tsv"),)),
        ('file:"my list.tsv"', (file("my list.tsv"),)),
        ("group:sysop", (Source(SourceKind.GROUP, "sysop"),)),
        ("Group: sysop @ svwiki", (Source(SourceKind.GROUP, "sysop", "svwiki"),)),
        (
            "groups:sysop@svwiki, bureaucrat",
            (Source(SourceKind.GROUP, "sysop", "svwiki"), Source(SourceKind.GROUP, "bureaucrat")),
        ),
        ("signers:[[A]]", (Source(SourceKind.SIGNERS, "A"),)),
        ("signed: [[A + B]]", (Source(SourceKind.SIGNERS, "A + B"),)),
        ("attendees:12", (Source(SourceKind.ATTENDEES, number=12),)),
        ("event:#12", (Source(SourceKind.ATTENDEES, number=12),)),
        ("Event: ١٢", (Source(SourceKind.ATTENDEES, number=12),)),
        ("run:5", (Source(SourceKind.RUN, number=5),)),
        (
            "runs: 5, 6",
            (Source(SourceKind.RUN, number=5), Source(SourceKind.RUN, number=6)),
        ),
        (TOPIC, (MEDICINE,)),
        ("topic: {{WikiProject Medicine|class=B}}", (MEDICINE,)),
        ("Topics:Template:WikiProject Medicine", (MEDICINE,)),
        ("topic:[[Category:Medicine]] depth 2", (category(2),)),
        ("topic:[[category:Medicine]]", (replace(category(0), name="category:Medicine"),)),
        (
            "topic:[[Project:Some list of articles]]",
            (Source(SourceKind.TOPIC, "Project:Some list of articles", topic=TopicBy.LIST),),
        ),
        (
            "topic:[[:sv:Template:Medicin]]",
            (Source(SourceKind.TOPIC, ":sv:Template:Medicin", topic=TopicBy.BANNER),),
        ),
    ],
)
def test_sources_are_read_as_people_write_them(typed: str, sources: tuple[Source, ...]) -> None:
    assert heard(typed) == Recipe(sources)


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("recipe:[[Tech talks/Recipe]]", "[[Tech talks/Recipe]]"),
        ("Recipe: [[:sv:A|b]]", "[[:sv:A]]"),
        ("recipe:file:medicine.toml", "file:medicine.toml"),
        ("recipe: File: medicine.TOML", "file:medicine.TOML"),
        ("file:medicine.toml", "file:medicine.toml"),
    ],
)
def test_a_recipe_may_be_kept_elsewhere(typed: str, named: str) -> None:
    assert heard(typed) == RecipeAt(named)


DAYS = timedelta(days=1)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("active: 6 months", {"active_within": 180 * DAYS}),
        ("Active within : half a year", {"active_within": 180 * DAYS}),
        ("edits: 100", {"edits": 100}),
        ("EDITS：1,000 edits", {"edits": 1000}),
        ("min edits: ١٠٠", {"edits": 100}),
        ("age: 30d", {"age": 30 * DAYS}),
        ("not reached: 5, 6", {"not_reached_by": (5, 6)}),
        ("not-reached by: runs #5 and 6", {"not_reached_by": (5, 6)}),
        ("rest: 2 weeks", {"rest": 14 * DAYS}),
        (
            "without: [[B]] + [[Category:C]] depth 1 + file:x.tsv",
            {"without": (page("B"), page("Category:C", depth=1), file("x.tsv"))},
        ),
        ("exclude: [[B]]", {"without": (page("B"),)}),
        ("without groups: sysop, bureaucrat", {"without_groups": ("sysop", "bureaucrat")}),
        ("sample: 200 people", {"sample": 200}),
        ("hold out: 10%", {"hold_out": 0.1}),
        ("Hold-out: 10", {"hold_out": 0.1}),
        ("holdout: 0.1", {"hold_out": 0.1}),
        ("hold out: 2,5 percent", {"hold_out": 0.025}),
        ("seed: 7", {"seed": 7}),
        ("home: active, home", {"home": (HomeRule.ACTIVE, HomeRule.HOME)}),
        ("home: Active then list", {"home": (HomeRule.ACTIVE, HomeRule.LISTED)}),
        (
            "languages: sv, NB",
            {"languages": ("sv", "nb"), "home": (HomeRule.LANGUAGE, HomeRule.LISTED)},
        ),
        ("reason: you came", {"reason": "you came"}),
        ("you came", {"reason": "you came"}),
        ("you came | and went", {"reason": "you came | and went"}),
        ("you came \\| and went", {"reason": "you came | and went"}),
        ("NB: bring {{a|b}} [[c|d]]", {"reason": "NB: bring {{a|b}} [[c|d]]"}),
        ("see https://x.example/?top=3", {"reason": "see https://x.example/?top=3"}),
        ("reason: topic: medicine", {"reason": "topic: medicine"}),
        ("you came | seed: 7", {"reason": "you came", "seed": 7}),
        ("", {}),
    ],
)
def test_fields_are_read_as_people_write_them(field: str, changes: dict[str, object]) -> None:
    assert heard(f"[[A]] | {field}") == replace(Recipe((A,)), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        (
            "contributions: 5 edits or 2,000 bytes within 2 years",
            {"significance": Significance(5, 2000, 730 * DAYS)},
        ),
        (
            "contributed: at least 2000 bytes, 3 edits in the last 6 months",
            {"significance": Significance(3, 2000, 180 * DAYS)},
        ),
        ("contributions: 5 edits", {"significance": Significance(5, None)}),
        ("Contribution: 1 byte", {"significance": Significance(None, 1)}),
        ("engine: History", {"engine": Engine.HISTORY}),
        ("top: 500", {"top": 500}),
        ("top: the best 500", {"top": 500}),
    ],
)
def test_fields_that_go_by_a_topic_are_read_with_one(
    field: str, changes: dict[str, object]
) -> None:
    expected = replace(Recipe((MEDICINE,)), **changes)  # type: ignore[arg-type]
    assert heard(f"{TOPIC} | {field}") == expected


REFUSED = [
    ("[[A]] + ", "nothing"),
    ("[[A]] + + [[B]]", "nothing"),
    ("[[]]", "source"),
    ("{{A}}", "source"),
    ("[[A]] and so on", "source"),
    ("[[A]] [[B]]", "joined"),
    ("[[A]], [[B]] and [[C]]", "joined"),
    ("file:../x", "file"),
    ("file:", "file"),
    ("file:/etc/passwd", "file"),
    ("recipe:file:x.tsv", "file"),
    ("recipe:", "file"),
    ("group:sys op", "group"),
    ("group:", "group"),
    ("event:Wikimania", "event"),
    ("attendees:-1", "event"),
    ("run:last", "run"),
    ("runs:5,", "run"),
    ("[[Category:A]] depth 11", "depth"),
    ("[[Category:A]] depth two", "depth"),
    ("signers:[[A]] depth 1", "depth"),
    (f"{TOPIC} depth 2", "depth"),
    ("signers:", "source"),
    ("topic:[[A]] [[B", "source"),
    ("recipe:[[A]] + [[B]]", "alone"),
    ("recipe:[[A]] | you came", "alone"),
    ("file:x.toml | top: 5", "alone"),
    (" + ".join(f"[[{n}]]" for n in range(21)), "too-many"),
    ("[[A]] | active:", "nothing"),
    ("[[A]] | active: 6 moons", "span"),
    ("[[A]] | active: 6m", "span"),
    ("[[A]] | age: 12h", "span"),
    ("[[A]] | rest: 101 years", "span"),
    ("[[A]] | edits: many", "number"),
    ("[[A]] | edits: -5", "number"),
    ("[[A]] | sample: 0", "number"),
    ("[[A]] | seed: 1e9", "number"),
    ("[[A]] | not reached: all", "run"),
    ("[[A]] | hold out: 100%", "share"),
    ("[[A]] | hold out: 0.001%", "share"),
    ("[[A]] | hold out: half", "share"),
    ("[[A]] | without: run:5", "left-out"),
    ("[[A]] | without: recipe:[[B]]", "left-out"),
    ("[[A]] | without: [[B]] [[C]]", "joined"),
    ("[[A]] | without groups: =cmd|calc", "group"),
    ("[[A]] | home: nearest", "home"),
    ("[[A]] | home: language", "languages-missing"),
    ("[[A]] | languages: Swedish", "language"),
    ("[[A]] | top: 5", "topic-missing"),
    ("[[A]] | engine: history", "topic-missing"),
    ("[[A]] | contributions: 5 edits", "topic-missing"),
    (f"{TOPIC} | contributions: much", "contributions"),
    (f"{TOPIC} | contributions: 0 edits", "contributions"),
    (f"{TOPIC} | contributions: 5 edits and 3 bytes", "contributions"),
    (f"{TOPIC} | contributions: 5 edits or 6 edits", "contributions"),
    (f"{TOPIC} | contributions: 5 edits within ages", "contributions"),
    (f"{TOPIC} | engine: steam", "engine"),
    (f"{TOPIC} | topp: 500", "field"),
    ("[[A]] | reasn: you came", "field"),
    ("[[A]] | inactive: 6 months", "field"),
    (f"{TOPIC} | top 500", "colon"),
    ("[[A]] | Hold out 10%", "colon"),
    ("[[A]] | seed: 1 | seed: 2", "twice"),
    ("[[A]] | " + "x" * 201, "too-long"),
    ("[[A]] | home: " + "x " * 5000, "too-long"),
]


def taken(form: str) -> bool:
    """Whether what a refusal shows would be taken: a field behind a source, or sources."""
    is_field = form.partition(":")[0] in {field.name for field in FIELDS}
    return not isinstance(heard(f"{TOPIC} | {form}" if is_field else form), Line)


@pytest.mark.parametrize(("typed", "fault"), REFUSED)
def test_what_cannot_be_meant_is_refused_with_what_would_be_taken(typed: str, fault: str) -> None:
    refused = heard(typed)
    assert isinstance(refused, Line)
    assert refused.key == f"recipe.unfit.{fault}"
    assert taken(form_of(refused))


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        (f"{TOPIC} | topp: 300", "top: 300"),
        (f"{TOPIC} | topp: all", "top: 500"),
        (f"{TOPIC} | top 300", "top: 300"),
        ("[[A]] | reasn: you came", "reason: you came"),
        ("[[A]], [[B]]", "[[A]] + [[B]]"),
        ("file:x.toml | you came", "recipe:file:x.toml"),
    ],
)
def test_a_refusal_shows_what_was_probably_meant(typed: str, form: str) -> None:
    assert form_of(heard(typed)) == form


@given(recipes)
def test_a_recipe_typed_again_is_the_same(recipe: Recipe) -> None:
    assert heard(as_typed(recipe)) == recipe


def test_only_what_is_not_usual_is_typed() -> None:
    recipe = Recipe((A, MEDICINE), top=500, seed=7, reason="a | b", score=ScoreParameters(1.0))
    assert as_typed(recipe) == rf"[[A]] + {TOPIC} | top: 500 | seed: 7 | reason: a \| b"


HOSTILE = {
    "10 kB of a word": "x" * 10_000,
    "10 kB of blanks": "x" + " " * 10_000 + "y",
    "commas": "[[A]]" + "," * 10_000 + "depth",
    "pluses": "+ " * 5_000,
    "many sources": "[[A]]+" * 2_000,
    "brackets never closed": "[[" * 5_000,
    "brackets never opened": "]]+" * 3_000,
    "a long span": "[[A]] | active: " + "1 year " * 1_500,
    "a long window": f"{TOPIC} | contributions: 5 edits" + " in ," * 2_000,
    "a huge number": "[[A]] | edits: " + "9" * 5_000,
    "right to left": "[[A\u202e\u2066gol]] | \u202eactive\u202c: 6 months\u061c",
    "formulas": "=cmd|'/c calc'!A1 + file:=x | without groups: @SUM(1)",
    "markup": "[[User:X|{{subst:y}}]] + <script> | <nowiki>~~~~</nowiki> | '''x''': {{{1}}}",
    "a bomb of fields": "[[A]] " + "| a: b " * 2_000,
    "invisible": "\u200b + \u200b | \u200b: \u200b",
    "lone surrogates": "[[\ud800]] | top\udfff: 5",
}


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_read_or_refused_soon(typed: str) -> None:
    started = time.perf_counter()
    found = heard(typed)
    assert time.perf_counter() - started < 1
    if isinstance(found, Recipe):
        assert heard(as_typed(found)) == found
    elif isinstance(found, Line) and found.key.startswith("recipe."):
        assert taken(form_of(found))


PIECES = [*HOSTILE.values(), *(typed for typed, _ in REFUSED), "[[A]]", TOPIC, "+", "|", ": ", "@"]


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=20), min_size=1, max_size=5))
def test_whatever_is_said_is_a_recipe_or_is_refused_with_what_would_be_taken(
    pieces: list[str],
) -> None:
    typed = "".join(pieces)
    found = heard(typed)
    if isinstance(found, Recipe):
        assert heard(as_typed(found)) == found
    elif isinstance(found, Line) and found.key.startswith("recipe."):
        assert taken(form_of(found))
