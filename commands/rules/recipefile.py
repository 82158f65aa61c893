"""A recipe as TOML: in a file of the import folder, or on a wiki page.

The keys are the fields of the chat form with `_` for a blank, the values are written as there;
what takes several is a list. The score's constants can be set here only, by the names of
`ScoreParameters`. All but the sources may be left out:

    sources = ["[[Tech talks/Subscribers]]", "topic:[[Template:WikiProject Medicine]]"]
    contributions = "5 edits or 2000 bytes within 2 years"
    engine = "history"
    active = "6 months"
    edits = 100
    age = "30 days"
    not_reached = [5, 6]
    rest = "30 days"
    without = ["[[Tech talks/Unsubscribed]]", "[[Category:Deceased Wikipedians]]"]
    without_groups = ["sysop", "bureaucrat"]
    top = 500
    sample = 200
    hold_out = "10%"
    seed = 7
    home = ["active", "home", "language"]
    languages = ["sv", "nb"]
    reason = "you write about medicine"

    [score]
    recency_weight = 3.0

A page holds it between `<syntaxhighlight lang="toml">` and its end, or within `<pre>`.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import msgspec

from commands.grammar import nearest
from commands.messages import Line
from commands.rules.recipe import Recipe, ScoreParameters
from commands.rules.recipefaults import Fault, Unfit, refusal
from commands.rules.recipefields import FIELDS, Field, finished, read_field
from commands.rules.recipesources import A_PAGE, RecipeAt, sources

_TAG = re.compile(r"<(/?)(pre|syntaxhighlight|source)\b([^<>]*)>", re.IGNORECASE)
_TOML = re.compile(r"\blang\s*=\s*[\"']?toml\b", re.IGNORECASE)
_LONGEST = 50_000

_MOST = 20.0
_SCORE = asdict(ScoreParameters())
_BY_KEY = {each.name.replace(" ", "_"): each for each in FIELDS}
_KEYS = ("sources", *_BY_KEY, "score")
_SOURCES_FORM = f'sources = ["{A_PAGE}"]'
_ON_A_PAGE = f'<syntaxhighlight lang="toml"> {_SOURCES_FORM} </syntaxhighlight>'


def from_page(text: str) -> Recipe | Line:
    """Return the recipe that a wiki page holds, or what is wrong with it."""
    blocks = tuple(_blocks(text))
    found = [inside for tag, inside in blocks if _TOML.search(tag)]
    if not found:
        # Readers see `&lt;` there as `<`; within the other tags it is what it is.
        found = [html.unescape(inside) for tag, inside in blocks if tag.startswith("pre")]
    if len(found) != 1:
        return refusal(Fault.NO_RECIPE, str(len(found)), _ON_A_PAGE)
    return from_toml(found[0])


def from_file(data: bytes) -> Recipe | Line:
    """Return the recipe that a file holds (UTF-8), or what is wrong with it."""
    try:
        return from_toml(data.removeprefix(b"\xef\xbb\xbf").decode())
    except UnicodeDecodeError as error:
        return refusal(Fault.TOML, str(error.reason), _SOURCES_FORM)


def from_toml(text: str) -> Recipe | Line:
    """Return the recipe that TOML text holds, or what is wrong with it."""
    if len(text) > _LONGEST:
        return refusal(Fault.TOO_LONG, text, _SOURCES_FORM)
    try:
        data = msgspec.toml.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        return refusal(Fault.TOML, str(error), _SOURCES_FORM)
    values: dict[str, Any] = {}
    for key, given in data.items():
        read = _value(key, given)
        if isinstance(read, Line):
            return read
        values |= read
    if "sources" not in values:
        return refusal(Fault.NOTHING, "sources", _SOURCES_FORM)
    recipe = finished(values)
    return _refused(recipe) if isinstance(recipe, Unfit) else recipe


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield each opening tag, from its name on, and what stands between it and its end."""
    opened: re.Match[str] | None = None
    for tag in _TAG.finditer(text):
        if opened is None:
            opened = None if tag[1] else tag
        elif tag[1] and tag[2].lower() == opened[2].lower():
            yield f"{opened[2]}{opened[3]}".lower(), text[opened.end() : tag.start()]
            opened = None


def _value(key: str, given: Any) -> dict[str, Any] | Line:
    if key == "sources":
        return _sources(given)
    if key == "score":
        return _score(given)
    if (field := _BY_KEY.get(key)) is None:
        return _unknown(key)
    text = _as_text(given, field.between)
    if text is None:
        return refusal(Fault.TYPE, key, _form(field, field.example))
    value = read_field(field, text)
    return _refused(value) if isinstance(value, Unfit) else {field.attribute: value}


def _sources(given: Any) -> dict[str, Any] | Line:
    texts = given if isinstance(given, list) else [given]
    if not texts or not all(isinstance(each, str) for each in texts):
        return refusal(Fault.TYPE, "sources", _SOURCES_FORM)
    found = sources(" + ".join(texts))
    if isinstance(found, tuple):
        return {"sources": found}
    if isinstance(found, RecipeAt) or isinstance(sources(found.right), RecipeAt):
        return refusal(Fault.ALONE, " + ".join(texts), _SOURCES_FORM)
    return _refused(found)


def _score(given: Any) -> dict[str, Any] | Line:
    if not isinstance(given, Mapping):
        return refusal(Fault.TYPE, "score", _constant("byte_factor"))
    for name, value in given.items():
        if name not in _SCORE:
            (alike, *_) = (*nearest(name, _SCORE), "byte_factor")
            return refusal(Fault.KEY, name, _constant(alike))
        if type(value) not in {int, float} or not 0 < value <= _MOST:
            return refusal(Fault.CONSTANT, name, _constant(name))
    return {"score": ScoreParameters(**{name: float(value) for name, value in given.items()})}


def _constant(name: str) -> str:
    return f"score.{name} = {_SCORE[name]:g}"


def _as_text(given: Any, between: str) -> str | None:
    """Return a value as the chat form has it; None for what no field takes.

    `between` divides the values of a list, and is empty for a field that takes one only.
    """
    if isinstance(given, list) and between and given:
        texts = [_as_text(each, "") for each in given]
        return None if None in texts else between.join(text for text in texts if text)
    # True is an int too.
    return str(given) if type(given) in {str, int, float} else None


def _unknown(key: str) -> Line:
    alike = next(iter(nearest(key, _KEYS)), "sources")
    field = _BY_KEY.get(alike)
    return refusal(Fault.KEY, key, _form(field, field.example) if field else _SOURCES_FORM)


def _refused(unfit: Unfit) -> Line:
    field = next((each for each in FIELDS if each.name == unfit.field), None)
    form = _form(field, unfit.right) if field else f"sources = [{_quoted(unfit.right)}]"
    return refusal(unfit.fault, unfit.given, form)


def _form(field: Field, text: str) -> str:
    """Return a field as TOML has it."""
    values = text.split(field.between) if field.between else [text]
    shown = ", ".join(values if field.numeric else map(_quoted, values))
    return f"{field.name.replace(' ', '_')} = {f'[{shown}]' if field.between else shown}"


def _quoted(text: str) -> str:
    # TOML's basic strings are written as those of JSON.
    return json.dumps(text, ensure_ascii=False)
