"""Recipes as TOML, in a file or on a wiki page."""

from __future__ import annotations

import inspect
import json
import textwrap
import time
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.messages import Line
from commands.rules import recipefile
from commands.rules.recipe import (
    Engine,
    HomeRule,
    Recipe,
    ScoreParameters,
    Significance,
    Source,
    SourceKind,
)
from commands.rules.recipefields import FIELDS
from commands.rules.recipefile import from_file, from_page, from_toml
from commands.rules.recipesources import typed_source
from tests.commands.rules.recipes import recipes, scores

A = Recipe((Source(SourceKind.PAGE, "A"),))
LIST = 'sources = ["[[A]]"]'
TOPIC = 'sources = ["topic:[[Template:B]]"]'


def toml(recipe: Recipe) -> str:
    """Return a recipe as somebody writes it who leaves nothing out."""
    values: dict[str, object] = {"sources": [typed_source(each) for each in recipe.sources]}
    for field in FIELDS:
        value = getattr(recipe, field.attribute)
        if value != getattr(Recipe(()), field.attribute):
            text = field.write(value)
            listed = text.split(field.between) if field.between else text
            values[field.name.replace(" ", "_")] = listed
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    constants = [f"{key} = {value!r}" for key, value in asdict(recipe.score).items()]
    return "\n".join([*lines, "[score]", *constants]).replace("\x7f", "\\u007f")


def documented() -> str:
    text = inspect.getdoc(recipefile) or ""
    return textwrap.dedent("    " + text[text.index("sources = ") : text.index("A page holds")])


def test_the_recipe_that_the_documentation_shows_is_read() -> None:
    found = from_toml(documented())
    assert isinstance(found, Recipe)
    assert [each.kind for each in found.sources] == [SourceKind.PAGE, SourceKind.TOPIC]
    assert found == Recipe(
        found.sources,
        significance=Significance(5, 2000, timedelta(days=730)),
        engine=Engine.HISTORY,
        active_within=timedelta(days=180),
        edits=100,
        age=timedelta(days=30),
        not_reached_by=(5, 6),
        rest=timedelta(days=30),
        without=(
            Source(SourceKind.PAGE, "Tech talks/Unsubscribed"),
            Source(SourceKind.PAGE, "Category:Deceased Wikipedians"),
        ),
        without_groups=("sysop", "bureaucrat"),
        top=500,
        sample=200,
        hold_out=0.1,
        seed=7,
        score=ScoreParameters(recency_weight=3.0),
        home=(HomeRule.ACTIVE, HomeRule.HOME, HomeRule.LANGUAGE),
        languages=("sv", "nb"),
        reason="you write about medicine",
    )


@given(recipes, scores)
def test_every_recipe_can_be_written_as_toml(recipe: Recipe, score: ScoreParameters) -> None:
    whole = replace(recipe, score=score)
    assert from_toml(toml(whole)) == whole


@pytest.mark.parametrize(
    ("written", "changes"),
    [
        ('edits = "100"', {"edits": 100}),
        ("hold_out = 0.1", {"hold_out": 0.1}),
        ("hold_out = 10", {"hold_out": 0.1}),
        ("not_reached = 5", {"not_reached_by": (5,)}),
        ('not_reached = [5, "run 6"]', {"not_reached_by": (5, 6)}),
        ('home = "active, home"', {"home": (HomeRule.ACTIVE, HomeRule.HOME)}),
        ('reason = """you\ncame | and went"""', {"reason": "you came | and went"}),
        ("score = { noise = 1 }", {"score": ScoreParameters(noise=1.0)}),
    ],
)
def test_values_may_be_written_otherwise(written: str, changes: dict[str, object]) -> None:
    assert from_toml(f"{LIST}\n{written}") == replace(A, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "page",
    [
        f'Our recipe:\n<syntaxhighlight lang="toml">\n{LIST}\n</syntaxhighlight>\nBye',
        f"<SyntaxHighlight line lang=TOML>{LIST}</syntaxhighlight >",
        f"<source lang='toml'>{LIST}</source>",
        f"== Recipe ==\n<pre>\n{LIST}\n</pre>",
        f'<pre class="x">{LIST.replace("[", "&#91;")}</pre>',
        f'<pre>other</pre><syntaxhighlight lang="toml">{LIST}</syntaxhighlight>',
        f'<syntaxhighlight lang="python">x</syntaxhighlight><pre>{LIST}</pre>',
    ],
)
def test_a_page_holds_a_recipe_between_tags(page: str) -> None:
    assert from_page(page) == A


@pytest.mark.parametrize("data", [LIST.encode(), b"\xef\xbb\xbf" + LIST.encode() + b"\r\n# end"])
def test_a_file_holds_a_recipe(data: bytes) -> None:
    assert from_file(data) == A


def refused(found: Recipe | Line) -> tuple[str, str]:
    """Return the fault and the form shown."""
    assert isinstance(found, Line)
    return found.key.removeprefix("recipe.unfit."), str(found.values["form"])


