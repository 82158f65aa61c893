"""The fields of a recipe: each with its names, how its value is read, and how it is typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

from commands.grammar import plain, straight, visible
from commands.rules.recipe import (
    Engine,
    HomeRule,
    Recipe,
    Significance,
    Source,
    SourceKind,
)
from commands.rules.recipefaults import Fault, Unfit
from commands.rules.recipesources import A_PAGE, A_TOPIC, RecipeAt, sources, typed_source
from commands.rules.recipespans import long_span, typed_span

LONGEST_REASON = 200
_LONGEST = 5000
_MOST_VALUES = 20
_MOST_PERCENT = 99.99

_NUMBER = r"(\d{1,3}(?:[,.' ]\d{3}){1,2}|\d{1,9})"
_COUNT = re.compile(
    rf"(?:the\s+)?(?:best\s+)?{_NUMBER}(?:\s+(?:edits?|people|users|accounts|best))?"
)
_SHARE = re.compile(r"(\d{1,2}(?:[.,]\d{1,4})?)\s*(%|percent|per cent)?")
_AMOUNT = re.compile(rf"(?:at\s+least\s+|>=?\s*)?{_NUMBER}\s+(edits?|bytes?)")
_CONTRIBUTIONS = re.compile(r"(.+?)(?:\s+(?:with)?in\s+(?:the\s+)?(?:(?:last|past)\s+)?([^,]+))?")
_RUNS = re.compile(r"(?:runs?\s+)?#?(\d{1,9})")
_GROUP = re.compile(r"[^\W_][\w-]{0,59}")
_LANGUAGE = re.compile(r"(?:[a-z]{2,3}|simple)(?:-[a-z0-9]{1,8}){0,3}")
_OR = re.compile(r"\s*,\s*(?!\d{3}(?!\d))|\s+or\s+")
_BETWEEN = re.compile(r"\s*[,;+]\s*|\s+and\s+")
_THEN = re.compile(r"\s*[,;>+]\s*|\s+(?:then|or)\s+|\s+")
_BY_TOPIC = frozenset({"significance", "engine", "top"})
_LISTS = frozenset({SourceKind.PAGE, SourceKind.FILE})
_HOMES = {
    **{str(rule): rule for rule in HomeRule},
    "languages": HomeRule.LANGUAGE,
    "list": HomeRule.LISTED,
}

Read = Callable[[str], Any]
"""Reads a value; the answer is Unfit where that cannot be done."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `attribute` is that of the recipe, `example` a value that it takes.

    `listed` tells that it takes several values, which `example` divides by `between`.
    """

    name: str
    attribute: str
    read: Read
    write: Callable[[Any], str]
    example: str
    aliases: tuple[str, ...] = ()
    between: str = ""
    numeric: bool = False


def named_field(name: str) -> Field | None:
    """Return the field that is called so, in whatever case, with blanks, hyphens or neither."""
    return _BY_NAME.get(_key(name))


def read_field(field: Field, text: str) -> Any:
    """Return the value of a field; Unfit where it is none."""
    if not visible(text).strip():
        return Unfit(Fault.NOTHING, field.name, field.example, field.name)
    if len(text) > _LONGEST:
        return Unfit(Fault.TOO_LONG, text, field.example, field.name)
    value = field.read(" ".join(straight(text).split()))
    return replace(value, field=field.name) if isinstance(value, Unfit) else value


def finished(values: Mapping[str, Any]) -> Recipe | Unfit:
    """Return the recipe of what was given, by attribute, or what of it does not fit together.

    Whoever names languages prefers them. Contributions, and a best by score, take a topic.
    """
    recipe = Recipe(**values)
    by_language = HomeRule.LANGUAGE in recipe.home
    if by_language and not recipe.languages:
        return Unfit(Fault.LANGUAGES_MISSING, "language", "sv, nb", "languages")
    if recipe.languages and not by_language:
        recipe = replace(recipe, home=(HomeRule.LANGUAGE, *recipe.home))
    if any(each.kind is SourceKind.TOPIC for each in recipe.sources):
        return recipe
    vain = [each.name for each in FIELDS if each.attribute in _BY_TOPIC & values.keys()]
    return Unfit(Fault.TOPIC_MISSING, vain[0], A_TOPIC) if vain else recipe


def _count(text: str) -> int | Unfit:
    found = _COUNT.fullmatch(_spaced(text))
    return _whole(found[1]) if found else Unfit(Fault.NUMBER, text, "100")


def _at_least_one(text: str) -> int | Unfit:
    return _count(text) or Unfit(Fault.NUMBER, text, "100")


def _span(text: str) -> Any:
    return long_span(text) or Unfit(Fault.SPAN, text, "6 months")


def _share(text: str) -> float | Unfit:
    """Return a share: `10%` and `10` are a tenth, and so is `0.1`."""
    found = _SHARE.fullmatch(_spaced(text))
    number = float(found[1].replace(",", ".")) if found else 100.0
    percent = number * 100 if found and number < 1 and not found[2] else number
    if percent > _MOST_PERCENT:
        return Unfit(Fault.SHARE, text, "10%")
    share = round(percent / 100, 4)
    return share if share or not number else Unfit(Fault.SHARE, text, "10%")


def _contributions(text: str) -> Significance | Unfit:
    unfit = Unfit(Fault.CONTRIBUTIONS, text, "5 edits or 2000 bytes within 2 years")
    parts = _CONTRIBUTIONS.fullmatch(_spaced(text))
    if parts is None:
        return unfit
    within = long_span(parts[2]) if parts[2] else None
    amounts = [_AMOUNT.fullmatch(each) for each in _OR.split(parts[1])]
    found = {each[2].rstrip("s"): _whole(each[1]) for each in amounts if each}
    if not (all(found.values()) and len(found) == len(amounts)) or (parts[2] and not within):
        return unfit
    return Significance(found.get("edit"), found.get("byte"), within)


def _runs(text: str) -> tuple[int, ...] | Unfit:
    found = [_RUNS.fullmatch(each) for each in _several(_spaced(text))]
    numbers = tuple(dict.fromkeys(int(each[1]) for each in found if each))
    sound = all(found) and 0 < len(numbers) <= _MOST_VALUES
    return numbers if sound else Unfit(Fault.RUN, text, "5, 6")


def _without(text: str) -> tuple[Source, ...] | Unfit:
    found = sources(text)
    if isinstance(found, Unfit):
        # What is right as a source need not be right here.
        return found if _are_lists(sources(found.right)) else replace(found, right=A_PAGE)
    return found if _are_lists(found) else Unfit(Fault.LEFT_OUT, text, A_PAGE)


def _are_lists(found: tuple[Source, ...] | RecipeAt | Unfit) -> TypeGuard[tuple[Source, ...]]:
    """Return whether these are pages, categories and files."""
    return isinstance(found, tuple) and all(each.kind in _LISTS for each in found)


def _groups(text: str) -> tuple[str, ...] | Unfit:
    found = tuple(dict.fromkeys(_several(text)))
    sound = len(found) <= _MOST_VALUES and all(map(_GROUP.fullmatch, found))
    return found if sound and found else Unfit(Fault.GROUP, text, "sysop, bureaucrat")


def _engine(text: str) -> Engine | Unfit:
    word = _spaced(text)
    return Engine(word) if word in set(Engine) else Unfit(Fault.ENGINE, text, "history")


def _home(text: str) -> tuple[HomeRule, ...] | Unfit:
    found = [_HOMES.get(each) for each in _THEN.split(_spaced(text))]
    rules = tuple(dict.fromkeys(rule for rule in found if rule))
    return rules if rules and all(found) else Unfit(Fault.HOME, text, "active, home")


def _languages(text: str) -> tuple[str, ...] | Unfit:
    found = tuple(dict.fromkeys(_several(_spaced(text))))
    sound = len(found) <= _MOST_VALUES and all(map(_LANGUAGE.fullmatch, found))
    return found if sound and found else Unfit(Fault.LANGUAGE, text, "sv, nb")


def _reason(text: str) -> str | Unfit:
    if len(text) > LONGEST_REASON:
        return Unfit(Fault.TOO_LONG, text, "you write about medicine")
    return text


def _whole(digits: str) -> int:
    return int(re.sub(r"\D", "", digits))


def _spaced(text: str) -> str:
    return " ".join(plain(text).split())


def _several(text: str) -> list[str]:
    return [each for each in _BETWEEN.split(text.strip()) if each]


def _typed_significance(asked: Significance) -> str:
    amounts = [f"{asked.edits} edits"] if asked.edits is not None else []
    amounts += [f"{asked.added} bytes"] if asked.added is not None else []
    within = f" within {typed_span(asked.within)}" if asked.within else ""
    return " or ".join(amounts) + within


def _typed_share(share: float) -> str:
    return f"{round(share * 100, 2):g}%"


def _commas(values: tuple[Any, ...]) -> str:
    return ", ".join(map(str, values))


def _pluses(values: tuple[Source, ...]) -> str:
    return " + ".join(map(typed_source, values))


FIELDS = (
    Field(
        "contributions",
        "significance",
        _contributions,
        _typed_significance,
        "5 edits or 2000 bytes within 2 years",
        ("contribution", "contributed", "significance"),
    ),
    Field("engine", "engine", _engine, str, "history"),
    Field("active", "active_within", _span, typed_span, "6 months", ("active within",)),
    Field("edits", "edits", _count, str, "100", ("edit", "min edits"), numeric=True),
    Field("age", "age", _span, typed_span, "30 days"),
    Field(
        "not reached",
        "not_reached_by",
        _runs,
        _commas,
        "5, 6",
        ("not reached by",),
        between=", ",
        numeric=True,
    ),
    Field("rest", "rest", _span, typed_span, "30 days"),
    Field(
        "without",
        "without",
        _without,
        _pluses,
        "[[Tech talks/Unsubscribed]] + [[Category:Deceased Wikipedians]]",
        ("exclude", "excluded", "except"),
        between=" + ",
    ),
    Field(
        "without groups",
        "without_groups",
        _groups,
        _commas,
        "sysop, bureaucrat",
        ("without group",),
        between=", ",
    ),
    Field("top", "top", _at_least_one, str, "500", ("best",), numeric=True),
    Field("sample", "sample", _at_least_one, str, "200", ("random",), numeric=True),
    Field("hold out", "hold_out", _share, _typed_share, "10%"),
    Field("seed", "seed", _count, str, "7", numeric=True),
    Field("home", "home", _home, _commas, "active, home", between=", "),
    Field("languages", "languages", _languages, _commas, "sv, nb", ("language",), between=", "),
    Field("reason", "reason", _reason, str, "you write about medicine"),
)


def _key(name: str) -> str:
    return re.sub(r"[\s_-]", "", plain(name))


_BY_NAME = {_key(name): each for each in FIELDS for name in (each.name, *each.aliases)}
