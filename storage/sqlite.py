"""The embedded database: how SQLite is opened for writing, and for reading.

WAL, so that reading waits for nobody; foreign keys on; `BEGIN IMMEDIATE` for everything that
writes, so that what was read in a transaction still holds when it commits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

_ARGUMENTS = {"timeout": 10}

ALONE: Mapping[str, Any] = {"connect_args": _ARGUMENTS, "pool_size": 1, "max_overflow": 0}
"""How an engine is made that writes: one at a time writes anyway, and whoever has to wait does so
in the pool, where he is woken at once, not in SQLite, which sleeps and looks again."""

_PRAGMAS = ("journal_mode=WAL", "busy_timeout=10000", "foreign_keys=ON", "synchronous=FULL")


def for_writing(engine: Engine) -> Engine:
    """Return the engine after teaching its connections how to write."""
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def for_threads(url: URL) -> Engine:
    """Return an engine for transactions each of which runs in one thread."""
    return for_writing(create_engine(url.set(drivername="sqlite"), **ALONE))


def for_reading(url: URL) -> Engine:
    """Return an engine whose connections only read, in the thread of the event loop.

    Under asynchronous sessions this costs a fraction of changing threads several times for each
    statement, and with WAL it waits for nobody. Each statement sees what is committed by then.
    """
    arguments = {**_ARGUMENTS, "factory": _Connection}
    # However many read at once, none may wait for a connection: that would stop the event loop.
    engine = create_engine(url.set(drivername="sqlite"), connect_args=arguments, max_overflow=-1)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "connect", _refuse_writes)
    return engine


class _Cursor(sqlite3.Cursor):
    async def _async_soft_close(self) -> None:
        """Do what an asynchronous session asks of a cursor with rows left: there is nothing to."""


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Callable[..., Any] | None = None) -> Any:
        return super().cursor(factory or _Cursor)


def _set_pragmas(dbapi: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # sqlite3 must send no BEGIN of its own: `_begin` does, where one is needed.
    dbapi.isolation_level = None
    cursor = dbapi.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _refuse_writes(dbapi: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = dbapi.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
