"""One wiki's lane: looks what stands there, then delivers one message after another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger

from chatbot.delivery.course import Course
from chatbot.delivery.holding import Holding
from chatbot.delivery.pace import Pace
from chatbot.delivery.recovery import Recovery
from chatbot.delivery.saving import Saving
from chatbot.delivery.setbacks import Setbacks
from chatbot.delivery.templates import Templates
from commands.rules.delivery import (
    Again,
    Halt,
    Halting,
    Look,
    Next,
    Pause,
    Settled,
    Streak,
)
from commands.wikis import Wiki, WikiTrouble
from storage import claims, runs
from storage.lanes import LaneLost
from storage.values import Delivery, DeliveryState, Run


class _Paused(Exception):  # noqa: N818 - how work ends when the wiki wants a pause
    def __init__(self, reason: str, at_least: timedelta | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at_least = at_least


class Lane:
    """Works one wiki's deliveries off while the lane is held."""

    def __init__(
        self,
        *,
        wiki: Wiki,
        holding: Holding,
        recovery: Recovery,
        templates: Templates,
        saving: Saving,
        pace: Pace,
        course: Course,
        setbacks: Setbacks,
        canary: int,
        log: FilteringBoundLogger,
    ) -> None:
        self._wiki = wiki
        self._holding = holding
        self._recovery = recovery
        self._templates = templates
        self._saving = saving
        self._pace = pace
        self._course = course
        self._setbacks = setbacks
        self._canary = canary
        self._log = log
        self._streak = Streak()
        self._ended: Delivery | None = None

    async def work(self, setbacks: int) -> None:
        """Deliver until nothing is left to do, the wiki wants a pause, or the engine ends.

        `setbacks` is how often in a row the lane has paused before. The lane is let go of.
        """
        self._ended = None
        self._setbacks.begin(setbacks)
        try:
            await self._work()
            await self._holding.release()
        except LaneLost:
            self._log.warning("lane.lost")
        except _Paused as paused:
            await self._setbacks.pause(paused.reason, at_least=paused.at_least)
        except WikiTrouble as trouble:
            await self._setbacks.pause(trouble.reason)
        except Exception as fault:  # noqa: BLE001 - the other lanes go on whatever it is
            self._log.exception("lane.fault")
            await self._setbacks.pause(type(fault).__name__)

    async def _work(self) -> None:
        account = await self._wiki.account()
        self._pace.heed(account.edits_per_minute)
        self._templates.look_at_once()
        while not self._holding.ending and (under_way := await self._runs_at_work()):
            await self._recovery.look(tuple(under_way.values()))
            await self._deliver(under_way, own=account.name)

    async def _runs_at_work(self) -> dict[int, Run]:
        async with self._holding.transaction() as session:
            numbers = await claims.runs_at_work(session, self._wiki.name, self._canary)
            found = [await runs.get(session, number) for number in numbers]
        at_work = {run.number: run for run in found if run is not None}
        for run in at_work.values():
            await self._course.begin(run)
        return at_work

    async def _deliver(self, under_way: Mapping[int, Run], *, own: str) -> None:
        """Deliver one after another until there is none, or one after which to look again."""
        going_on = True
        while going_on and not self._holding.ending:
            await self._watch_templates(under_way)
            await self._take_turn()
            delivery = await self._claim(under_way)
            if delivery is None:
                break
            run = under_way[delivery.run]
            going_on = await self._follow(await self._saving.attempt(delivery, run, own=own))
            await self._course.advance(run)
        await self._record()

    async def _watch_templates(self, under_way: Mapping[int, Run]) -> None:
        if not self._templates.due(under_way.values()):
            return
        await self._record()
        for run, pages in await self._templates.changed(under_way.values()):
            await self._halt(run.number, Halting.TEMPLATE_CHANGED, ", ".join(pages))

    async def _take_turn(self) -> None:
        """Wait for the pace; what has ended is not kept from the record so long."""
        if seconds := self._pace.wait():
            await self._record()
            await self._holding.wait(seconds)

    async def _claim(self, under_way: Mapping[int, Run]) -> Delivery | None:
        """Take the next delivery; what has ended is recorded in the same transaction."""
        if self._holding.ending:
            return None
        if self._setbacks.any:
            await self._record()
        ended, self._ended = self._ended, None
        return await self._holding.step(ended, runs=under_way, canary=self._canary)

    async def _follow(self, following: Next) -> bool:
        """Do what follows from an attempt. Return whether the next may be delivered at once."""
        match following:
            case Settled(delivery):
                self._ended = delivery
                self._log.info("delivery.settled", **_record_of(delivery))
                self._streak = self._streak.with_next(delivery)
                return await self._break_streak()
            case Look(delivery):
                self._ended = delivery
                return False
            case Pause(delivery, reason, at_least):
                self._ended = delivery
                await self._record()
                raise _Paused(reason, at_least)
            case Halt(delivery, reason, detail):
                self._ended = delivery
                await self._halt(delivery.run, reason, detail)
                return False
            case Again():
                raise ValueError("an attempt that is not over")

    async def _break_streak(self) -> bool:
        streak = self._streak
        if not streak.too_long:
            return True
        self._streak = Streak()
        await self._halt(streak.run, Halting.SAME_FAILURE, streak.outcome)
        return False

    async def _halt(self, run: int, reason: Halting, detail: str) -> None:
        async with self._holding.transaction() as session:
            await self._settle(session)
            await self._course.halt(session, run, reason, wiki=self._wiki.name, detail=detail)

    async def _record(self) -> None:
        if self._ended is not None:
            async with self._holding.transaction() as session:
                await self._settle(session)

    async def _settle(self, session: AsyncSession) -> None:
        ended, self._ended = self._ended, None
        if ended is None:
            return
        await claims.settle(session, ended)
        if ended.state is DeliveryState.SENT and self._setbacks.any:
            await self._setbacks.end(session, saved=ended.run)


def _record_of(delivery: Delivery) -> dict[str, object]:
    """Return what the log may know of a delivery: numbers, no names."""
    return {
        "run": delivery.run,
        "number": delivery.recipient.number,
        "state": str(delivery.state),
        "outcome": delivery.outcome,
        "revid": delivery.revid,
    }
