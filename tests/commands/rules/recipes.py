"""Random recipes, all that a line of chat can express, and lines read as the bot reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from commands.arguments import parse
from commands.declaration import Argument, Arguments, Call, Command, Kind, Who
from commands.grammar import Parsed, split, straight, visible
from commands.messages import Line, Reply, reply
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
from commands.rules.recipesources import RecipeAt
from commands.rules.recipetext import read
from commands.rules.sources import Page, source


async def _nothing(_: Call) -> Reply:
    return reply()


AUDIENCE = Command(
    "run audience",
    Who.COORDINATOR,
    "help.run_audience",
    "run audience 7 [[A]]",
    _nothing,
    (
        Argument("run", Kind.NUMBER),
        Argument("sources", Kind.TEXT),
        Argument("rest", Kind.PARTS, optional=True),
    ),
)


def heard(text: str) -> Recipe | RecipeAt | Line:
    """Return what the bot makes of `run audience 7 …`, from the whole line on."""
    parsed = split(f"run audience 7 {text}", [AUDIENCE.name])
    assert isinstance(parsed, Parsed)
    given = parse(AUDIENCE, parsed)
    if isinstance(given, Arguments):
        return read(given.texts["sources"], given.fields.get("rest", ()))
    return given.problem


def _one_line(text: str) -> str:
    return " ".join(straight(text).split())


_letters = st.characters(exclude_categories=["Cs", "Cc"])
_titles = (
    st.one_of(
        st.sampled_from(["A", ":sv:Lista", "C++ + C", "file:x", 'Project:Don\'t "quote" me']),
        st.text(_letters, min_size=1, max_size=40).map(_one_line),
    )
    .filter(lambda name: source(f"[[{name}]]") == Page(name))
    .filter(lambda name: len(name.encode()) < 255)
)
_plain_titles = _titles.filter(lambda name: ":" not in name)
_files = (
    st.from_regex(r"[A-Za-z0-9][\w. -]{0,30}", fullmatch=True)
    .map(_one_line)
    .filter(lambda name: not name.lower().endswith(".toml"))
)
_groups = st.sampled_from(["sysop", "bureaucrat", "OTRS-member", "autopatrolled"])
_wikis = st.sampled_from(["", "svwiki", "en.example.org:8080"])
_depths = st.integers(0, 10)
_numbers = st.integers(1, 10**9 - 1)
_spans = st.builds(
    lambda days, seconds: min(timedelta(days=days, seconds=seconds), timedelta(days=36500)),
    st.one_of(st.integers(1, 36500), st.sampled_from([30, 180, 365, 730])),
    st.one_of(st.just(0), st.integers(0, 86399)),
)

_pages = st.builds(Source, st.just(SourceKind.PAGE), _titles, _wikis, depth=_depths)
_in_files = st.builds(Source, st.just(SourceKind.FILE), _files)
_topics = st.one_of(
    st.builds(
        lambda name, wiki: Source(SourceKind.TOPIC, f"Template:{name}", wiki, topic=TopicBy.BANNER),
        _plain_titles,
        _wikis,
    ),
    st.builds(
        lambda name, wiki, depth: Source(
            SourceKind.TOPIC, f"Category:{name}", wiki, topic=TopicBy.CATEGORY, depth=depth
        ),
        _plain_titles,
        _wikis,
        _depths,
    ),
    st.builds(Source, st.just(SourceKind.TOPIC), _plain_titles, topic=st.just(TopicBy.LIST)),
)
_sources = st.one_of(
    _pages,
    _in_files,
    _topics,
    st.builds(Source, st.just(SourceKind.GROUP), _groups, _wikis),
    st.builds(Source, st.just(SourceKind.SIGNERS), _titles, _wikis),
    st.builds(Source, st.sampled_from([SourceKind.ATTENDEES, SourceKind.RUN]), number=_numbers),
)
_amounts = st.one_of(
    st.tuples(_numbers, st.none()), st.tuples(st.none(), _numbers), st.tuples(_numbers, _numbers)
)
_significances = st.builds(
    lambda amounts, within: Significance(amounts[0], amounts[1], within),
    _amounts,
    st.none() | _spans,
)
_languages = st.lists(st.sampled_from(["sv", "nb", "pt-br", "be-tarask", "simple"]), unique=True)
_homes = st.lists(st.sampled_from(HomeRule), min_size=1, unique=True)
_reasons = (
    st.text(_letters, max_size=200)
    .map(_one_line)
    .filter(lambda reason: not reason or bool(visible(reason).strip()))
)


def _sound(recipe: Recipe) -> Recipe:
    """Return a recipe without what does not fit together."""
    if not any(each.kind is SourceKind.TOPIC for each in recipe.sources):
        plain = Recipe(())
        recipe = replace(
            recipe, significance=plain.significance, engine=plain.engine, top=plain.top
        )
    if HomeRule.LANGUAGE not in recipe.home:
        return replace(recipe, languages=())
    return recipe if recipe.languages else replace(recipe, languages=("sv",))


recipes = st.builds(
    Recipe,
    sources=st.lists(_sources, min_size=1, max_size=6, unique=True).map(tuple),
    significance=_significances,
    engine=st.sampled_from(Engine),
    active_within=st.none() | _spans,
    edits=st.integers(0, 10**6),
    age=st.none() | _spans,
    not_reached_by=st.lists(_numbers, max_size=4, unique=True).map(tuple),
    rest=st.none() | _spans,
    without=st.lists(_pages | _in_files, max_size=3, unique=True).map(tuple),
    without_groups=st.lists(_groups, unique=True).map(tuple),
    top=st.none() | _numbers,
    sample=st.none() | _numbers,
    hold_out=st.integers(0, 9999).map(lambda parts: parts / 10000),
    seed=st.integers(0, 10**9 - 1),
    home=_homes.map(tuple),
    languages=_languages.map(tuple),
    reason=_reasons,
).map(_sound)

_constants = st.floats(0.001, 20)
scores = st.builds(ScoreParameters, byte_factor=_constants, recency_weight=_constants)
