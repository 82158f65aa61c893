"""How fast the web face answers with 10,000 events, and how late reminders are meanwhile.

By hand: `python -m tests.benchmarks.web`. The bot's process has one core, wrk another.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

import httpx
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from chatbot.clock import Alarm, utc_now
from chatbot.notices import Notices
from chatbot.programme import Programme
from chatbot.serving import web_engines
from chatbot.telling import Telling
from chatbot.text import Texts
from commands.messages import kept, line, reply
from storage import events, notices, people
from storage.database import Database
from storage.values import Destination, Event, Identity, NoticeKind, Place
from tests.chatbot.ringing import Twin
from tests.chatbot.web.visiting import FACE, Cards, Feeds
from tests.commands.event_desks import event_desks

EVENTS, SERIES = 10_000, 100
YEARS = 3
SECONDS = 20
EACH = timedelta(milliseconds=100)
CHANNELS = [Destination("libera", Place.CHANNEL, f"#channel{number}") for number in range(20)]
KINDS = ("tech-talk", "office-hours", "lightning-talk", "workshop")


def event(number: int, now: datetime) -> Event:
    """Return one of many events, spread over the years around now."""
    minutes = (number * 7919) % (YEARS * 365 * 24 * 4) * 15
    return Event(
        number=0,
        uid=f"{number}@benchmark",
        kind=KINDS[number % 4],
        title=f"What we learnt from event {number} & <others>",
        starts_at=now - timedelta(days=YEARS * 365 / 2) + timedelta(minutes=minutes),
        zone="Europe/Stockholm",
        duration=timedelta(hours=1),
        recurrence_rule="FREQ=WEEKLY;COUNT=50" if number < SERIES else None,
        speakers=("Ada Lovelace", "Grace Hopper"),
        host="Selam",
        topics=(f"topic{number % 60}", "wikidata"),
        language=("en", "sv", "es", "ar")[number % 4],
        link="https://meet.example.org/talks",
        description="Why it was slow, and what helped. " * 10,
    )


async def fill(database: Database) -> None:
    """Register all events."""
    await database.upgrade()
    now = utc_now().replace(minute=0, second=0, microsecond=0)
    for first in range(0, EVENTS, 500):
        async with database.transaction() as session:
            alice = await people.ensure(session, Identity("libera", "alice"), now)
            for number in range(first, first + 500):
                await events.add(session, event(number, now), created_by=alice.key, now=now)


class Bot:
    """The parts that matter: the web face, and the engine that says what is due."""

    def __init__(self, database: Database, log: structlog.typing.FilteringBoundLogger) -> None:
        self.database = database
        self.twin = Late()
        self.log = log

    async def live(self) -> None:
        """Serve until the input ends; then print how late reminders were."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        scheduler.start()
        engines = web_engines(
            settings=FACE,
            programme=Programme(database=self.database, log=structlog.get_logger()),
            texts=Texts(),
            commands=event_desks(),
            feeds=Feeds(),
            cards=Cards(),
            statistics=None,
            listening=lambda address: print(address, flush=True),  # noqa: T201 - the parent reads it
            clock=utc_now,
            log=self.log,
        )
        telling = Telling(
            database=self.database,
            transports={"libera": self.twin},
            clock=utc_now,
            holder="benchmark",
            grace=timedelta(minutes=1),
            languages={},
            log=self.log,
        )
        said = Notices(
            database=self.database,
            networks=("libera",),
            telling=telling,
            alarm=Alarm(name="notices", scheduler=scheduler, clock=utc_now),
            clock=utc_now,
            holder="benchmark",
            log=self.log,
        )
        tasks = [asyncio.create_task(each.run()) for each in (engines["web"], said)]
        await asyncio.to_thread(sys.stdin.readline)
        print(json.dumps(self.twin.late))  # noqa: T201 - the parent reads it
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        scheduler.shutdown(wait=False)

    async def plan(self) -> None:
        """Plan reminders for the time in which readers come in crowds."""
        begin = utc_now() + timedelta(seconds=25)
        async with self.database.transaction() as session:
            for number in range(int(timedelta(seconds=SECONDS) / EACH)):
                due_at = begin + EACH * number
                await notices.plan(
                    session,
                    kind=NoticeKind.ANSWER,
                    due_at=due_at,
                    destination=CHANNELS[number % len(CHANNELS)],
                    reply=kept(reply(line("dispatch.fault", reference=due_at.isoformat()))),
                )


