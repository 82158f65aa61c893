"""Many lanes delivering at once, on a clock that jumps: hours of it take seconds."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from chatbot.delivery.settings import LaneSettings
from commands.rules.pace import WikiPace
from storage.runvalues import Recipient, RunState
from tests.delivering import Time, engine_at_work, policy
from tests.peers.memory_wiki import MemoryWiki
from tests.prepared import confirmed, recipients, stands
from tests.virtual_time import VirtualDatabase, VirtualLoop, VirtualScheduler

LATENCY = 0.3


@dataclass(frozen=True)
class Lane:
    """How many a wiki's lane delivers, and how many edits a minute it may make."""

    recipients: int
    edits_per_minute: float

    @property
    def limit(self) -> timedelta:
        """The shortest time that it can take."""
        return timedelta(minutes=self.recipients / self.edits_per_minute)


def audience(lanes: Mapping[str, Lane]) -> list[Recipient]:
    """Return recipients of whom the first are spread over the wikis."""
    most = max(lane.recipients for lane in lanes.values())
    return recipients(
        (wiki, f"Person {number} of {wiki}")
        for number in range(most)
        for wiki, lane in lanes.items()
        if number < lane.recipients
    )


def delivered(
    lanes: Mapping[str, Lane], folder: Path, *, cap: float | None = None
) -> tuple[timedelta, Mapping[str, MemoryWiki]]:
    """Deliver on a clock that jumps. Return how long it took, and the wikis."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(_deliver(lanes, folder, cap))


async def _deliver(
    lanes: Mapping[str, Lane], folder: Path, cap: float | None
) -> tuple[timedelta, Mapping[str, MemoryWiki]]:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    wikis = {name: MemoryWiki(name=name, clock=loop.now, latency=LATENCY) for name in lanes}
    settings = LaneSettings(
        paces={name: WikiPace(lane.edits_per_minute) for name, lane in lanes.items()}, cap=cap
    )
    time_is = Time(scheduler=VirtualScheduler(loop), clock=loop.now, monotonic=loop.time)
    database = VirtualDatabase.open(f"sqlite+aiosqlite:///{folder / 'bellringer.db'}")
    await database.upgrade()
    run = await confirmed(database, audience(lanes), started_at=loop.now())
    began = loop.now()
    async with engine_at_work(
        database, wikis, policy(wikis, canary=10), settings, time_is, folder=folder
    ):
        while await stands(database, run) is not RunState.DONE:
            await asyncio.sleep(1)
    await database.close()
    last = max(edit.saved_at for wiki in wikis.values() for edit in wiki.edits)
    return last - began, wikis
