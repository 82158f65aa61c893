"""The desk where it is said who gets a run's message: recipes of audiences."""

from __future__ import annotations

import json

from commands.asking import ask, run_to_draft
from commands.declaration import Argument, Call, Command, Kind, Who
from commands.grammar import plain
from commands.messages import Line, Reply, line, reply
from commands.policy import RunPolicy
from commands.rules.recipe import Recipe
from commands.rules.recipekept import kept, recalled
from commands.rules.recipesources import RecipeAt
from commands.rules.recipetext import as_typed, read
from commands.rules.recipewords import in_words
from commands.rundesk import RUN, Records, act_of, run_meant
from storage import errands
from storage.runvalues import ErrandKind, Run, RunKind

_STOP = "stop"


class Recruiting:
    """Takes recipes, says what they mean, and has audiences made of them."""

    def __init__(self, *, policy: RunPolicy, records: Records) -> None:
        self._home = policy.home
        self._records = records

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        coordinator = Who.COORDINATOR
        return (
            Command(
                "run audience",
                coordinator,
                "help.run_audience",
                "run audience 7 [[Tech talks/Subscribers]] | you subscribed to tech talks",
                self.audience,
                (
                    RUN,
                    Argument("sources", Kind.TEXT),
                    Argument("rest", Kind.PARTS, optional=True),
                ),
                writes=True,
                form="run audience N SOURCE [+ SOURCE]… [| field: value]… [| REASON]",
            ),
            Command(
                "run recipe",
                coordinator,
                "help.run_recipe",
                "run recipe 7",
                self.recipe,
                (RUN,),
            ),
        )

    async def audience(self, call: Call) -> Reply:
        """Say a recipe in words, and have it made an audience.

        What is kept elsewhere is said by the engine, which reads it. An audience that is still
        being made is given up for the new one, or for none.
        """
        run = await run_to_draft(call, but=(RunKind.CORRECTION, RunKind.RETRACTION))
        if isinstance(run, Line):
            return reply(run)
        if plain(call.text("sources")) == _STOP:
            return reply(await self._stop(call, run))
        recipe = read(call.text("sources"), call.parts("rest"))
        if isinstance(recipe, Line):
            return reply(recipe)
        _, voided = await self._records.reopen(act_of(call), run)
        await errands.supersede(call.session, run.number, ErrandKind.AUDIENCE)
        await ask(call, ErrandKind.AUDIENCE, run, recipe_arguments(recipe))
        return reply(*voided, *self._taken(run, recipe))

    async def recipe(self, call: Call) -> Reply:
        """Say by what recipe a run's audience was made."""
        run = await run_meant(call, lock=False)
        if isinstance(run, Line):
            return reply(run)
        if not run.recipe:
            return reply(line("recipe.none", run=run.number, name=run.name, prefix=call.prefix))
        recipe = recalled(run.recipe)
        return reply(
            line("recipe.of_run", run=run.number, name=run.name),
            *in_words(recipe, home=self._home),
            line("recipe.typed", run=run.number, recipe=as_typed(recipe), prefix=call.prefix),
        )

    async def _stop(self, call: Call, run: Run) -> Line:
        stopped = await errands.supersede(call.session, run.number, ErrandKind.AUDIENCE)
        key = "audience.stopped" if stopped else "audience.nothing_to_stop"
        return line(key, run=run.number, name=run.name)

    def _taken(self, run: Run, recipe: Recipe | RecipeAt) -> tuple[Line, ...]:
        """Say what was understood, as far as it is known yet, and what is done now."""
        if isinstance(recipe, RecipeAt):
            return (line("errand.recipe_at", run=run.number, name=run.name, recipe=recipe.named),)
        asked = line("errand.recipe", run=run.number, name=run.name)
        return (*in_words(recipe, home=self._home), asked)


def recipe_arguments(recipe: Recipe | RecipeAt) -> dict[str, str]:
    """Return a recipe as the errand has it: as JSON, or as the name of where it is kept."""
    if isinstance(recipe, RecipeAt):
        return {"recipe_at": recipe.named}
    return {"recipe": json.dumps(kept(recipe), ensure_ascii=False)}
