"""The errand `run audience`: read a list, look everybody up, keep who gets the message."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from chatbot.errands.sources import Found, Sources
from chatbot.errands.survey import Survey
from chatbot.errands.work import Settle, answer
from commands.messages import Line, Reply, line, reply
from commands.rules.audience import Audience
from commands.rules.lifecycle import drafted
from commands.rules.overview import funnel_lines
from commands.rules.recipekept import recalled
from commands.rules.recipesources import typed_source
from commands.rundesk import Act, Records, run_to_change
from commands.standing import recipients
from storage import confirmations, deliveries, funnels
from storage.values import Errand, Run


class AudienceWork:
    """Makes audiences. `words` turns a reason of ours into the words that recipients read."""

    def __init__(
        self,
        *,
        sources: Sources,
        survey: Survey,
        records: Records,
        words: Callable[[Line], str],
    ) -> None:
        self._sources = sources
        self._survey = survey
        self._records = records
        self._words = words

    async def prepare(self, errand: Errand) -> Settle:
        """Read the list and look everybody up."""
        recipe = recalled(json.loads(errand.arguments["recipe"]))
        found = await self._sources.listed(typed_source(recipe.sources[0]))
        if isinstance(found, Line):
            return answer(found)
        reason = recipe.reason or self._words(found.why)
        audience = await self._survey.audience(found.reading, reason=reason)

        async def settle(act: Act) -> Reply:
            return await self._settle(act, errand, found, audience)

        return settle

    async def _settle(self, act: Act, errand: Errand, found: Found, audience: Audience) -> Reply:
        run = await run_to_change(act, errand.run)
        if isinstance(run, Line):
            return reply(run)
        run, voided = await self._records.reopen(act, run)
        before = await recipients(act.session, run.number)
        if tuple(before) != audience.recipients:
            await confirmations.lift_objections(act.session, run.number, act.now)
        await deliveries.freeze(act.session, run.number, audience.recipients)
        await funnels.keep(act.session, run.number, audience.steps, audience.left_out)
        changed = replace(
            run,
            state=drafted(len(audience.recipients)),
            audience_source=found.name,
            recipe=json.loads(errand.arguments["recipe"]),
        )
        await self._records.keep(act, changed, "run.audience", recipients=len(audience.recipients))
        return reply(*voided, *_told(changed, audience))


def _told(run: Run, audience: Audience) -> tuple[Line, ...]:
    count = len(audience.recipients)
    wikis = tuple({each.wiki: None for each in audience.recipients})
    key = "audience.built" if count else "audience.nobody"
    built = line(key, run=run.number, name=run.name, count=count, wikis=wikis)
    return (built, *funnel_lines(audience.steps, audience.left_out))
