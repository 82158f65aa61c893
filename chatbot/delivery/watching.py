"""All that a lane keeps an eye on beside its deliveries, and what follows from it."""

from __future__ import annotations

from collections.abc import Collection

from chatbot.delivery.course import Course
from chatbot.delivery.holding import Holding
from chatbot.delivery.reverts import RevertWatch
from chatbot.delivery.signs import SignWatch
from chatbot.delivery.templates import Templates
from commands.rules.delivery import Halting
from storage.runvalues import Run


class Watching:
    """Looks at each thing when it is due. What stops the lane does so by the next claim."""

    def __init__(
        self,
        *,
        holding: Holding,
        course: Course,
        signs: SignWatch,
        reverts: RevertWatch,
        templates: Templates,
    ) -> None:
        self._holding = holding
        self._course = course
        self._signs = signs
        self._reverts = reverts
        self._templates = templates

    def begin(self) -> None:
        """Let everything be due now."""
        self._signs.look_at_once()
        self._reverts.look_at_once()
        self._templates.look_at_once()

    def count(self) -> None:
        """Note an edit."""
        self._signs.count()
        self._templates.count()

    def due(self, runs: Collection[Run]) -> bool:
        """Return whether it is time to look at anything."""
        return self._signs.due or self._reverts.due or self._templates.due(runs)

    async def look(self, runs: Collection[Run]) -> bool:
        """Look at what is due. Return whether the wiki stops the bot as of now.

        Raises WikiTrouble and LaneLost.
        """
        if self._signs.due and await self._signs.stopped(runs):
            return True
        if self._reverts.due:
            await self._reverts.look(runs)
        if self._templates.due(runs):
            await self._compare_templates(runs)
        return False

    async def blocked(self, runs: Collection[Run]) -> bool:
        """Look at once whether the wiki stops the bot, who just was refused."""
        return await self._signs.stopped(runs)

    async def _compare_templates(self, runs: Collection[Run]) -> None:
        wiki = self._holding.wiki
        for run, pages in await self._templates.changed(runs):
            async with self._holding.transaction() as session:
                await self._course.halt(
                    session,
                    run.number,
                    Halting.TEMPLATE_CHANGED,
                    wiki=wiki,
                    detail=", ".join(pages),
                )
