"""What wikis told of global accounts is kept, whoever else asks for the same at the same time."""

import asyncio
from datetime import UTC, datetime, timedelta

from storage import central
from storage.database import Database

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


async def keep(database: Database, told: dict[str, dict[str, int] | None], now: datetime) -> None:
    async with database.transaction() as session:
        await central.keep(session, told, now=now)


async def test_the_last_answer_counts_until_it_is_old(database: Database) -> None:
    await keep(database, {"Ada": {"id": 1}, "Bo": None}, NOW)
    await keep(database, {"Ada": {"id": 2}}, NOW + timedelta(hours=1))
    async with database.reading() as session:
        assert await central.known(session, ["Ada", "Bo", "Cleo"], since=NOW) == {
            "Ada": {"id": 2},
            "Bo": None,
        }
        assert list(await central.known(session, ["Ada", "Bo"], since=NOW + timedelta(1))) == []


async def test_two_may_keep_the_same_at_once(database: Database) -> None:
    names: dict[str, dict[str, int] | None] = {f"Editor {number}": None for number in range(50)}
    first_inserted = asyncio.Event()

    async def first() -> None:
        async with database.transaction() as session:
            await central.keep(session, names, now=NOW)
            first_inserted.set()
            await asyncio.sleep(0.2)  # the second waits for this one to end

    async def second() -> None:
        await first_inserted.wait()
        await keep(database, names, NOW)

    await asyncio.gather(first(), second())
    async with database.reading() as session:
        assert len(await central.known(session, names, since=NOW)) == 50
