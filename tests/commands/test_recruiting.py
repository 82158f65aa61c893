"""Coordinators say who gets a message: recipes at the desk."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands.rules.recipe import Recipe, ScoreParameters
from commands.rules.recipekept import kept, recalled
from storage import runs
from storage.database import Database
from storage.runvalues import ErrandKind
from tests.commands.rules.recipes import heard
from tests.commands.rundesks import RunConversation

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
TYPED = "[[Subscribers]] + group:sysop@svwiki | active: 6 months | you came \\| often"


@pytest.fixture
async def channel(database: Database, tmp_path: Path) -> RunConversation:
    """Alice and Bob are coordinators; run 1 is prepared and not yet proposed."""
    conversation = RunConversation.of(database, NOW, folder=tmp_path)
    await conversation.appoint(["alice", "bob"])
    await conversation.prepare()
    return conversation


async def keep(channel: RunConversation, recipe: Recipe) -> None:
    """Give run 1 a recipe, as the engine does."""
    async with channel.database.transaction() as session:
        await runs.save(session, replace(await channel.run(), recipe=kept(recipe)))


def recipe_of(typed: str) -> Recipe:
    recipe = heard(typed)
    assert isinstance(recipe, Recipe)
    return recipe


async def test_a_recipe_is_said_in_words_and_kept_for_the_engine(
    channel: RunConversation,
) -> None:
    first, *_, last = (await channel.say(f"run audience 1 {TYPED}")).splitlines()
    assert first == "From [[Subscribers]] on metawiki, the group sysop on svwiki."
    assert "looking all of them up" in last
    errand = await channel.errand()
    assert (errand.kind, set(errand.arguments)) == (ErrandKind.AUDIENCE, {"recipe"})
    recipe = recalled(json.loads(errand.arguments["recipe"]))
    assert recipe == recipe_of(TYPED)
    assert recipe.reason == "you came | often"


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("recipe:[[Tech talks/Recipe]]", "[[Tech talks/Recipe]]"),
        ("recipe:file:medicine.toml", "file:medicine.toml"),
    ],
)
async def test_a_recipe_kept_elsewhere_is_left_for_the_engine_to_read(
    channel: RunConversation, said: str, named: str
) -> None:
    answer = await channel.say(f"run audience 1 {said}")
    assert f"reading the recipe {named}, and show it" in answer
    errand = await channel.errand()
    assert errand.arguments == {"recipe_at": named}
    assert errand.answer_to.address == "#talks"


async def test_what_cannot_be_read_changes_nothing(channel: RunConversation) -> None:
    await channel.propose()
    refused = await channel.say("run audience 1 [[A]] | activ: 6 months")
    assert 'no field "activ". If this is meant: active: 6 months' in refused
    assert (await channel.run()).digest is not None


async def test_the_words_follow_what_a_change_voids(channel: RunConversation) -> None:
    await channel.propose()
    first, second, *_ = (await channel.say("run audience 1 [[A]]", account="bob")).splitlines()
    assert "void" in first
    assert second == "From [[A]] on metawiki."


async def test_a_runs_recipe_can_be_typed_again(channel: RunConversation) -> None:
    await keep(channel, recipe_of(TYPED))
    first, *_, last = (await channel.say("run recipe 1")).splitlines()
    assert first == "The audience of run 1 (December):"
    typed = last.partition("!run audience 1 ")[2]
    assert recipe_of(typed) == recipe_of(TYPED)


async def test_what_cannot_be_typed_is_said(channel: RunConversation) -> None:
    await keep(channel, replace(recipe_of("[[A]]"), score=ScoreParameters(noise=1.0)))
    assert "only a recipe file or page can set: noise = 1" in await channel.say("run recipe 1")


async def test_a_run_without_a_recipe_says_how_to_give_it_one(channel: RunConversation) -> None:
    assert "run audience 1 [[Page" in await channel.say("run recipe 1")
    assert "no run 9" in await channel.say("run recipe 9")


async def test_recipes_are_for_coordinators(channel: RunConversation) -> None:
    assert "is for coordinators" in await channel.say("run recipe 1", account="eve")