class Late(Twin):
    """A network that notes how late it was told, in seconds."""

    @property
    def late(self) -> list[float]:
        """For each reminder, in order."""
        return self._late

    def __init__(self) -> None:
        super().__init__()
        self._late: list[float] = []

    def _hear(self, destination: Destination, reply: object) -> None:
        super()._hear(destination, reply)  # type: ignore[arg-type]
        [due] = re.findall(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", self.said[-1][1])
        self._late.append((utc_now() - datetime.fromisoformat(due)).total_seconds())


async def serve(path: str) -> None:
    """Be the bot: a process of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    database = Database.open(f"sqlite+aiosqlite:///{path}")
    bot = Bot(database, structlog.get_logger())
    await bot.plan()
    await bot.live()
    await database.close()


@contextmanager
def running(path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the bot on the first core."""
    command = ["taskset", "-c", "0", sys.executable, "-m", "tests.benchmarks.web", str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        began = time.perf_counter()
        address = process.stdout.readline().strip()
        say(f"{EVENTS} events read, first reader let in after {time.perf_counter() - began:.1f} s")
        try:
            yield address, process
        finally:
            process.kill()


def worked(pid: int) -> float:
    """Return the seconds that a process has computed for (proc(5), stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(address: str, pid: int) -> None:
    """Ask for pages that nobody asked for before, and weigh one with all it needs."""
    today = utc_now().date()
    with httpx.Client(base_url=address) as client:
        client.get("/static/nothing")
        for name, path in (
            ("month", "/?on={day}&topic=wikidata&lang={lang}"),
            ("week", "/?view=week&on={day}&lang={lang}"),
            ("list", "/?view=list&on={day}&lang={lang}"),
        ):
            taken, began = [], worked(pid)
            for number in range(48):
                day = today + timedelta(days=30 * (number % 12) - 150)
                asked = path.format(day=day, lang=("en", "sv", "es", "ar")[number // 12])
                before = time.perf_counter()
                client.get(asked).raise_for_status()
                taken.append(time.perf_counter() - before)
            each = (worked(pid) - began) / len(taken)
            say(f"{name}, not kept: {ms(each)} of work, and on the clock {ms(median(taken))}")
        page = client.get("/").text
        files = re.findall(r'"(/static/(?:style|page)-[^"]+)"', page)
        weight = len(page.encode()) + sum(len(client.get(each).content) for each in files)
        say(f"month of about {EVENTS // YEARS // 12} events, with style and script: {weight} bytes")


def ms(seconds: float) -> str:
    """Return milliseconds."""
    return f"{seconds * 1000:.1f} ms"


def say(words: str) -> None:
    """Print a result."""
    print(words, flush=True)  # noqa: T201 - its result


def main() -> None:
    """Fill a database, run the bot on it, and read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bellringer.sqlite"
        asyncio.run(_filled(path))
        with running(path) as (address, process):
            measure(address, process.pid)
            for header in ("identity", "gzip"):
                crowd = ["wrk", "-t1", "-c32", f"-d{SECONDS}s", "--latency"]
                crowd += ["-H", f"Accept-Encoding: {header}", f"{address}/"]
                result = subprocess.run(
                    ["taskset", "-c", "1", *crowd], capture_output=True, text=True, check=True
                )
                for found in re.findall(r"(?:Requests/sec|99%|Non-2xx).*", result.stdout):
                    say(f"kept, {header}: {found}")
            late = json.loads(process.communicate("\n")[0])
            p99 = quantiles(late, n=100)[98]
            say(f"{len(late)} reminders meanwhile: p99 {ms(p99)} late, worst {ms(max(late))}")


async def _filled(path: Path) -> None:
    database = Database.open(f"sqlite+aiosqlite:///{path}")
    await fill(database)
    await database.close()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        os.environ.setdefault("PYTHONASYNCIODEBUG", "")
        asyncio.run(serve(sys.argv[1]))
    else:
        main()
