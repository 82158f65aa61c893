"""How much dearer it is to wake with 100,000 pending reminders than with 100.

By hand: `python -m tests.benchmarks.waking`. Both databases take turns in one run, once waking
in vain and once saying one reminder; what counts is the ratio of the medians.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import structlog

from chatbot.clock import Alarm
from chatbot.notices import Notices
from chatbot.telling import Telling
from commands.messages import kept, line, reply
from storage import notices
from storage.database import Database
from storage.values import Destination, NoticeKind, Place
from tests.chatbot.ringing import Clockwork, Twin
from tests.peers.postgres import running_cluster

FEW, MANY = 100, 100_000
ROUNDS = 200
NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
CHANNELS = [Destination("libera", Place.CHANNEL, f"#channel{number}") for number in range(50)]
WORDS = kept(reply(line("dispatch.fault", reference="due")))


class Sleeper:
    """An engine on a database with so many reminders that are not due."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.twin = Twin()
        log = structlog.get_logger()
        telling = Telling(
            database=database,
            transports={"libera": self.twin},
            clock=lambda: NOW,
            holder="benchmark",
            grace=timedelta(minutes=1),
            languages={},
            log=log,
        )
        self.engine = Notices(
            database=database,
            networks=("libera",),
            telling=telling,
            alarm=Alarm(name="notices", scheduler=Clockwork(), clock=lambda: NOW),
            clock=lambda: NOW,
            holder="benchmark",
            log=log,
        )

    async def fill(self, count: int) -> None:
        """Plan reminders for the days to come."""
        await self.database.upgrade()
        rows = [
            notices.to_plan(
                None,
                NoticeKind.REMINDER,
                NOW + timedelta(seconds=60 + number),
                CHANNELS[number % len(CHANNELS)],
            )
            for number in range(count)
        ]
        for start in range(0, count, 5_000):
            async with self.database.transaction() as session:
                await notices.insert(session, rows[start : start + 5_000])

    async def wake(self) -> float:
        """Wake once; return the seconds."""
        before = time.perf_counter()
        await self.engine._work()
        await asyncio.gather(*self.engine._lanes)
        return time.perf_counter() - before

    async def plan_one(self) -> None:
        """Plan something that is due now."""
        async with self.database.transaction() as session:
            await notices.plan(
                session,
                kind=NoticeKind.ANSWER,
                due_at=NOW,
                destination=CHANNELS[0],
                reply=WORDS,
            )


async def compare(name: str, few_url: str, many_url: str) -> None:
    """Wake both in turns and print the ratio."""
    few, many = Sleeper(Database.open(few_url)), Sleeper(Database.open(many_url))
    await few.fill(FEW)
    await many.fill(MANY)
    for kind, due in (("in vain", False), ("saying one", True)):
        taken: dict[Sleeper, list[float]] = {few: [], many: []}
        for _ in range(ROUNDS):
            for sleeper, seconds in taken.items():
                if due:
                    await sleeper.plan_one()
                seconds.append(await sleeper.wake())
        ratio = median(taken[many]) / median(taken[few])
        print(f"{name}, {kind}: {ratio:.2f} times as long (at most 2)")  # noqa: T201 - its result
    assert len(few.twin.said) == len(many.twin.said) == ROUNDS
    for sleeper in (few, many):
        await sleeper.database.close()


@contextmanager
def databases() -> Iterator[dict[str, tuple[str, str]]]:
    """Give two empty databases of each kind."""
    with tempfile.TemporaryDirectory() as folder, running_cluster() as cluster:
        files = [f"sqlite+aiosqlite:///{Path(folder) / name}.db" for name in ("few", "many")]
        names = [cluster.create(), cluster.create()]
        yield {
            "SQLite": (files[0], files[1]),
            "PostgreSQL": (cluster.url(names[0]), cluster.url(names[1])),
        }


async def main() -> None:
    """Compare on both kinds."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with databases() as kinds:
        for name, (few, many) in kinds.items():
            await compare(name, few, many)


if __name__ == "__main__":
    asyncio.run(main())
