"""A PostgreSQL cluster that nobody else sees: started for one test session, gone with it."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

START_SECONDS = 60
# Nothing here has to outlive a crash. The zone is odd on purpose: code that leaves the choice of
# zone to the server is found out.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "timezone": "Pacific/Auckland",
}


class Cluster:
    """The databases of a running cluster, reached over a socket in its own directory."""

    def __init__(self, *, directory: Path) -> None:
        self._directory = directory
        self._names = (f"test_{number}" for number in count(1))

    def url(self, database: str) -> str:
        """The address of a database for SQLAlchemy's asynchronous engine."""
        directory = quote(str(self._directory), safe="")
        return f"postgresql+psycopg://bellringer@/{database}?host={directory}"

    def create(self, *, template: str = "template0") -> str:
        """Make a database, empty or a copy of one that nobody is connected to; give its name."""
        name = next(self._names)
        # Without fsync a copy of the files is twice as fast as one through the log.
        self._administer("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return name

    def drop(self, database: str) -> None:
        """Remove a database and close the connections to it."""
        self._administer("DROP DATABASE {} WITH (FORCE)", database)

    def answers(self) -> bool:
        """Say whether the server accepts connections by now."""
        with suppress(psycopg.OperationalError):
            self._administer("SELECT 1")
            return True
        return False

    def _administer(self, statement: str, *names: str) -> None:
        with psycopg.connect(
            host=str(self._directory), user="bellringer", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Start a cluster, and stop it and remove its files at the end."""
    directory = Path(tempfile.mkdtemp(prefix="bellringer-postgres-"))
    try:
        with _server(directory) as process:
            cluster = Cluster(directory=directory)
            _await_answer(cluster, process, directory / "log")
            yield cluster
    finally:
        shutil.rmtree(directory)


@contextmanager
def _server(directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    prefix = _unprivileged(directory)
    data = str(directory / "data")
    initdb = [_program("initdb"), "--pgdata", data, "--username", "bellringer", "--no-sync"]
    _run_quietly([*prefix, *initdb, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"])
    settings = {**SETTINGS, "unix_socket_directories": str(directory)}
    options = [f"--{name}={value}" for name, value in settings.items()]
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(
            [*prefix, _program("postgres"), "-D", data, *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=directory,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        # Immediate shutdown: the server ends its own children.
        process.send_signal(signal.SIGQUIT)
        process.wait(START_SECONDS)


def _unprivileged(directory: Path) -> list[str]:
    """What goes before a command: PostgreSQL refuses root, and ends when the tests are killed."""
    setpriv: list[str] = ["setpriv", "--pdeathsig", "QUIT"]
    if os.geteuid() != 0:
        return setpriv
    user = pwd.getpwnam("postgres")
    os.chown(directory, user.pw_uid, user.pw_gid)
    return [*setpriv, "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups"]


def _program(name: str) -> str:
    """Debian keeps a version's programs off the PATH."""
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    found = newest or shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"{name} of PostgreSQL is not installed")
    return str(found)


def _run_quietly(command: Sequence[str]) -> None:
    done = subprocess.run(
        command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command} failed:\n{done.stdout}{done.stderr}")


def _await_answer(cluster: Cluster, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not cluster.answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.02)
