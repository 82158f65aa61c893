"""Backing the database up and restoring it, while the bot runs or before it does.

SQLite is copied through its own backup interface, which sees one moment. PostgreSQL is left to
its own programs, pg_dump and pg_restore.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url


class BackupError(Exception):
    """A backup could not be made or restored; the message says why."""


def backup(url: str, target: Path) -> None:
    """Write everything to a new file. Raises BackupError when it exists or cannot be written."""
    if target.exists():
        raise BackupError(f"{target} exists already")
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        _copy(_file(parsed), target)
    else:
        _run(parsed, "pg_dump", "--format=custom", f"--file={target}")
    target.chmod(0o600)


def restore(url: str, source: Path) -> None:
    """Replace everything by what a backup holds. What stood there before is kept beside it."""
    if not source.is_file():
        raise BackupError(f"{source} is not there")
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        _replace(_file(parsed), source)
    else:
        _run(parsed, "pg_restore", "--clean", "--if-exists", "--single-transaction", str(source))


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise BackupError(f"{source} is not there")
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except sqlite3.Error as fault:
        target.unlink(missing_ok=True)
        raise BackupError(f"{source}: {fault}") from fault


def _replace(database: Path, source: Path) -> None:
    _check(source)
    database.parent.mkdir(parents=True, exist_ok=True)
    if database.exists():
        kept = database.with_name(f"{database.name}.before-restore")
        kept.unlink(missing_ok=True)
        # Through SQLite and not as a file: what still stands in the write-ahead log comes along.
        _copy(database, kept)
    arriving = database.with_name(f"{database.name}.arriving")
    arriving.unlink(missing_ok=True)
    _copy(source, arriving)
    for left in ("-wal", "-shm"):
        database.with_name(database.name + left).unlink(missing_ok=True)
    arriving.replace(database)


def _check(source: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as database:
            (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
            database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as fault:
        raise BackupError(f"{source} is no backup of Bellringer: {fault}") from fault
    if verdict != "ok":
        raise BackupError(f"{source} is damaged: {verdict}")


def _file(url: URL) -> Path:
    return Path(url.database or "")


def _run(url: URL, program: str, *arguments: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise BackupError(f"{program} is not installed (Debian: apt install postgresql-client)")
    where = url.set(drivername="postgresql", password=None).render_as_string()
    # Other users of the machine see arguments, but not the environment.
    environment = {**os.environ, "PGPASSWORD": url.password or ""}
    done = subprocess.run(  # noqa: S603 - the program was looked up, the arguments are ours
        [path, f"--dbname={where}", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip()}")
