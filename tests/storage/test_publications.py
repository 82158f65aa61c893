"""Pages that are kept: each once, claimed by one process at a time, looked at when it is time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage import publications
from storage.database import Database
from storage.publicationvalues import Kept, Publication, Wanted

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
CALENDAR = Wanted("calendar:Events", Kept.CALENDAR, "Events")
UPCOMING = Wanted("upcoming:Next", Kept.UPCOMING, "Next")


async def keep(database: Database, *wanted: Wanted, wiki: str = "metawiki") -> None:
    async with database.transaction() as session:
        await publications.keep(session, wiki, wanted, now=NOW)


async def claim(database: Database, holder: str, now: datetime = NOW) -> Publication | None:
    async with database.transaction() as session:
        return await publications.claim(session, "metawiki", holder=holder, now=now, lease=LEASE)


async def settle(
    database: Database, kept: Publication, holder: str, until: datetime | None = None
) -> bool:
    async with database.transaction() as session:
        return await publications.settle(session, kept, holder=holder, until=until)


async def test_a_page_is_kept_once(database: Database) -> None:
    await keep(database, CALENDAR)
    await keep(database, CALENDAR, UPCOMING)
    await keep(database, CALENDAR, wiki="svwiki")
    async with database.reading() as session:
        assert len(await publications.kept(session)) == 3
        assert [each.title for each in await publications.kept(session, "metawiki")] == [
            "Events",
            "Next",
        ]


async def test_two_processes_never_have_one_page(database: Database) -> None:
    await keep(database, CALENDAR, UPCOMING)
    taken = await asyncio.gather(*(claim(database, holder) for holder in ("one", "two", "three")))
    names = sorted(each.name for each in taken if each)
    assert names == ["calendar:Events", "upcoming:Next"]


async def test_a_lease_runs_out_and_then_binds_no_more(database: Database) -> None:
    await keep(database, CALENDAR)
    first = await claim(database, "one")
    assert first is not None
    assert await claim(database, "two", NOW + LEASE / 2) is None
    assert await claim(database, "two", NOW + LEASE) is not None
    assert not await settle(database, replace(first, digest="old"), "one")
    assert await settle(database, replace(first, digest="new"), "two")
    async with database.reading() as session:
        assert [each.digest for each in await publications.kept(session)] == ["new"]
        assert await publications.next_due(session, "metawiki") is None


async def test_what_waits_for_its_next_try_is_not_woken(database: Database) -> None:
    await keep(database, CALENDAR)
    kept = await claim(database, "one")
    assert kept is not None
    later = NOW + timedelta(hours=1)
    await settle(database, kept, "one", later)
    async with database.transaction() as session:
        await publications.wake(session, [kept.key], now=NOW)
        assert await publications.next_due(session, "metawiki") == later


async def test_who_asks_has_all_looked_at_now_but_the_template(database: Database) -> None:
    await keep(database, Wanted("template:T", Kept.TEMPLATE, "Template:T"), CALENDAR)
    for _ in range(2):
        kept = await claim(database, "one")
        assert kept is not None
        await settle(database, replace(kept, digest="d", revid=7, setbacks=3), "one")
    async with database.transaction() as session:
        assert await publications.ask(session, now=NOW) == 1
    template, calendar = await _kept(database)
    assert (template.digest, template.revid) == ("d", 7)
    assert (calendar.digest, calendar.revid, calendar.setbacks) == ("", None, 0)
    assert await claim(database, "one") is not None
    assert await claim(database, "one") is None


async def test_leases_of_an_earlier_life_are_ended(database: Database) -> None:
    await keep(database, CALENDAR)
    await claim(database, "one")
    async with database.transaction() as session:
        await publications.release(session, NOW)
    assert await claim(database, "two") is not None


async def _kept(database: Database) -> tuple[Publication, ...]:
    async with database.reading() as session:
        return await publications.kept(session)
