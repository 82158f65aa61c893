"""A recipe in words, as it is said before it runs: who is meant, and who is left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from commands.grammar import excerpt, plain
from commands.messages import Line, Value, line
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
from commands.rules.recipespans import spoken_span

_MOST_NAMED = 8
_LONGEST_NAME = 60
_STANDARD = asdict(ScoreParameters())


def in_words(recipe: Recipe, *, home: str) -> tuple[Line, ...]:
    """Return sentences that say all of a recipe. `home` is the wiki of pages that name none."""
    said = [*_meant(recipe, home), _left_out(recipe, home), *_chosen(recipe), _written_to(recipe)]
    if recipe.reason:
        said.append(line("recipe.reason", reason=recipe.reason))
    return tuple(said)


def source_phrases(sources: Iterable[Source], *, home: str) -> tuple[Line, ...]:
    """Return what the sources are, the first of them, and how many more there are."""
    return _some([_source(each, home) for each in sources])


def _some(phrases: list[Line]) -> tuple[Line, ...]:
    more = len(phrases) - _MOST_NAMED
    named = tuple(phrases[:_MOST_NAMED])
    return (*named, line("recipe.more", count=more)) if more > 0 else named


def _meant(recipe: Recipe, home: str) -> list[Line]:
    """Return from where people are taken."""
    topics = [each for each in recipe.sources if each.kind is SourceKind.TOPIC]
    lists = [each for each in recipe.sources if each.kind is not SourceKind.TOPIC]
    said = [line("recipe.from", sources=source_phrases(lists, home=home))] if lists else []
    if topics:
        live = recipe.engine is Engine.LIVE
        key = "recipe.contributors_live" if live else "recipe.contributors_history"
        articles = source_phrases(topics, home=home)
        said.append(line(key, amount=_amount(recipe.significance), articles=articles))
    return said


def _left_out(recipe: Recipe, home: str) -> Line:
    if left := _leavers(recipe, home):
        return line("recipe.left_out", who=tuple(left))
    return line("recipe.left_out_always")


def _leavers(recipe: Recipe, home: str) -> list[Line]:
    """Return who is left out, in the order of the funnel's steps."""
    left = []
    if recipe.active_within:
        left.append(line("recipe.gone", span=spoken_span(recipe.active_within)))
    if recipe.edits:
        left.append(line("recipe.few", count=recipe.edits))
    if recipe.age:
        left.append(line("recipe.young", span=spoken_span(recipe.age)))
    if recipe.not_reached_by:
        runs = tuple(line("recipe.run", run=number) for number in recipe.not_reached_by)
        left.append(line("recipe.reached", runs=runs))
    if recipe.rest:
        left.append(line("recipe.rested", span=spoken_span(recipe.rest)))
    if recipe.without:
        left.append(line("recipe.listed", sources=source_phrases(recipe.without, home=home)))
    if recipe.without_groups:
        left.append(line("recipe.holders", groups=recipe.without_groups))
    return left


def _chosen(recipe: Recipe) -> list[Line]:
    """Return who of those that are left is chosen."""
    said = []
    if recipe.top:
        said.append(line("recipe.top", count=recipe.top, seed=recipe.seed))
    if recipe.sample:
        said.append(line("recipe.sample", count=recipe.sample, seed=recipe.seed))
    if recipe.hold_out:
        percent = round(recipe.hold_out * 100, 2)
        said.append(line("recipe.hold_out", percent=percent, seed=recipe.seed))
    if constants := _changed(recipe.score):
        said.append(line("recipe.score", constants=constants))
    return said


def _changed(score: ScoreParameters) -> tuple[str, ...]:
    given = asdict(score)
    return tuple(f"{name} = {given[name]:g}" for name in given if given[name] != _STANDARD[name])


def _written_to(recipe: Recipe) -> Line:
    languages = recipe.languages
    homes = {
        HomeRule.ACTIVE: line("recipe.home_active"),
        HomeRule.HOME: line("recipe.home_home"),
        HomeRule.LANGUAGE: line("recipe.home_language", languages=languages),
        HomeRule.LISTED: line("recipe.home_listed"),
    }
    rules = tuple(homes[each] for each in recipe.home)
    if len(rules) == 1:
        return line("recipe.home", rule=rules[0])
    return line("recipe.homes", rules=rules)


def _amount(asked: Significance) -> Line:
    amounts: list[Line] = []
    if asked.edits is not None:
        amounts.append(line("recipe.edits", count=asked.edits))
    if asked.added is not None:
        amounts.append(line("recipe.bytes", count=asked.added))
    amount = line("recipe.either", one=amounts[0], other=amounts[-1])
    amount = amount if len(amounts) > 1 else amounts[0]
    if asked.within is None:
        return amount
    return line("recipe.within", amount=amount, span=spoken_span(asked.within))


def _source(one: Source, home: str) -> Line:
    if one.kind is SourceKind.TOPIC:
        return _topic(one, home)
    page = _page(one, home)
    phrases = {
        SourceKind.PAGE: _deep(one, page),
        SourceKind.FILE: line("recipe.file", name=one.name),
        SourceKind.GROUP: line("recipe.group", group=one.name, wiki=one.wiki or home),
        SourceKind.SIGNERS: line("recipe.signers", page=page),
        SourceKind.ATTENDEES: line("recipe.attendees", event=one.number or 0),
        SourceKind.SUBSCRIBED: line("recipe.subscribed", event=one.number or 0),
        SourceKind.RUN: line("recipe.reached_by", run=one.number or 0),
    }
    return phrases[one.kind]


def _topic(one: Source, home: str) -> Line:
    if one.topic is TopicBy.BANNER:
        return line("recipe.banner", banner=_banner(one, home))
    key = "recipe.category" if one.topic is TopicBy.CATEGORY else "recipe.linked"
    return line(key, page=_deep(one, _page(one, home)))


def _deep(one: Source, page: Line) -> Line:
    return line("recipe.deep", page=page, count=one.depth) if one.depth else page


def _banner(one: Source, home: str) -> Line:
    space, _, name = one.name.partition(":")
    if plain(space).strip() != "template":
        return _page(one, home)
    shown = f"{{{{{excerpt(name.strip(), _LONGEST_NAME)}}}}}"
    return line("recipe.on", page=shown, wiki=one.wiki or home)


def _page(one: Source, home: str) -> Line:
    """Return a page and its wiki, unless that may be in its name, which only wikis know."""
    shown: Value = f"[[{excerpt(one.name, _LONGEST_NAME)}]]"
    wiki = one.wiki or (home if ":" not in one.name else "")
    return line("recipe.on", page=shown, wiki=wiki) if wiki else line("recipe.page", page=shown)
