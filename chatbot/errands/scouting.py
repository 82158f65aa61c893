"""Finds whom the sources of a recipe name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from chatbot.errands.gathering import Gathering
from chatbot.errands.sources import Found, Sources
from chatbot.errands.together import together
from chatbot.errands.topics import Topics
from commands.census import Census, Contribution, Window
from commands.messages import Line, line
from commands.rules.lists import Unread
from commands.rules.reasons import reason
from commands.rules.recipe import Recipe, Source, SourceKind
from commands.rules.sightings import Sighting, sightings_of
from commands.rules.significance import significant
from commands.rules.subscriptions import as_typed, listed_as, takes
from storage import editors, events, reach, runs, subscriptions
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Scouted:
    """All whom sources name, and what in them names nobody."""

    sightings: tuple[Sighting, ...] = ()
    unread: tuple[Unread, ...] = ()


class Scouting:
    """Reads sources. `words` turns a reason of ours into the words that recipients read."""

    def __init__(
        self,
        *,
        database: Database,
        sources: Sources,
        census: Mapping[str, Census],
        topics: Topics,
        home: str,
        unified: bool,
        words: Callable[[Line], str],
    ) -> None:
        self._database = database
        self._sources = sources
        self._census = census
        self._topics = topics
        self._home = home
        self._unified = unified
        self._words = words

    async def scouted(
        self, recipe: Recipe, sources: Sequence[Source], now: datetime, gathering: Gathering
    ) -> Scouted | Line:
        """Return whom these sources name; a sentence where one cannot be read.

        `sources` are those of the recipe, or those whom it leaves out. Edits count up to `now`.
        Raises WikiTrouble and HistoryTrouble.
        """
        within = recipe.significance.within
        window = Window(since=now - within if within else None, until=now)
        asked = _Asked(recipe, window, gathering)
        found = await together(self._one(each, asked) for each in sources)
        problem = next((each for each in found if isinstance(each, Line)), None)
        if problem is not None:
            return problem
        return _joined(each for each in found if isinstance(each, Scouted))

    async def _one(self, source: Source, asked: _Asked) -> Scouted | Line:
        if source.kind is SourceKind.FILE:
            return self._listed(await self._sources.file(source.name), asked)
        if source.kind is SourceKind.TOPIC:
            return await self._topic(source, asked)
        if source.kind is SourceKind.RUN:
            return await self._run(source.number or 0, asked)
        if source.kind is SourceKind.ATTENDEES:
            return await self._attendees(source.number or 0, asked)
        if source.kind is SourceKind.SUBSCRIBED:
            return await self._subscribed(source.number or 0, asked)
        name = f"source/{source.kind}/{source.wiki}/{source.name}/{source.depth}"
        return await asked.gathering.part(name, Scouted, partial(self._on_wiki, source, asked))

    async def _on_wiki(self, source: Source, asked: _Asked) -> Scouted:
        if source.kind is SourceKind.GROUP:
            names = await self._census[source.wiki].in_group(source.name)
            why = asked.reason(self._words, reason(source.kind, source.name))
            return Scouted(
                tuple(Sighting(source.wiki, each, user=each, reason=why) for each in names)
            )
        if source.kind is SourceKind.SIGNERS:
            return self._told(await self._sources.signers(source.wiki, source.name), asked)
        return self._told(
            await self._sources.listed(source.wiki, source.name, depth=source.depth), asked
        )

    async def _topic(self, source: Source, asked: _Asked) -> Scouted:
        recipe = asked.recipe
        name = f"topic/{source.wiki}/{source.name}/{source.depth}"
        topic = await self._topics.topic(source, recipe, asked.window, asked.gathering, name)
        found = topic.contributions
        by_account: dict[tuple[str, str], list[Contribution]] = {}
        for each in found:
            by_account.setdefault((each.wiki, each.user), []).append(each)
        why = asked.reason(self._words, reason(source.kind, source.name))
        return Scouted(
            tuple(
                Sighting(
                    wiki, user, user=user, reason=why, contributions=tuple(by_account[wiki, user])
                )
                for wiki, user in significant(found, recipe.significance, unified=self._unified)
            ),
            tuple(Unread(0, wiki, "not-imported") for wiki in topic.missing),
        )

    async def _run(self, number: int, asked: _Asked) -> Scouted | Line:
        async with self._database.reading() as session:
            run = await runs.get(session, number)
            those = await reach.reached(session, [number], since=None)
        if run is None:
            return line("audience.no_run", number=number)
        why = asked.reason(self._words, reason(SourceKind.RUN, run.name))
        return Scouted(
            tuple(Sighting(each.wiki, each.title, title=each.title, reason=why) for each in those)
        )

    async def _attendees(self, number: int, asked: _Asked) -> Scouted | Line:
        async with self._database.reading() as session:
            event = await events.get(session, number)
            names, unnamed = await editors.attending(session, [number])
        if event is None:
            return line("audience.no_event", number=number)
        why = asked.reason(self._words, reason(SourceKind.ATTENDEES, event.title))
        return Scouted(
            tuple(Sighting(self._home, each, user=each, reason=why) for each in names),
            (Unread(0, str(unnamed), "no-wikiname"),) if unnamed else (),
        )

    async def _subscribed(self, number: int, asked: _Asked) -> Scouted | Line:
        """Return the pages that subscribed, those to other events with what they want instead."""
        async with self._database.reading() as session:
            event = await events.get(session, number)
            pages = await subscriptions.pages(session)
        if event is None:
            return line("audience.no_event", number=number)
        why = asked.reason(self._words, reason(SourceKind.SUBSCRIBED, event.title))
        places = await self._sources.places([each.destination for each in pages])
        return Scouted(
            tuple(
                Sighting(
                    wiki,
                    listed_as(page.destination),
                    title=title,
                    reason=why,
                    unwanted="" if takes(page, event) else as_typed(page),
                )
                for page, (wiki, title) in zip(pages, places, strict=True)
            )
        )

    def _listed(self, found: Found | Line, asked: _Asked) -> Scouted | Line:
        return found if isinstance(found, Line) else self._told(found, asked)

    def _told(self, found: Found, asked: _Asked) -> Scouted:
        why = asked.reason(self._words, found.why)
        reading = found.reading
        return Scouted(tuple(sightings_of(reading.listed, reason=why)), reading.unread)


@dataclass(frozen=True, slots=True)
class _Asked:
    recipe: Recipe
    window: Window
    gathering: Gathering

    def reason(self, words: Callable[[Line], str], ours: Line) -> str:
        """Return the coordinators' own reason, or else ours in words."""
        return self.recipe.reason or words(ours)


def _joined(found: Iterable[Scouted]) -> Scouted:
    each = tuple(found)
    return Scouted(
        tuple(sighting for one in each for sighting in one.sightings),
        tuple(entry for one in each for entry in one.unread),
    )
