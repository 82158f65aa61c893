"""A delivery engine put together as the composition root does, with nothing else around it."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from chatbot.clock import Alarm, Clock, Scheduler, utc_now
from chatbot.delivery.announcing import Announcing
from chatbot.delivery.course import Course
from chatbot.delivery.engine import DeliveryEngine
from chatbot.delivery.settings import LaneSettings
from chatbot.delivery.stopping import Stopping
from chatbot.reporting.reports import Reports
from chatbot.text import Texts
from commands.policy import RunPolicy
from commands.wikis import Wiki
from storage import events  # noqa: F401 - notices refer to its table
from storage.database import Database
from storage.runvalues import Delivery, DeliveryState, Run, RunState
from storage.values import Destination, Place
from tests.prepared import all_deliveries, stands

CHANNEL = Destination("libera", Place.CHANNEL, "#coordinators")
QUICK = LaneSettings(
    settle=timedelta(seconds=1),
    often=timedelta(milliseconds=300),
    first_pause=timedelta(milliseconds=100),
    longest_pause=timedelta(milliseconds=400),
)


def policy(
    wikis: Mapping[str, Wiki],
    *,
    unified: bool = False,
    canary: int = 5,
    canary_pause: timedelta = timedelta(),
) -> RunPolicy:
    """Return what a configuration with these wikis decides."""
    return RunPolicy(
        home=min(wikis),
        wikis=tuple(wikis),
        secret=b"known to the tests",
        footer="",
        about="User:Bellringer",
        optout="User:Bellringer/Opt-out",
        unified=unified,
        coordinators=(CHANNEL,),
        canary=canary,
        canary_pause=canary_pause,
    )


@asynccontextmanager
async def delivering(
    database: Database,
    wikis: Mapping[str, Wiki],
    *,
    folder: Path,
    settings: LaneSettings = QUICK,
    unified: bool = False,
    canary: int = 5,
    canary_pause: timedelta = timedelta(),
    holder: str = "this process",
) -> AsyncIterator[Alarm]:
    """Run an engine until the end of the block. Its alarm is for whoever changes a run."""
    decided = policy(wikis, unified=unified, canary=canary, canary_pause=canary_pause)
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.start()
    time_is = Time(scheduler=scheduler, clock=utc_now, monotonic=time.monotonic)
    try:
        async with engine_at_work(
            database, wikis, decided, settings, time_is, folder=folder, holder=holder
        ) as alarm:
            yield alarm
    finally:
        scheduler.shutdown()


@dataclass(frozen=True, kw_only=True)
class Time:
    """The clocks that an engine goes by."""

    scheduler: Scheduler
    clock: Clock
    monotonic: Callable[[], float]


@asynccontextmanager
async def engine_at_work(
    database: Database,
    wikis: Mapping[str, Wiki],
    decided: RunPolicy,
    settings: LaneSettings,
    time_is: Time,
    *,
    folder: Path,
    holder: str = "this process",
) -> AsyncIterator[Alarm]:
    """Run an engine that goes by these clocks until the end of the block."""
    clock = time_is.clock
    announcing = Announcing(policy=decided, clock=clock)
    log = structlog.get_logger()
    alarm = Alarm(name="deliveries", scheduler=time_is.scheduler, clock=clock)
    reports = Reports(
        database=database,
        folder=folder / "reports",
        policy=decided,
        texts=Texts(),
        revision_urls={name: f"https://{name}.example/?diff={{revid}}" for name in wikis},
        clock=clock,
    )
    engine = DeliveryEngine(
        database=database,
        wikis=wikis,
        policy=decided,
        settings=settings,
        course=Course(
            database=database,
            policy=decided,
            write_report=reports.write,
            announcing=announcing,
            clock=clock,
            told=lambda: None,
            log=log,
        ),
        stopping=Stopping(
            policy=decided,
            announcing=announcing,
            addresses={name: f"https://{name}.example/index.php" for name in wikis},
            clock=clock,
            log=log,
        ),
        alarm=alarm,
        clock=clock,
        monotonic=time_is.monotonic,
        jitter=random.random,
        holder=holder,
        log=log,
    )
    task = asyncio.create_task(engine.run(), name="deliveries")
    try:
        yield alarm
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], Awaitable[bool]], *, seconds: float = 20) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


async def until_deliveries(
    database: Database,
    run: Run,
    hold: Callable[[Sequence[Delivery]], bool],
    *,
    seconds: float = 60,
) -> None:
    """Wait until something holds of a run's deliveries."""

    async def held() -> bool:
        return hold(await all_deliveries(database, run))

    await until(held, seconds=seconds)


async def until_sent(database: Database, run: Run, number: int, *, seconds: float = 60) -> None:
    """Wait until so many messages are on record as sent."""

    def sent(found: Sequence[Delivery]) -> bool:
        return sum(each.state is DeliveryState.SENT for each in found) >= number

    await until_deliveries(database, run, sent, seconds=seconds)


async def until_state(
    database: Database,
    run: Run,
    state: RunState = RunState.DONE,
    *,
    seconds: float = 60,
) -> None:
    """Wait until a run is in this state."""

    async def reached() -> bool:
        return await stands(database, run) is state

    await until(reached, seconds=seconds)
