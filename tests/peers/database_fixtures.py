"""Databases for tests, on SQLite and on PostgreSQL by one parameter, each fresh in milliseconds.

A test for one of them alone: `@pytest.mark.parametrize("backend", ["postgresql"])`.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.database import Database
from tests.peers.postgres import Cluster, running_cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database that the test runs on."""
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database."""
    if backend == "sqlite":
        yield _file_url(tmp_path / "bellringer.sqlite")
    else:
        with _temporary(request.getfixturevalue("postgres_cluster")) as url:
            yield url


@pytest.fixture
def migrated_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database at the newest revision, copied from a template."""
    template = request.getfixturevalue(f"{backend}_template")
    if backend == "sqlite":
        yield _file_url(shutil.copy(template, tmp_path / "bellringer.sqlite"))
    else:
        with _temporary(request.getfixturevalue("postgres_cluster"), template) as url:
            yield url


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    """An open database at the newest revision."""
    opened = Database.open(migrated_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A running PostgreSQL, started with the first test that needs it."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgresql_template(postgres_cluster: Cluster) -> str:
    """The name of a migrated database that nobody is connected to."""
    name = postgres_cluster.create()
    asyncio.run(_migrate(postgres_cluster.url(name)))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file that nobody has open."""
    path = tmp_path_factory.mktemp("template") / "bellringer.sqlite"
    asyncio.run(_migrate(_file_url(path)))
    return path


@contextmanager
def _temporary(cluster: Cluster, template: str = "template0") -> Iterator[str]:
    name = cluster.create(template=template)
    yield cluster.url(name)
    cluster.drop(name)


def _file_url(path: str | Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def _migrate(url: str) -> None:
    database = Database.open(url)
    await database.upgrade()
    await database.close()
