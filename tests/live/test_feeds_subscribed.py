"""Calendars that others made subscribe to our feeds over HTTP and show what was meant.

vdirsyncer fetches, khal shows (both of Debian); curl asks only for what has changed.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from storage.database import Database
from storage.values import EventState, Occurrence
from tests.chatbot.publish.feeding import Fed, fed
from tests.chatbot.web.visiting import talk

SYNC = """\
[general]
status_path = "{folder}/status"
[pair events]
a = "here"
b = "feed"
collections = null
conflict_resolution = "b wins"
[storage here]
type = "filesystem"
path = "{folder}/calendar"
fileext = ".ics"
[storage feed]
type = "http"
url = "{address}/feeds/all.ics"
"""
SHOW = """\
[calendars]
[[events]]
path = {folder}/calendar
type = calendar
[locale]
local_timezone = Asia/Tokyo
default_timezone = Asia/Tokyo
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
firstweekday = 0
[sqlite]
path = {folder}/khal.sqlite
[default]
highlight_event_days = False
"""
FORMAT = "{start-date} {start-time}-{end-time} {title} {status}"


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture
async def site(database: Database) -> AsyncIterator[Fed]:
    async with fed(database) as site:
        yield site


class Subscriber:
    """Somebody in Tokyo whose calendar subscribes to the feed."""

    def __init__(self, folder: Path, address: str) -> None:
        (folder / "calendar").mkdir()
        self._folder = folder
        self._address = address
        for name, text in (("sync", SYNC), ("khal", SHOW)):
            (folder / name).write_text(text.format(folder=folder, address=address))

    async def fetch(self) -> None:
        await self._run("vdirsyncer", "discover")
        await self._run("vdirsyncer", "sync", "--force-delete")

    async def sees(self, first: str, until: str) -> list[str]:
        """Return what the calendar shows, each as `day from-to title`."""
        shown = await self._run(
            *("khal", "-c", f"{self._folder}/khal", "list"),
            *("--day-format", "", "--format", FORMAT, first, until),
        )
        return [line.strip() for line in shown.splitlines() if line]

    async def curl(self, *arguments: str) -> str:
        return await self._run("curl", "-sS", *arguments, f"{self._address}/feeds/all.ics")

    async def _run(self, *command: str) -> str:
        environment = os.environ | {
            "VDIRSYNCER_CONFIG": f"{self._folder}/sync",
            "HOME": str(self._folder),
            "LC_ALL": "C.UTF-8",
            "PYTHONWARNINGS": "ignore",
        }
        process = await asyncio.create_subprocess_exec(
            *command,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, told = await process.communicate()
        assert process.returncode == 0, (said + told).decode()
        return said.decode()


@pytest.fixture
def subscriber(site: Fed, tmp_path: Path) -> Subscriber:
    (folder := tmp_path / "subscriber").mkdir()
    return Subscriber(folder, site.visit.address)


async def test_a_calendar_shows_the_hours_of_its_reader_and_follows_changes(
    site: Fed, subscriber: Subscriber
) -> None:
    at = datetime(2026, 12, 15, 16, 0, tzinfo=UTC)
    first, second = await site.visit.add(
        talk("Query; planning, über 日本", at, zone="Europe/Stockholm"), talk("Other", at)
    )
    await subscriber.fetch()
    assert sorted(await subscriber.sees("2026-12-14", "2026-12-20")) == [
        "2026-12-16 01:00-02:00 Other CONFIRMED",
        "2026-12-16 01:00-02:00 Query; planning, über 日本 CONFIRMED",
    ]
    await site.visit.change(
        replace(first, starts_at=at + timedelta(days=1), title="Moved", sequence=1)
    )
    await site.visit.change(
        replace(second, state=EventState.CANCELLED, cancel_reason="ill", sequence=1)
    )
    await subscriber.fetch()
    assert sorted(await subscriber.sees("2026-12-14", "2026-12-20")) == [
        "2026-12-16 01:00-02:00 Other CANCELLED",
        "2026-12-17 01:00-02:00 Moved CONFIRMED",
    ]


async def test_a_series_keeps_its_wall_clock_and_its_exceptions(
    site: Fed, subscriber: Subscriber
) -> None:
    """Summer time begins in Stockholm on 28 March 2027; Tokyo has none."""
    start = datetime(2027, 3, 16, 16, 0, tzinfo=UTC)
    (series,) = await site.visit.add(
        talk(
            "Weekly",
            start,
            zone="Europe/Stockholm",
            recurrence_rule="FREQ=WEEKLY;COUNT=5",
            exdates=(date(2027, 4, 6),),
        )
    )
    late = start + timedelta(days=7)
    known = Occurrence(series.number, late, late + timedelta(minutes=5), late + timedelta(hours=2))
    await site.visit.tell(known)
    await subscriber.fetch()
    seen = await subscriber.sees("2027-03-14", "2027-04-30")
    assert [line.partition(" Weekly")[0] for line in seen] == [
        "2027-03-17 01:00-02:00",
        "2027-03-24 01:05-03:00",
        "2027-03-31 00:00-01:00",
        "2027-04-14 00:00-01:00",
    ]


async def test_what_is_hostile_is_shown_as_text(site: Fed, subscriber: Subscriber) -> None:
    at = datetime(2026, 12, 15, 1, 0, tzinfo=UTC)
    title = "a\\nb\nEND:VEVENT <b>👩🏽‍💻</b> مرحبا " + "x" * 10_000
    await site.visit.add(talk(title, at), talk("Beside", at, description=title))
    await subscriber.fetch()
    seen = "".join(await subscriber.sees("2026-12-14", "2026-12-20"))
    assert "<b>👩🏽‍💻</b> مرحبا" in seen
    assert "Beside" in seen


async def test_what_has_not_changed_is_not_sent_again(
    site: Fed, subscriber: Subscriber, tmp_path: Path
) -> None:
    (event,) = await site.visit.add(talk())
    tag, out = tmp_path / "etag", ("-o", os.devnull, "-w", "%{http_code}")
    assert await subscriber.curl("--etag-save", str(tag), *out) == "200"
    assert await subscriber.curl("--etag-compare", str(tag), *out) == "304"
    await site.visit.change(replace(event, title="Other", sequence=1))
    assert await subscriber.curl("--etag-compare", str(tag), *out) == "200"
