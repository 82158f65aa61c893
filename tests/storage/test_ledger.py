"""The ledger refuses changes, and finds those that were made behind its back."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage import ledger
from storage.database import Database

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
async def written(database: Database) -> Database:
    """A database with five entries."""
    for number in range(1, 6):
        async with database.transaction() as session:
            await ledger.append(
                session,
                at=NOW,
                actor=None,
                action="event.added",
                subject=f"event:{number}",
                details={"title": "Ä | talk"},
            )
    return database


async def broken(database: Database) -> list[tuple[int, str]]:
    async with database.reading() as session:
        _, faults = await ledger.verify(session)
    return [(fault.number, fault.how) for fault in faults]


async def behind_its_back(database: Database, *statements: str) -> None:
    """Change the ledger as somebody would who owns the database."""
    sqlite = database.is_sqlite
    off = ["DROP TRIGGER ledger_no_update", "DROP TRIGGER ledger_no_delete"]
    if not sqlite:
        off = ["ALTER TABLE ledger DISABLE TRIGGER ALL"]
    async with database.transaction() as session:
        for statement in (*off, *statements):
            await session.execute(text(statement))


async def test_an_untouched_chain_holds(written: Database) -> None:
    async with written.reading() as session:
        assert await ledger.verify(session) == (5, ())
        assert [entry.number for entry in await ledger.latest(session, 2)] == [5, 4]


async def test_an_empty_chain_holds(database: Database) -> None:
    async with database.reading() as session:
        assert await ledger.verify(session) == (0, ())


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger SET action = 'x' WHERE number = 2", "DELETE FROM ledger"]
)
async def test_the_database_refuses_changes(written: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        async with written.transaction() as session:
            await session.execute(text(statement))
    assert await broken(written) == []


@pytest.mark.parametrize("column", ["action", "subject", "details", "at", "actor"])
async def test_a_changed_entry_is_named(written: Database, column: str) -> None:
    value = {"at": "'2026-12-01 12:00:01.000000'", "actor": "1"}.get(column, "'{}'")
    person = "INSERT INTO person (key, name, created_at) VALUES (1, 'x', '2026-12-01 12:00:00')"
    await behind_its_back(written, person, f"UPDATE ledger SET {column} = {value} WHERE number = 3")
    assert await broken(written) == [(3, "changed")]


async def test_a_removed_entry_is_named(written: Database) -> None:
    await behind_its_back(written, "DELETE FROM ledger WHERE number = 3")
    assert (3, "missing") in await broken(written)


async def test_entries_cut_off_the_end_are_missed(written: Database) -> None:
    await behind_its_back(written, "DELETE FROM ledger WHERE number > 3")
    assert await broken(written) == [(3, "cut_off")]


async def test_a_wholly_emptied_ledger_is_missed(written: Database) -> None:
    await behind_its_back(written, "DELETE FROM ledger")
    assert await broken(written) == [(0, "cut_off")]


async def test_reordered_entries_are_named(written: Database) -> None:
    await behind_its_back(
        written,
        "UPDATE ledger SET number = 99 WHERE number = 2",
        "UPDATE ledger SET number = 2 WHERE number = 3",
        "UPDATE ledger SET number = 3 WHERE number = 99",
    )
    assert {number for number, _ in await broken(written)} >= {2, 3}


async def test_a_replaced_entry_with_a_digest_of_its_own_does_not_fit_the_next(
    written: Database,
) -> None:
    await behind_its_back(
        written, "UPDATE ledger SET digest = previous, previous = digest WHERE number = 3"
    )
    assert {number for number, _ in await broken(written)} >= {3, 4}
