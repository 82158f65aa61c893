"""A lane's setbacks in a row: how long it pauses after each, and what coordinators hear of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger

from chatbot.delivery.course import Course
from chatbot.delivery.holding import Holding
from chatbot.delivery.settings import LaneSettings
from commands.rules.delivery import WORTH_A_LINE, back_off, setbacks_after
from storage.lanes import LaneLost


class Setbacks:
    """How often in a row the wiki of a lane took nothing. `jitter` gives 0 to 1.

    Coordinators hear once that their runs wait, and once that they go on. Both follow from the
    count alone, which stands in the database: so it is the same whichever process has the lane.
    """

    def __init__(
        self,
        *,
        holding: Holding,
        course: Course,
        settings: LaneSettings,
        jitter: Callable[[], float],
        log: FilteringBoundLogger,
    ) -> None:
        self._holding = holding
        self._course = course
        self._settings = settings
        self._jitter = jitter
        self._log = log
        self._count = 0

    @property
    def any(self) -> bool:
        """Whether nothing was saved since the last one."""
        return self._count > 0

    def begin(self, count: int) -> None:
        """Take up a lane that has had so many."""
        self._count = count

    async def pause(self, reason: str, *, at_least: timedelta | None = None) -> None:
        """Let go of the lane for a while, unless it is lost already."""
        span = self._span(at_least)
        self._log.warning("lane.pauses", seconds=span.total_seconds(), reason=reason)
        count = setbacks_after(self._count, span)
        try:
            async with self._holding.transaction() as session:
                if self._count < WORTH_A_LINE <= count:
                    await self._course.wait(session, self._holding.wiki, reason)
                await self._holding.pause(session, span, reason, setbacks=count)
        except LaneLost:
            self._log.warning("lane.lost")

    async def end(self, session: AsyncSession, *, saved: int) -> None:
        """Forget them: a message of the run `saved` stands."""
        if self._count >= WORTH_A_LINE:
            await self._course.go_on(session, self._holding.wiki, saved)
        await self._holding.went_well(session)
        self._count = 0

    def _span(self, at_least: timedelta | None) -> timedelta:
        return back_off(
            self._count,
            first=self._settings.first_pause,
            longest=self._settings.longest_pause,
            jitter=self._jitter(),
            at_least=at_least,
        )
