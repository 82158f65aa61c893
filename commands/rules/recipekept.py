"""A recipe as the plain data that a run keeps, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from commands.rules.recipe import Recipe


def kept(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe as plain data that JSON can keep; spans are those of ISO 8601."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(recipe))
    return plain


def recalled(data: Mapping[str, Any]) -> Recipe:
    """Return the recipe that `kept` made this of; what was not kept then has its default.

    Raises ValueError (`msgspec.ValidationError`) where it was never a recipe.
    """
    return msgspec.convert(data, Recipe)
