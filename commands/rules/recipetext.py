"""A recipe as one line of chat: `SOURCE + SOURCE | field: value | REASON`.

Sources are read by `recipesources`, fields by `recipefields`. What stands between bars and is no
field is the reason, bars between such parts included; but what looks like a slip of a field is
refused rather than said to recipients.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from commands.grammar import nearest, plain, visible
from commands.messages import Line
from commands.rules.recipe import Recipe
from commands.rules.recipefaults import Fault, Unfit, refusal
from commands.rules.recipefields import FIELDS, Field, finished, named_field, read_field
from commands.rules.recipesources import RecipeAt, sources, typed_source

_FIELD = re.compile(r"\s*([^:：]{1,40}?)\s*[:：](.*)", re.DOTALL)
_REASON = "reason"
_LONGEST_SHOWN = 100
_NAMES = tuple(each.name for each in FIELDS)
_DEFAULT = Recipe(())
# "top 500", "active 6 months": nobody tells that to recipients.
_NO_COLON = re.compile(
    rf"({'|'.join(name for name in _NAMES if name != _REASON)})\s*=?\s*(\d.*)", re.DOTALL
)


def read(head: str, parts: Sequence[str]) -> Recipe | RecipeAt | Line:
    """Return the recipe of what stands before the first bar and of the parts behind bars.

    A sentence where it cannot be read; its `form` would be taken.
    """
    found = sources(head)
    if isinstance(found, Unfit):
        return _refused(found)
    given = [part for part in parts if visible(part).strip()]
    if isinstance(found, RecipeAt):
        return found if not given else _refused(_alone(found))
    return _recipe({"sources": found}, given)


def as_typed(recipe: Recipe) -> str:
    """Return a recipe as one line, without command and number; `read` makes the same of it.

    Bars of the reason are escaped. The constants of the score have no place in a line.
    """
    typed = [" + ".join(map(typed_source, recipe.sources))]
    for each in FIELDS:
        value = getattr(recipe, each.attribute)
        if value != getattr(_DEFAULT, each.attribute):
            typed.append(f"{each.name}: {each.write(value)}".replace("|", "\\|"))
    return " | ".join(typed)


def _recipe(values: dict[str, Any], parts: Sequence[str]) -> Recipe | Line:
    said: list[str] = []
    for part in parts:
        named = _named(part)
        if isinstance(named, Line):
            return named
        field, text = named
        if field is None or field.name == _REASON:
            said.append(text.strip())
        elif field.attribute in values:
            return refusal(Fault.TWICE, field.name, _form(field, field.example))
        elif isinstance(value := read_field(field, text), Unfit):
            return _refused(value)
        else:
            values[field.attribute] = value
    return _finished(values, " | ".join(each for each in said if each))


def _finished(values: dict[str, Any], said: str) -> Recipe | Line:
    """Return the whole recipe, whose reason has been `said`."""
    if said:
        values[_REASON] = reason = read_field(_field(_REASON), said)
        if isinstance(reason, Unfit):
            return _refused(reason)
    recipe = finished(values)
    return _refused(recipe) if isinstance(recipe, Unfit) else recipe


def _named(part: str) -> tuple[Field | None, str] | Line:
    """Return the field that a part is, and its value; no field where it is all reason."""
    if missing := _NO_COLON.fullmatch(plain(part).strip()):
        return _slip(Fault.COLON, part, _field(missing[1]), missing[2])
    match = _FIELD.fullmatch(part)
    if match is None:
        return None, part
    if field := named_field(match[1]):
        return field, match[2]
    if alike := nearest(match[1], _NAMES):
        return _slip(Fault.FIELD, match[1], _field(alike[0]), match[2].strip())
    return None, part


def _slip(fault: Fault, given: str, field: Field, text: str) -> Line:
    """Return a refusal that shows what was probably meant, where it would be taken."""
    fits = len(text) <= _LONGEST_SHOWN and not isinstance(read_field(field, text), Unfit)
    return refusal(fault, given, _form(field, text if fits else field.example))


def _refused(unfit: Unfit) -> Line:
    form = _form(_field(unfit.field), unfit.right) if unfit.field else unfit.right
    return refusal(unfit.fault, unfit.given, form)


def _alone(found: RecipeAt) -> Unfit:
    return Unfit(Fault.ALONE, found.named, f"recipe:{found.named}")


def _form(field: Field, text: str) -> str:
    return f"{field.name}: {text}"


def _field(name: str) -> Field:
    return next(each for each in FIELDS if each.name == name)
