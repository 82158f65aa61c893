"""Transactions, migrations and claiming, on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from commands.rules.letter import letter
from storage import deliveries, notices, people, runs
from storage.columns import Table
from storage.database import SCHEMA_REVISION, Database
from storage.migrations.run import config, upgrade
from storage.runvalues import Particulars, RunKind, Way
from storage.values import Destination, Identity, NoticeKind, Place

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
CHANNEL = Destination("libera", Place.CHANNEL, "#talks")
AT = "'2026-12-01 12:00:00.000000+00:00'"
BEFORE_OUTREACH = (
    f"INSERT INTO person (key, name, created_at) VALUES (1, 'alice', {AT})",
    "INSERT INTO run (number, name, state, created_by, created_at, subject, draft, body, footer,"
    " message_source, audience_source, live, revisions, warned, started_by) VALUES (7, 'December',"
    f" 'running', 1, {AT}, 'A talk', 'Come!', 'Come!', 'Bye', '', 'x', FALSE, '{{}}', '', '[]')",
    'INSERT INTO delivery (run, number, wiki, title, "user", as_listed, reason, state, attempts,'
    " outcome, detail, retriable) VALUES (7, 1, 'enwiki', 'User talk:Ada', 'Ada', 'Ada', '',"
    " 'pending', 0, '', '', FALSE)",
)


async def test_an_empty_database_is_brought_to_the_newest_revision(database_url: str) -> None:
    database = Database.open(database_url)
    assert await database.revision() is None
    assert await database.upgrade() is True
    assert await database.revision() == SCHEMA_REVISION
    assert await database.upgrade() is False
    await database.close()


async def test_models_and_migrations_agree(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Table.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_what_was_kept_before_outreach_is_read_after_the_upgrade(database_url: str) -> None:
    database = Database.open(database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(upgrade, "0005")
        for statement in BEFORE_OUTREACH:
            await connection.execute(text(statement))
    assert await database.upgrade() is True
    async with database.reading() as session:
        run = await runs.get(session, 7)
        [delivery] = await deliveries.of_run(session, 7)
    assert run is not None
    assert (run.kind, run.particulars, run.approvals) == (RunKind.MESSAGE, Particulars(), {})
    assert (delivery.recipient.way, delivery.recipient.others) == (Way.SECTION, ())
    assert letter(run, (), delivery.recipient).body == "Come!\n\nBye"
    await database.close()


def test_the_newest_revision_is_the_one_that_a_start_expects() -> None:
    assert ScriptDirectory.from_config(config()).get_current_head() == SCHEMA_REVISION


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_sqlite_is_opened_safely(database: Database) -> None:
    async with database.reading() as session:
        pragmas = {
            name: (await session.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 10000,
        "synchronous": 2,
    }


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            await people.ensure(session, Identity("libera", "alice"), NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.reading() as session:
        assert await people.find(session, Identity("libera", "alice")) is None


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_what_was_read_in_a_writing_transaction_still_holds(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE counter (value INTEGER)"))
        await session.execute(text("INSERT INTO counter VALUES (0)"))

    async def increment() -> None:
        for _ in range(10):
            async with database.transaction() as session:
                value = (await session.execute(text("SELECT value FROM counter"))).scalar_one()
                await session.execute(text("UPDATE counter SET value = :v"), {"v": value + 1})

    await asyncio.gather(*(increment() for _ in range(10)))
    async with database.reading() as session:
        assert (await session.execute(text("SELECT value FROM counter"))).scalar() == 100


async def test_two_who_claim_at_once_never_get_the_same_row(database: Database) -> None:
    async with database.transaction() as session:
        for _ in range(60):
            await notices.plan(
                session, kind=NoticeKind.ANSWER, due_at=NOW, destination=CHANNEL, reply={}
            )

    async def claim_all(holder: str) -> list[int]:
        numbers: list[int] = []
        while True:
            async with database.transaction() as session:
                claimed = await notices.claim(
                    session,
                    networks=["libera"],
                    holder=holder,
                    now=NOW,
                    lease=timedelta(minutes=1),
                    limit=7,
                )
            if not claimed:
                return numbers
            numbers += [notice.number for notice in claimed]

    claimed = await asyncio.gather(*(claim_all(f"holder {n}") for n in range(4)))
    numbers = list(chain.from_iterable(claimed))
    assert len(numbers) == len(set(numbers)) == 60


async def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 12, 1, 12, 0)  # noqa: DTZ001 - the fault under test
    with pytest.raises(Exception, match="time zone"):
        async with database.transaction() as session:
            await people.ensure(session, Identity("libera", "alice"), naive)


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_what_only_reads_cannot_write(database: Database) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        async with database.reading() as session:
            await people.ensure(session, Identity("libera", "alice"), NOW)


async def test_reading_goes_on_while_somebody_writes(database: Database) -> None:
    async with database.transaction() as writing:
        await people.ensure(writing, Identity("libera", "alice"), NOW)
        async with database.reading() as session:
            assert await people.find(session, Identity("libera", "alice")) is None
