"""How long feeds of many events take: made at first, after one change, and handed out again.

    python -m tests.benchmarks.feeds [EVENTS]

A real web face answers over loopback, from a real database. A series among ten, a description and
topics for each. The longest pause is of the event loop, in which everything else runs, too.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import httpx

from storage.database import Database
from storage.values import Event
from tests.chatbot.publish.feeding import Fed, fed
from tests.chatbot.web.visiting import DAY, HOUR, NOW, talk

AGAIN = 200
ZONES = ("Europe/Stockholm", "Asia/Tokyo", "America/New_York", "UTC", "Africa/Cairo")
BATCH = 500


def _event(number: int) -> Event:
    return talk(
        f"Query planning, part {number}: what the optimiser does",
        NOW + (number - 5000) * 2 * HOUR,
        zone=ZONES[number % len(ZONES)],
        recurrence_rule="FREQ=WEEKLY;COUNT=20" if number % 10 == 0 else None,
        speakers=("Ada Lovelace", "Grace Hopper"),
        topics=("wikidata", f"topic-{number % 20}"),
        language=("en", "sv", None)[number % 3],
        link=f"https://meet.example.org/{number}",
        description="What it is about, and what nobody needs to know before. " * 4,
    )


@asynccontextmanager
async def _longest_pause(told: dict[str, float]) -> AsyncIterator[None]:
    async def watch() -> None:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(0.001)
            told["pause"] = max(told.get("pause", 0.0), time.perf_counter() - begun - 0.001)

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _timed(title: str, ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    told: dict[str, float] = {}
    async with _longest_pause(told):
        begun, worked = time.perf_counter(), time.process_time()
        answer = await ask()
        seconds, work = time.perf_counter() - begun, time.process_time() - worked
    size = len(answer.content) / 1e6
    print(  # noqa: T201
        f"{title:44} {seconds * 1000:8.1f} ms ({work * 1000:.1f} of work), {size:.2f} MB, "
        f"longest pause {told['pause'] * 1000:6.1f} ms"
    )
    return answer


async def _again(title: str, site: Fed, path: str, **headers: str) -> None:
    taken = []
    for _ in range(AGAIN):
        begun = time.perf_counter()
        await site.visit.get(path, **headers)
        taken.append(time.perf_counter() - begun)
    low, high = statistics.median(taken) * 1000, sorted(taken)[int(AGAIN * 0.99)] * 1000
    print(f"{title:44} {low:8.1f} ms, p99 {high:.1f} ms")  # noqa: T201


async def measure(events: int) -> None:
    """Print everything."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite+aiosqlite:///{Path(folder) / 'bench.sqlite'}")
        await database.upgrade()
        async with fed(database) as site:
            for first in range(0, events, BATCH):
                await site.visit.add(*map(_event, range(first, min(first + BATCH, events))))
            await _one_by_one(site)
        await database.close()


async def _one_by_one(site: Fed) -> None:
    site.visit.client.timeout = httpx.Timeout(300)
    site.feeding.feeds._programme._monotonic = time.monotonic  # As the bot has it.
    get = site.visit.get
    await _timed("programme read, page of nothing", lambda: get("/feeds/all.json?topic=none"))
    answer = await _timed("all.ics, at first", lambda: get("/feeds/all.ics"))
    await _timed("all.ics, as gzip again", lambda: get("/feeds/all.ics"))
    plain = {"accept_encoding": "identity"}
    await _again("all.ics whole, from what is kept", site, "/feeds/all.ics", **plain)
    await _again("all.ics as gzip, from what is kept", site, "/feeds/all.ics")
    tag = answer.headers["etag"]
    await _again("all.ics, 304", site, "/feeds/all.ics", if_none_match=tag)
    shown = (await site.feeding.feeds._programme.now()).events[7]
    await site.visit.change(replace(shown.event, title="Other", sequence=1))
    await asyncio.sleep(0.5)  # For so long at most the programme is not looked at again.
    await _timed("all.ics, after a change", lambda: get("/feeds/all.ics", **plain))
    await _timed("all.ics?topic=topic-7, at first", lambda: get("/feeds/all.ics?topic=topic-7"))
    await _timed("all.atom, at first", lambda: get("/feeds/all.atom"))
    site.now += DAY
    await _timed("all.json, at first", lambda: get("/feeds/all.json"))
    await _again("all.json, 304 or whole", site, "/feeds/all.json")
    await _timed("a card, at first", lambda: get("/card/7.png"))
    await _again("a card, from what is kept", site, "/card/7.png")


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
