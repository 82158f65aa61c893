"""The errand `run audience`: find whom a recipe names, and keep who of them gets the message."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import msgspec

from chatbot.clock import Clock
from chatbot.errands.gathering import Gathering
from chatbot.errands.noting import Noting
from chatbot.errands.scouting import Scouting
from chatbot.errands.sources import Sources
from chatbot.errands.survey import Survey
from chatbot.errands.work import Settle, answer
from commands.census import HistoryTrouble
from commands.messages import Line, Reply, line, reply
from commands.policy import RunPolicy
from commands.rules.audience import Audience
from commands.rules.lifecycle import drafted
from commands.rules.overview import funnel_lines
from commands.rules.recipe import Recipe
from commands.rules.recipekept import kept, recalled
from commands.rules.recipeplaces import placed
from commands.rules.recipesources import typed_source
from commands.rules.recipewords import in_words
from commands.rules.selection import Selected
from commands.rundesk import Act, Records, run_to_change
from commands.standing import recipients
from storage import confirmations, considered, deliveries, funnels
from storage.database import Database
from storage.runvalues import Errand, Run


class AudienceWork:
    """Makes audiences.

    `told` is called after a line for who asked was planned.
    """

    def __init__(
        self,
        *,
        database: Database,
        sources: Sources,
        scouting: Scouting,
        noting: Noting,
        survey: Survey,
        records: Records,
        policy: RunPolicy,
        clock: Clock,
        told: Callable[[], None],
    ) -> None:
        self._database = database
        self._sources = sources
        self._scouting = scouting
        self._noting = noting
        self._survey = survey
        self._records = records
        self._policy = policy
        self._clock = clock
        self._told = told

    async def prepare(self, errand: Errand) -> Settle:
        """Read the sources, ask about everybody, and choose."""
        try:
            return await self._prepare(errand)
        except HistoryTrouble as trouble:
            return answer(line("audience.no_history", run=errand.run, reason=str(trouble)))

    async def _prepare(self, errand: Errand) -> Settle:
        gathering = Gathering(
            database=self._database, errand=errand, clock=self._clock, told=self._told
        )
        recipe = await self._recipe(errand, gathering)
        if isinstance(recipe, Line):
            return answer(recipe)
        now = await gathering.part("begun", datetime, self._now)
        scouted = await self._scouting.scouted(recipe, recipe.sources, now, gathering)
        if isinstance(scouted, Line):
            return answer(scouted)
        notes = await self._noting.notes(recipe, now, gathering)
        if isinstance(notes, Line):
            return answer(notes)
        selected = await self._survey.select(
            scouted.sightings,
            scouted.unread,
            recipe=recipe,
            notes=notes,
            now=now,
            gathering=gathering,
        )

        async def settle(act: Act) -> Reply:
            return await self._settle(act, errand, recipe, selected)

        return settle

    async def _recipe(self, errand: Errand, gathering: Gathering) -> Recipe | Line:
        """Return the recipe with its pages where they are; one that is kept elsewhere is said."""
        if "recipe_at" not in errand.arguments:
            recipe: Recipe | Line = recalled(json.loads(errand.arguments["recipe"]))
        else:
            recipe = await self._sources.recipe(errand.arguments["recipe_at"])
        if isinstance(recipe, Line):
            return recipe
        if "recipe_at" in errand.arguments:
            await gathering.tell(*in_words(recipe, home=self._policy.home))
        return placed(recipe, home=self._policy.home, sites=await self._survey.sites())

    async def _now(self) -> datetime:
        return self._clock()

    async def _settle(self, act: Act, errand: Errand, recipe: Recipe, selected: Selected) -> Reply:
        run = await run_to_change(act, errand.run)
        if isinstance(run, Line):
            return reply(run)
        run, voided = await self._records.reopen(act, run)
        audience = selected.audience
        before = await recipients(act.session, run.number)
        if tuple(before) != audience.recipients:
            await confirmations.lift_objections(act.session, run.number, act.now)
        await deliveries.freeze(act.session, run.number, audience.recipients)
        await funnels.keep(act.session, run.number, audience.steps, audience.left_out)
        people = (
            (each.name, msgspec.to_builtins(each, order="deterministic"))
            for each in selected.considered
        )
        await considered.keep(act.session, run.number, people)
        changed = replace(
            run,
            state=drafted(len(audience.recipients)),
            audience_source=" + ".join(map(typed_source, recipe.sources)),
            recipe=kept(recipe),
        )
        await self._records.keep(act, changed, "run.audience", recipients=len(audience.recipients))
        return reply(*voided, *_told(changed, audience))


def _told(run: Run, audience: Audience) -> tuple[Line, ...]:
    count = len(audience.recipients)
    wikis = tuple({each.wiki: None for each in audience.recipients})
    key = "audience.built" if count else "audience.nobody"
    built = line(key, run=run.number, name=run.name, count=count, wikis=wikis)
    return (built, *funnel_lines(audience.steps, audience.left_out))
