"""The engine, transactions, and all in which SQLite and PostgreSQL differ.

SQLite: see `storage.sqlite`. PostgreSQL: rows to be changed are read with `FOR UPDATE`. Claiming
is one statement on both.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Insert,
    UnaryExpression,
    create_engine,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage import sqlite
from storage.columns import Table

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.dialects import sqlite as sqlite_dialect

SCHEMA_REVISION = "0007"
"""The newest migration. Kept here so that a start on an up-to-date database loads no Alembic."""

# A process that stands still in mid-transaction, or whose machine is gone, keeps its locks: the
# server ends its session, so that the others can go on. No transaction of ours waits for anything.
_POSTGRESQL_HABITS = {"options": "-c idle_in_transaction_session_timeout=15s"}

Row = TypeVar("Row", bound=Table)
Result = TypeVar("Result")


class Database:
    """One database: opened, migrated, and handed out one transaction at a time."""

    def __init__(self, *, engine: AsyncEngine) -> None:
        self.engine = engine
        self._swift = _in_one_thread(engine)
        self._reading = sqlite.for_reading(engine.url) if self.is_sqlite else engine.sync_engine
        self._write = async_sessionmaker(engine, expire_on_commit=False)
        self._read = _sessions(self._reading)

    @classmethod
    def open(cls, url: str) -> Database:
        """Return the database at an SQLAlchemy URL (`sqlite+aiosqlite:///`, `postgresql+psycopg://`)."""
        if make_url(url).get_backend_name() == "sqlite":
            engine = create_async_engine(url, **sqlite.ALONE)
            sqlite.for_writing(engine.sync_engine)
        else:
            engine = create_async_engine(url, pool_pre_ping=True, connect_args=_POSTGRESQL_HABITS)
        return cls(engine=engine)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database, which one process has to itself."""
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that writes: committed at the end, rolled back on an exception."""
        async with self._write() as session, session.begin():
            yield session

    async def in_one_go(self, work: Callable[[Connection], Result]) -> Result:
        """Run a transaction that writes from begin to commit in one thread.

        Measured at a fifth of what `transaction` costs, where each statement changes threads
        several times: for what is done to each of very many rows.
        """
        return await asyncio.to_thread(self._in_one_go, work)

    def _in_one_go(self, work: Callable[[Connection], Result]) -> Result:
        with self._swift.begin() as connection:
            return work(connection)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session that only reads, and holds no writer up.

        Each of its statements sees what is committed by then.
        """
        async with self._read() as session:
            yield session

    async def revision(self) -> str | None:
        """Return the migration that the database stands at, None where it is empty."""
        async with self.engine.connect() as connection:
            if not await connection.run_sync(lambda c: inspect(c).has_table("alembic_version")):
                return None
            found = await connection.execute(text("SELECT version_num FROM alembic_version"))
            return found.scalar()

    async def upgrade(self) -> bool:
        """Bring the schema to the newest revision. Return whether anything was done."""
        if await self.revision() == SCHEMA_REVISION:
            return False
        from storage.migrations.run import upgrade

        async with self.engine.begin() as connection:
            await connection.run_sync(upgrade)
        return True

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()
        self._swift.dispose()
        if self.is_sqlite:
            self._reading.dispose()


def _in_one_thread(engine: AsyncEngine) -> Engine:
    """Return an engine for the same database that is used from one thread at a time."""
    if engine.dialect.name == "sqlite":
        return sqlite.for_threads(engine.url)
    return create_engine(engine.url, pool_pre_ping=True, connect_args=_POSTGRESQL_HABITS)


def _sessions(engine: Engine) -> async_sessionmaker[AsyncSession]:
    class Bound(Session):
        def get_bind(self, *_mapper: Any, **_more: Any) -> Engine:
            return engine

    return async_sessionmaker(sync_session_class=Bound, expire_on_commit=False)


async def claim(
    session: AsyncSession,
    table: type[Row],
    key: InstrumentedAttribute[int] | InstrumentedAttribute[str],
    *,
    where: Sequence[ColumnElement[bool]],
    order_by: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any] | UnaryExpression[Any]],
    limit: int,
    values: dict[str, Any],
) -> list[Row]:
    """Take up to `limit` rows for oneself in one statement, in order, skipping those being taken.

    Two processes never get the same row: PostgreSQL locks and skips (`FOR UPDATE SKIP LOCKED`),
    SQLite lets one writer in at a time.
    """
    free = (
        select(key)
        .where(*where)
        .order_by(*order_by)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("free")
    )
    taken = await session.scalars(
        update(table)
        .where(key.in_(select(free.c[0])))
        .values(values)
        .returning(table)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return list(taken)


def insert_once(session: AsyncSession, table: type[Table]) -> Insert:
    """Return the insertion into `table` that leaves out what would break a unique constraint."""
    return _dialects_insert(session, table).on_conflict_do_nothing()


def insert_or_replace(session: AsyncSession, table: type[Table], *, by: str) -> Insert:
    """Return the insertion into `table` that replaces all of a row whose unique `by` is the same.

    Each row is locked as its turn comes: whoever replaces several at once orders them.
    """
    insertion = _dialects_insert(session, table)
    columns = {each.name: each for each in insertion.excluded if each.name != by}
    return insertion.on_conflict_do_update(index_elements=[by], set_=columns)


def _dialects_insert(
    session: AsyncSession, table: type[Table]
) -> postgresql.Insert | sqlite_dialect.Insert:
    # Only the dialect that is used is loaded: PostgreSQL's alone takes 2 MiB and 20 ms.
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite as sqlite_dialect

    return sqlite_dialect.insert(table)
