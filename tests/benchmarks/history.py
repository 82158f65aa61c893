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
from collections.abc import Callable, Mapping, Sequence
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
    """What was found, which must be the same for all, and what the turn took.

    Seconds of the processor are those of all threads: other programs make them no longer.
    """

    contributions: int
    edits: int
    seconds: float = 0.0
    processor: float = 0.0
    peak_mib: float = 0.0


NOTHING = (0, 0)
Way = Callable[[Sequence[Path], Articles], Found]
Turns = dict[tuple[int, Way], list[Found]]


def bare_scan(files: Sequence[Path], topic: Articles) -> Found:
    """Read the columns that the question needs, and nothing else."""
    with DuckDB(MEMORY).opened(files) as edits:
        backend = edits.get_backend()
        backend.raw_sql(SCAN.format(table=edits.get_name())).fetchall()
        return Found(*NOTHING)


def by_duckdb(files: Sequence[Path], topic: Articles) -> Found:
    """Ask as the bot does."""
    with DuckDB(MEMORY).opened(files) as edits:
        question = asking.contributions(edits, asking.articles_table(topic), Window())
        answer = question.to_pyarrow()
    return Found(answer.num_rows, sum(answer["edits"].to_pylist()))


def by_pandas(files: Sequence[Path], topic: Articles) -> Found:
    """Ask as somebody with pandas would."""
    import pandas as pd

    articles = pd.DataFrame(_pairs(topic), columns=KEYS)
    edits = pd.read_parquet([str(file) for file in files]).merge(articles, on=KEYS)
    edits["added"] = edits["change"].clip(lower=0)
    answer = edits.groupby(GROUP, as_index=False).agg(
        edits=("change", "size"),
        change=("change", "sum"),
        added=("added", "sum"),
        last_at=("saved_at", "max"),
    )
    return Found(len(answer), int(answer["edits"].sum()))


def by_polars(files: Sequence[Path], topic: Articles) -> Found:
    """Ask as somebody with polars would, lazily and streaming."""
    import polars as pl

    articles = pl.LazyFrame(_pairs(topic), schema=KEYS, orient="row")
    change = pl.col("change")
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
    return Found(answer.height, int(answer["edits"].sum()))


def main(sizes: Sequence[int]) -> None:
    """Print the figures of each size, how the question grows, and the rate of imports."""
    with tempfile.TemporaryDirectory(prefix="bellringer-history-") as folder:
        for rows in sizes:
            begun = time.perf_counter()
            _apart(_made, Path(folder) / str(rows), rows)
            _say(f"{rows:,} rows made in {time.perf_counter() - begun:.0f} s")
        turns = _turns(Path(folder), sizes)
        for rows in sizes:
            _say_ways(rows, {way: turns[rows, way] for way in _ways(rows)})
        for smaller, bigger in pairwise(sizes):
            _say_growth(smaller, bigger, turns)
        _say_imports(Path(folder))


def _ways(rows: int) -> list[Way]:
    in_pandas: list[Way] = [by_pandas] if rows <= MOST_IN_PANDAS else []
    return [bare_scan, by_duckdb, by_polars, *in_pandas]


def _turns(folder: Path, sizes: Sequence[int]) -> Turns:
    turns: Turns = {(rows, way): [] for rows in sizes for way in _ways(rows)}
    for _ in range(ROUNDS):
        for rows, way in turns:
            turns[rows, way].append(_apart(_turn, way, folder / str(rows), rows))
    return turns


def _say_ways(rows: int, turns: Mapping[Way, Sequence[Found]]) -> None:
    answers = {(each.contributions, each.edits) for way in turns for each in turns[way]}
    assert len(answers - {NOTHING}) == 1
    _say(f"{rows:,} rows, {max(answers)[0]:,} contributions found:")
    scan = turns[bare_scan]
    for way, found in turns.items():
        peak = max(each.peak_mib for each in found)
        _say(
            f"  {way.__name__:10} {_seconds(found):8.2f} s, {_seconds(found) / _seconds(scan):5.2f}"
            f" times the scan; processor {_processor(found):7.2f} s,"
            f" {_processor(found) / _processor(scan):5.2f} times; {peak:6.0f} MiB"
        )


def _say_growth(smaller: int, bigger: int, turns: Turns) -> None:
    before, after = turns[smaller, by_duckdb], turns[bigger, by_duckdb]
    _say(
        f"{bigger / smaller:.0f} times the rows take {_seconds(after) / _seconds(before):.1f} times"
        f" as long, and {_processor(after) / _processor(before):.1f} times the processor"
    )


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
    begun, used = time.perf_counter(), time.process_time()
    found = way(files, topic)
    took = time.perf_counter() - begun, time.process_time() - used
    return Found(found.contributions, found.edits, *took, _peak_mib())


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


def _processor(found: Sequence[Found]) -> float:
    return median(each.processor for each in found)


def _peak_mib() -> float:
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert peak is not None
    return int(peak[1]) / 1024


if __name__ == "__main__":
    main([int(float(size) * MILLION) for size in sys.argv[1:] or ("2", "20")])