@pytest.mark.parametrize(
    ("written", "fault", "form"),
    [
        ("", "nothing", 'sources = ["[[Tech talks/Subscribers]]"]'),
        ("sources = 5", "type", ""),
        ('sources = ["file:x"', "toml", ""),
        ('sources = ["file:../x"]', "file", 'sources = ["file:subscribers.tsv"]'),
        ('sources = ["recipe:x.toml:"]', "alone", ""),
        ("sources = true", "type", 'sources = ["[[Tech talks/Subscribers]]"]'),
        ("sources = []", "type", ""),
        ("sources = [1, [2]]", "type", ""),
        ('sources = ["[[A]]", "recipe:[[B]]"]', "alone", ""),
        ('sources = ["recipe:[[B]]"]', "alone", ""),
        ('sources = ["""[[A "x"]] [[B]]"""]', "joined", r'sources = ["[[A \"x\"]] + [[B]]"]'),
        (f"{TOPIC}\ntopp = 500", "key", "top = 500"),
        (f"{TOPIC}\nnot-reached = [5]", "key", "not_reached = [5, 6]"),
        (f"{TOPIC}\nzzz = 500", "key", 'sources = ["[[Tech talks/Subscribers]]"]'),
        (f"{LIST}\nactive = 6", "span", 'active = "6 months"'),
        (f"{LIST}\nactive = true", "type", 'active = "6 months"'),
        (f"{LIST}\nactive = ['6 months']", "type", 'active = "6 months"'),
        (f"{LIST}\nage = 2026-12-01", "type", 'age = "30 days"'),
        (f"{LIST}\nedits = 1.5", "number", "edits = 100"),
        (f"{LIST}\nedits = -1", "number", "edits = 100"),
        (f"{LIST}\nseed = nan", "number", "seed = 100"),
        (f"{LIST}\nnot_reached = [[5]]", "type", "not_reached = [5, 6]"),
        (f"{LIST}\nhold_out = 1.0", "", ""),
        (f"{LIST}\nhome = 'nearest'", "home", 'home = ["active", "home"]'),
        (f"{LIST}\nwithout = 'run:5'", "left-out", 'without = ["[[Tech talks/Subscribers]]"]'),
        (
            f"{LIST}\ntop = 5",
            "topic-missing",
            'sources = ["topic:[[Template:WikiProject Medicine]]"]',
        ),
        (f"{LIST}\nreason = {{a = 1}}", "type", 'reason = "you write about medicine"'),
        (f"{LIST}\nscore = 5", "type", "score.byte_factor = 0.42"),
        (f"{LIST}\n[score]\nbytefactor = 1", "key", "score.byte_factor = 0.42"),
        (f"{LIST}\n[score]\nx = 1", "key", "score.byte_factor = 0.42"),
        (f"{LIST}\n[score]\nnoise = 'a'", "constant", "score.noise = 1e-05"),
        (f"{LIST}\n[score]\nnoise_power = 0", "constant", "score.noise_power = 10"),
        (f"{LIST}\n[score]\nnoise_power = true", "constant", ""),
        (f"{LIST}\n[score]\nedit_power = inf", "constant", ""),
        (f"{LIST}\ntop = ", "toml", ""),
        (f"{LIST}\n{LIST}", "toml", ""),
        ("x = " + "[" * 5000, "toml", ""),
        ("x = " + "a" * 60_000, "too-long", ""),
    ],
)
def test_what_is_wrong_is_refused_by_name_with_what_would_be_right(
    written: str, fault: str, form: str
) -> None:
    if not fault:
        assert isinstance(from_toml(written), Recipe)
        return
    found, shown = refused(from_toml(written))
    assert found == fault
    assert shown == form or not form
    whole = shown if shown.startswith("sources") else f"{TOPIC}\n{shown}"
    assert isinstance(from_toml(whole), Recipe)


@pytest.mark.parametrize(
    ("page", "number"),
    [
        ("", "0"),
        (LIST, "0"),
        (f"<pre>{LIST}", "0"),
        (f"<pre>{LIST}</pre>" * 2, "2"),
        (f"<source lang=toml>{LIST}</source>" * 3, "3"),
        (f"<syntaxhighlight lang=python>{LIST}</syntaxhighlight>", "0"),
    ],
)
def test_a_page_with_no_recipe_or_several_is_refused(page: str, number: str) -> None:
    found = from_page(page)
    fault, form = refused(found)
    assert isinstance(found, Line)
    assert (fault, found.values["given"]) == ("no-recipe", number)
    assert isinstance(from_page(form), Recipe)


def test_a_file_that_is_no_text_is_refused() -> None:
    fault, form = refused(from_file(b"sources = '\xff'"))
    assert fault == "toml"
    assert isinstance(from_toml(form), Recipe)


@pytest.mark.parametrize(
    "text",
    ["<pre>" * 20_000, "<source lang=toml " * 10_000, "<pre" + " " * 100_000, "</pre>" * 20_000],
)
def test_a_hostile_page_is_refused_soon(text: str) -> None:
    started = time.perf_counter()
    assert refused(from_page(text))[0] == "no-recipe"
    assert time.perf_counter() - started < 1


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode()))
def test_any_file_is_a_recipe_or_is_refused(data: bytes) -> None:
    assert isinstance(from_file(data), Recipe | Line)
