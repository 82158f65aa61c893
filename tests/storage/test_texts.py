"""A run's message in several languages, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storage import people, runs, texts
from storage.database import Database
from storage.runvalues import Particulars, Text
from storage.values import Identity

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
SWEDISH = Text("sv", "Hej", "Kom!", "metawiki:News/sv", "Kom!", "<small>…</small>")
NORWEGIAN = Text("nb", "Hei", "Kom!", "")


@pytest.fixture
async def run(database: Database) -> int:
    """A new run."""
    async with database.transaction() as session:
        alice = await people.ensure(session, Identity("libera", "alice"), NOW)
        return (await runs.add(session, "December", created_by=alice.key, now=NOW)).number


async def test_texts_are_kept_by_language(database: Database, run: int) -> None:
    async with database.transaction() as session:
        await texts.keep(session, run, [SWEDISH, NORWEGIAN])
    async with database.reading() as session:
        assert await texts.of_run(session, run) == (NORWEGIAN, SWEDISH)
        assert await texts.of_run(session, run + 1) == ()


async def test_what_is_kept_takes_the_place_of_what_was(database: Database, run: int) -> None:
    async with database.transaction() as session:
        await texts.keep(session, run, [SWEDISH, NORWEGIAN])
        await texts.keep(session, run, [replace(SWEDISH, subject="Hallå")])
        assert [each.subject for each in await texts.of_run(session, run)] == ["Hallå"]
        await texts.keep(session, run, [])
        assert await texts.of_run(session, run) == ()


async def test_particulars_are_kept_with_the_run(database: Database, run: int) -> None:
    particulars = Particulars(
        names={"svwiki": "Wikipedia"},
        optouts={"svwiki": "Kategori:Inga utskick"},
        event="Talk, 2026-12-03 17:00 UTC",
        event_link="https://example.org",
        right_to_left=("ar", "he"),
    )
    async with database.transaction() as session:
        found = await runs.get(session, run)
        assert found is not None
        assert found.particulars == Particulars()
        await runs.save(session, replace(found, particulars=particulars))
    async with database.reading() as session:
        assert (await runs.get(session, run) or found).particulars == particulars
