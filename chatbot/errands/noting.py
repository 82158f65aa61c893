"""What is noted of people, besides what wikis tell: who opted out, rests, or is to be left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from chatbot.errands.gathering import Gathering
from chatbot.errands.scouting import Scouting
from chatbot.errands.survey import Survey
from commands.messages import Line
from commands.policy import RunPolicy
from commands.rules.audience import Step
from commands.rules.filters import Mention, Note, Reached
from commands.rules.recipe import Recipe
from commands.rules.recipeplaces import placed
from commands.rules.sightings import Sighting
from commands.rules.titles import Title, normalise, root_user
from commands.wikis import SiteFacts
from storage import optouts, reach
from storage.database import Database
from storage.reach import Reach

_ALL = 1_000_000


class Noting:
    """Reads notes. The methods raise WikiTrouble."""

    def __init__(
        self, *, database: Database, scouting: Scouting, survey: Survey, policy: RunPolicy
    ) -> None:
        self._database = database
        self._scouting = scouting
        self._survey = survey
        self._policy = policy

    async def notes(
        self, recipe: Recipe, now: datetime, gathering: Gathering
    ) -> Sequence[Note] | Line:
        """Return all notes for a recipe; a sentence where a list of its cannot be read."""
        without = await self._left_out(recipe, now, gathering)
        if isinstance(without, Line):
            return without
        sites = await self._survey.sites()
        named = (_mention(each, sites) for each in without)
        return (*await self._on_record(recipe, now), *filter(None, named))

    async def _on_record(self, recipe: Recipe, now: datetime) -> Sequence[Note]:
        """Return who is on our own opt-out list, and whom of those asked about runs reached."""
        since = now - recipe.rest if recipe.rest else None
        async with self._database.reading() as session:
            entries = await optouts.listed(session, _ALL)
            those = await reach.reached(session, recipe.not_reached_by, since=since)
        opted_out = (
            Mention(Step.OPTED_OUT, each.wiki, each.user, str(each.number), each.human)
            for each in entries
        )
        return (*opted_out, *_reached(those))

    async def _left_out(
        self, recipe: Recipe, now: datetime, gathering: Gathering
    ) -> Sequence[Sighting] | Line:
        """Return whom the recipe leaves out, and whom the operator always does."""
        always = placed(
            Recipe(sources=self._policy.leave_out),
            home=self._policy.home,
            sites=await self._survey.sites(),
        )
        if isinstance(always, Line):
            return always
        lists = (*recipe.without, *always.sources)
        found = await self._scouting.scouted(recipe, lists, now, gathering)
        return found if isinstance(found, Line) else found.sightings


def _mention(sighting: Sighting, sites: Mapping[str, SiteFacts]) -> Mention | None:
    user = sighting.user or _owner(sighting, sites)
    if user is None:
        return None
    return Mention(Step.EXCLUDED, sighting.wiki, user, sighting.as_listed)


def _owner(sighting: Sighting, sites: Mapping[str, SiteFacts]) -> str | None:
    title = normalise(sighting.title, sites[sighting.wiki])
    return root_user(title) if isinstance(title, Title) else None


def _reached(those: Iterable[Reach]) -> Iterator[Reached]:
    return (
        Reached(each.run, each.at, each.wiki, each.user, each.human)
        for each in those
        if each.user is not None
    )
