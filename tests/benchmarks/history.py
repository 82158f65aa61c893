"""How fast imported history answers, in how much memory, and how fast dumps are imported.

By hand, with the `bench` dependency group: `python -m tests.benchmarks.history [MILLIONS...]`.
For each size everybody who contributed to a topic is looked up by DuckDB as the bot does it, by
pandas and by polars, taking turns, each time in a process of its own; beside them DuckDB's bare
scan of the same columns. What counts are the ratios of the medians. All must find the same.
"""

from __future__ import annotations

import bz2
import multiprocessing
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from chatbot.history import asking
from chatbot.history.engines import DuckDB
from chatbot.history.importing import Imported, import_all
from chatbot.history.shelf import Shelf
from commands.census import Articles, Window
from tests.benchmarks.history_rows import SNAPSHOT, History

MILLION = 1_000_000
ROUNDS = 3
DUMPED = MILLION // 2
DUMPED_WIKIS = 8
MOST_IN_PANDAS = 20 * MILLION
MEMORY = "3GB"
SCAN = """
SELECT max(strlen(wiki)), max(strlen(page)), max(strlen("user")), max(epoch_us(saved_at)),
  max(change + 1)
FROM {table}
"""
KEYS = ["wiki", "page"]
GROUP = ["wiki", "user", "page"]


@dataclass(frozen=True, slots=True)
class Found:
    """What one turn took; `contributions` and `edits` must be the same for all."""

    seconds: float
    contributions: int
    edits: int
    peak_mib: float = 0.0


Way = Callable[[Sequence[Path], Articles], Found]


def bare_scan(files: Sequence[Path], topic: Articles) -> Found:
    """Read the columns that the question needs, and nothing else."""
    with DuckDB(MEMORY).opened(files) as edits:
        backend = edits.get_backend()
        begun = time.perf_counter()
        backend.raw_sql(SCAN.format(table=edits.get_name())).fetchall()
        return Found(time.perf_counter() - begun, 0, 0)


def by_duckdb(files: Sequence[Path], topic: Articles) -> Found:
    """Ask as the bot does."""
    with DuckDB(MEMORY).opened(files) as edits:
        begun = time.perf_counter()
        question = asking.contributions(edits, asking.articles_table(topic), Window())
        answer = question.to_pyarrow()
        seconds = time.perf_counter() - begun
    return Found(seconds, answer.num_rows, sum(answer["edits"].to_pylist()))


def by_pandas(files: Sequence[Path], topic: Articles) -> Found:
    """Ask as somebody with pandas would."""
    import pandas as pd

    articles = pd.DataFrame(_pairs(topic), columns=KEYS)
    begun = time.perf_counter()
    edits = pd.read_parquet([str(file) for file in files]).merge(articles, on=KEYS)
    edits["added"] = edits["change"].clip(lower=0)
    answer = edits.groupby(GROUP, as_index=False).agg(
        edits=("change", "size"),
        change=("change", "sum"),
        added=("added", "sum"),
        last_at=("saved_at", "max"),
    )
    seconds = time.perf_counter() - begun
    return Found(seconds, len(answer), int(answer["edits"].sum()))


def by_polars(files: Sequence[Path], topic: Articles) -> Found:
    """Ask as somebody with polars would, lazily and streaming."""
    import polars as pl

    articles = pl.LazyFrame(_pairs(topic), schema=KEYS, orient="row")
    change = pl.col("change")
    begun = time.perf_counter()
    answer = (
        pl.scan_parquet(list(files))
        .join(articles, on=KEYS, how="semi")
        .group_by(GROUP)
        .agg(
            edits=pl.len(),
            change=change.sum(),
            added=change.clip(lower_bound=0).sum(),
            last_at=pl.col("saved_at").max(),
        )
        .sort(GROUP)
        .collect(engine="streaming")
    )
    seconds = time.perf_counter() - begun
    return Found(seconds, answer.height, int(answer["edits"].sum()))


def main(rows: Sequence[int]) -> None:
    """Print the figures of each size, how the question grows, and the rate of imports."""
    took = {}
    with tempfile.TemporaryDirectory(prefix="bellringer-history-") as folder:
        for size in rows:
            took[size] = _measured(Path(folder) / str(size), size)
        _say_growth(took)
        _say_imports(Path(folder))


def _measured(folder: Path, rows: int) -> float:
    begun = time.perf_counter()
    _apart(_made, folder, rows)
    _say(f"{rows:,} rows made in {time.perf_counter() - begun:.0f} s")
    ways: list[Way] = [bare_scan, by_duckdb, by_polars]
    if rows <= MOST_IN_PANDAS:
        ways.append(by_pandas)
    turns: dict[Way, list[Found]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way in ways:
            turns[way].append(_apart(_turn, way, folder, rows))
    assert len({(each.contributions, each.edits) for way in ways[1:] for each in turns[way]}) == 1
    scan = _seconds(turns[bare_scan])
    for way, found in turns.items():
        peak = max(each.peak_mib for each in found)
        seconds = _seconds(found)
        _say(
            f"  {way.__name__:10} {seconds:8.2f} s  {seconds / scan:6.2f} times the scan"
            f"  {peak:7.0f} MiB  {found[0].contributions:9,} contributions"
        )
    return _seconds(turns[by_duckdb])


def _say_growth(took: dict[int, float]) -> None:
    sizes = sorted(took)
    for smaller, bigger in pairwise(sizes):
        growth = took[bigger] / took[smaller]
        _say(f"{bigger / smaller:.0f} times the rows take {growth:.1f} times as long")


def _say_imports(folder: Path) -> None:
    files = History(rows=DUMPED).dump(folder, wikis=DUMPED_WIKIS)
    jobs = os.cpu_count() or 1
    begun = time.perf_counter()
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        unpacked = sum(pool.map(_unpacked, files))
    bare = time.perf_counter() - begun
    begun = time.perf_counter()
    ended = list(import_all(files, Shelf(folder / "imported"), jobs))
    seconds = time.perf_counter() - begun
    lines = sum(each.read for each in ended if isinstance(each, Imported))
    _say(
        f"import: {lines:,} lines, {unpacked / lines:.0f} bytes each, {len(files)} files, "
        f"{jobs} processes: {lines / seconds:,.0f} lines/s, "
        f"{unpacked / seconds / 1e6:.0f} MB/s, {bare / seconds:.2f} of unpacking alone"
    )


def _made(folder: Path, rows: int) -> None:
    History(rows=rows).put_on(Shelf(folder))


def _turn(way: Way, folder: Path, rows: int) -> Found:
    topic = History(rows=rows).topic()
    files = Shelf(folder).files(SNAPSHOT, topic.by_wiki)
    way(files, topic)  # what is loaded at first use, and the system's cache of files, warmed up
    found = way(files, topic)
    return Found(found.seconds, found.contributions, found.edits, _peak_mib())


def _apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do something in a process of its own, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def _unpacked(file: Path) -> int:
    with bz2.open(file) as lines:
        return sum(len(chunk) for chunk in iter(lambda: lines.read(1 << 20), b""))


def _pairs(topic: Articles) -> list[tuple[str, str]]:
    return [(wiki, page) for wiki, pages in topic.by_wiki.items() for page in pages]


def _seconds(found: Sequence[Found]) -> float:
    return median(each.seconds for each in found)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - its result


def _peak_mib() -> float:
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert peak is not None
    return int(peak[1]) / 1024


if __name__ == "__main__":
    main([int(float(size) * MILLION) for size in sys.argv[1:] or ("2", "20")])
