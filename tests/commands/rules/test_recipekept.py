"""A recipe survives being kept with its run."""

import json
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given

from commands.rules.recipe import Recipe, ScoreParameters, Source, SourceKind
from commands.rules.recipekept import kept, recalled
from tests.commands.rules.recipes import recipes, scores


@given(recipes, scores)
def test_a_recipe_survives_being_kept(recipe: Recipe, score: ScoreParameters) -> None:
    whole = replace(recipe, score=score)
    assert recalled(json.loads(json.dumps(kept(whole)))) == whole


def test_what_an_older_version_did_not_keep_has_its_default() -> None:
    old = {"sources": [{"kind": "page", "name": "A"}], "reason": "you came", "gone": 1}
    assert recalled(old) == Recipe((Source(SourceKind.PAGE, "A"),), reason="you came")


@pytest.mark.parametrize("data", [{}, {"sources": "A"}, {"sources": [{"kind": "rumour"}]}])
def test_what_was_never_a_recipe_is_not_taken_for_one(data: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        recalled(data)
