"""One wiki's lane: looks what stands there, then delivers one message after another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger

from chatbot.delivery.course import Course
from chatbot.delivery.handing import Handing
from chatbot.delivery.holding import Holding
from chatbot.delivery.pace import Pace
from chatbot.delivery.recovery import Recovery
from chatbot.delivery.saving import Saving
from chatbot.delivery.setbacks import Setbacks
from chatbot.delivery.watching import Watching
from commands.rules.breaker import Streak
from commands.rules.delivery import (
    Again,
    Halt,
    Halting,
    Look,
    Next,
    Pause,
    Settled,
    Wait,
)
from commands.wikis import Wiki, WikiTrouble
from storage import claims, runs
from storage.lanes import LaneLost
from storage.runvalues import Delivery, DeliveryState, Run


class _Paused(Exception):  # noqa: N818 - how work ends when the wiki wants a pause
    def __init__(self, reason: str, at_least: timedelta | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at_least = at_least


class _Resting(Exception):  # noqa: N818 - how work ends when there is none for a while
    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class Lane:
    """Works one wiki's deliveries off while the lane is held.

    `often` is how long nothing is looked at, `longest_wait` for how long the lane may be held
    without a sign of life.
    """

    def __init__(
        self,
        *,
        wiki: Wiki,
        holding: Holding,
        recovery: Recovery,
        watching: Watching,
        saving: Saving,
        handing: Handing,
        pace: Pace,
        course: Course,
        setbacks: Setbacks,
        canary: int,
        often: timedelta,
        longest_wait: timedelta,
        log: FilteringBoundLogger,
    ) -> None:
        self._wiki = wiki
        self._holding = holding
        self._recovery = recovery
        self._watching = watching
        self._saving = saving
        self._handing = handing
        self._pace = pace
        self._course = course
        self._setbacks = setbacks
        self._canary = canary
        self._often = often
        self._longest_wait = longest_wait
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
        except _Resting as resting:
            await self._holding.rest(resting.until)
        except _Paused as paused:
            await self._setbacks.pause(paused.reason, at_least=paused.at_least)
        except WikiTrouble as trouble:
            await self._setbacks.pause(trouble.reason)
        except Exception as fault:  # noqa: BLE001 - the other lanes go on whatever it is
            self._log.exception("lane.fault")
            await self._setbacks.pause(type(fault).__name__)

    async def _work(self) -> None:
        self._watching.begin()
        attended: frozenset[int] = frozenset()
        delivered: tuple[Run, ...] = ()
        while not self._holding.ending and (under_way := await self._runs_at_work()):
            if attended == under_way.keys():
                # Their first messages are being looked at by people, and by us now and then.
                raise _Resting(self._holding.now() + self._often)
            # First of all: an account that is locked is not even let in.
            if await self._watching.look(under_way.values()):
                continue
            account = await self._wiki.account()
            self._pace.heed(account.edits_per_minute)
            await self._recovery.look(tuple(under_way.values()))
            any_handed = await self._hand_over(under_way, own=account.name)
            any_claimed = await self._deliver(under_way, own=account.name) or any_handed
            if any_claimed:
                delivered = tuple(under_way.values())
            attended = frozenset(() if any_claimed else under_way)
        if delivered and not self._holding.ending:
            await self._recovery.read_back(delivered)

    async def _runs_at_work(self) -> dict[int, Run]:
        now = self._holding.now()
        async with self._holding.transaction() as session:
            numbers = await claims.runs_at_work(
                session, self._wiki.name, canary=self._canary, now=now
            )
            found = [await runs.get(session, number) for number in numbers]
        at_work = {run.number: run for run in found if run is not None}
        for run in at_work.values():
            await self._course.begin(run)
        return at_work

    async def _hand_over(self, under_way: Mapping[int, Run], *, own: str) -> bool:
        """Hand over one text after another, once it is looked at what was delivered.

        Return whether there was any.
        """
        any_done = await self._handing.look(under_way.values(), own=own)
        while not self._holding.ending:
            await self._watch(under_way)
            if await self._waited():
                continue
            if not await self._handing.hand_over(under_way.values(), own=own):
                break
            any_done = True
        return any_done

    async def _deliver(self, under_way: Mapping[int, Run], *, own: str) -> bool:
        """Deliver one after another until there is none, or one after which to look again.

        Return whether there was any.
        """
        any_claimed, going_on = False, True
        while going_on and not self._holding.ending:
            await self._watch(under_way)
            if await self._waited():
                continue
            delivery = await self._claim(under_way)
            if delivery is None:
                break
            any_claimed, run = True, under_way[delivery.run]
            following = await self._saving.attempt(delivery, run, own=own)
            going_on = await self._follow(following, under_way)
            await self._course.advance(run)
        await self._record()
        return any_claimed

    async def _watch(self, under_way: Mapping[int, Run]) -> None:
        if self._watching.due(under_way.values()):
            await self._record()
            await self._watching.look(under_way.values())

    async def _waited(self) -> bool:
        """Wait a little where it is no time to edit; what has ended is on record before that.

        Return whether it was none. A lane that would wait for long lets go.
        """
        now = self._holding.now()
        seconds = self._pace.wait()
        opening = self._pace.opening(now)
        if not seconds and opening is None:
            return False
        await self._record()
        if opening is not None or seconds > self._longest_wait.total_seconds():
            raise _Resting(opening or now + timedelta(seconds=seconds))
        await self._holding.wait(min(seconds, self._often.total_seconds()))
        return True

    async def _claim(self, under_way: Mapping[int, Run]) -> Delivery | None:
        """Take the next delivery; what has ended is recorded in the same transaction."""
        if self._holding.ending:
            return None
        if self._setbacks.any:
            await self._record()
        ended, self._ended = self._ended, None
        return await self._holding.step(ended, runs=under_way, canary=self._canary)

    async def _follow(self, following: Next, under_way: Mapping[int, Run]) -> bool:
        """Do what follows from an attempt. Return whether the next may be delivered at once."""
        match following:
            case Settled(delivery):
                self._ended = delivery
                self._log.info("delivery.settled", **_record_of(delivery))
                self._watching.count()
                return not await self._broken(delivery)
            case Wait(delivery):
                self._ended = delivery
                return True
            case Look(delivery):
                self._ended = delivery
                return False
            case Pause(delivery, reason, at_least):
                self._ended = delivery
                await self._record()
                raise _Paused(reason, at_least)
            case Halt(delivery, reason, detail):
                self._ended = delivery
                await self._record()
                if not await self._watching.blocked(under_way.values()):
                    await self._halt(delivery.run, reason, detail)
                return False
            case Again():
                raise ValueError("an attempt that is not over")

    async def _broken(self, ended: Delivery) -> bool:
        """Return whether a run halts because of how this and the last deliveries ended."""
        self._streak = self._streak.with_next(ended)
        if self._course.fails_too_often(ended):
            detail = f"{ended.outcome}: {ended.detail}"
            await self._halt(ended.run, Halting.ERROR_SHARE, detail)
            return True
        streak = self._streak
        if streak.too_long:
            await self._halt(streak.run, Halting.SAME_FAILURE, streak.outcome)
        return streak.too_long

    async def _halt(self, run: int, reason: Halting, detail: str) -> None:
        self._streak = Streak()
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
