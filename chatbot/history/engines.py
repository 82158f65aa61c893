"""Who computes an answer: DuckDB in this process, or a Spark cluster.

Both are optional packages, imported only here and only when asked. They differ in how files are
opened; the question is the same.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from chatbot.history.settings import HistorySettings
from commands.census import HistoryTrouble

if TYPE_CHECKING:
    import ibis.expr.types as ir


class HistoryError(HistoryTrouble):
    """The history cannot be asked; the message says why."""


class Engine(Protocol):
    """Opens imported files. What is done with the table is computed when its rows are fetched."""

    def opened(self, files: Sequence[Path]) -> AbstractContextManager[ir.Table]:
        """Give the rows of some files (one at least), until left. Raises HistoryError."""
        ...


@dataclass(frozen=True, slots=True)
class DuckDB:
    """DuckDB in this process, which takes so much memory at most and then goes to disk."""

    memory: str

    @contextmanager
    def opened(self, files: Sequence[Path]) -> Iterator[ir.Table]:
        """Give the rows of some files."""
        insist_on("history", "ibis", "duckdb")
        import duckdb
        import ibis

        with tempfile.TemporaryDirectory(prefix="bellringer-history-") as spilled:
            try:
                backend = ibis.duckdb.connect(memory_limit=self.memory, temp_directory=spilled)
                with closing(backend.con):
                    backend.raw_sql("SET enable_progress_bar = false")
                    yield backend.read_parquet([str(file) for file in files])
            except duckdb.Error as fault:
                raise HistoryError(f"DuckDB: {fault}") from fault


@dataclass(frozen=True, slots=True)
class Spark:
    """A Spark cluster by the URL of its master, which sees the files under the same paths."""

    master: str

    @contextmanager
    def opened(self, files: Sequence[Path]) -> Iterator[ir.Table]:
        """Give the rows of some files."""
        insist_on("spark", "ibis", "pyspark")
        _insist_on_java()
        import ibis
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            with _session(self.master) as session:
                rows = session.read.parquet(*(str(file) for file in files))
                rows.createOrReplaceTempView("edits")
                yield ibis.pyspark.connect(session).table("edits")
        except (PySparkException, Py4JError) as fault:
            raise HistoryError(f"Spark: {fault}") from fault


def engine(settings: HistorySettings) -> Engine:
    """Return who computes."""
    return Spark(settings.master) if settings.master else DuckDB(settings.memory)


def _session(master: str) -> Any:
    from pyspark.sql import SparkSession

    quiet: dict[str, Any] = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
    return SparkSession.builder.master(master).appName("bellringer").config(map=quiet).getOrCreate()


def insist_on(extra: str, *packages: str) -> None:
    """Raise HistoryError, which names the optional extra, where one of its packages lacks."""
    if any(find_spec(package) is None for package in packages):
        raise HistoryError(f"this needs other packages: pip install 'bellringer[{extra}]'")


def _insist_on_java() -> None:
    if "JAVA_HOME" not in os.environ and shutil.which("java") is None:
        raise HistoryError("Spark needs Java (Debian: apt install default-jre-headless)")
