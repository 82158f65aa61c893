"""Files of the history dumps made Parquet: each by a process of its own, in bounded memory.

The unpacking of bz2 takes most of the time, so lines are taken apart here: readers of CSV would end
lines at other characters than the newline too, which stand in values.
"""

from __future__ import annotations

import bz2
import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from chatbot.history.dump import DumpError, Edit, Reader, fields, named, reader
from chatbot.history.shelf import Shelf

if TYPE_CHECKING:
    import pyarrow as pa

_EDITS_AT_ONCE = 250_000
_READ_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Imported:
    """A file that stands on the shelf. `read` lines made `kept` edits, `broken` were no events.

    With `already` it stood there before, and nothing was read.
    """

    file: str
    read: int = 0
    kept: int = 0
    broken: int = 0
    already: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not imported, and why."""

    file: str
    reason: str


def import_all(files: Sequence[Path], shelf: Shelf, jobs: int) -> Iterator[Imported | Refused]:
    """Import files, so many at a time, and return how each ended, in the order of their ends.

    What stands on the shelf is not read again, so that an import that was stopped goes on. A
    snapshot answers no questions before all its files that were named here are imported. Only
    one import at a time may write to a shelf.
    """
    whole = {snapshot for file in files if (snapshot := _snapshot(file))}
    for snapshot in whole:
        shelf.begin(snapshot)
    for ended in _each(files, shelf, jobs):
        if isinstance(ended, Refused):
            whole.discard(_snapshot(Path(ended.file)))
        yield ended
    for snapshot in whole:
        shelf.finish(snapshot)


def _snapshot(file: Path) -> str:
    try:
        return named(file.name).snapshot
    except DumpError:
        return ""


def _each(files: Sequence[Path], shelf: Shelf, jobs: int) -> Iterator[Imported | Refused]:
    # Forked, a process would have the threads' locks of this one; and the biggest begins first.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        running = {pool.submit(import_file, file, shelf): file for file in _biggest_first(files)}
        for ended in as_completed(running):
            try:
                yield ended.result()
            except BrokenProcessPool:
                yield Refused(str(running[ended]), "its process was killed; memory may be short")


def import_file(file: Path, shelf: Shelf) -> Imported | Refused:
    """Import one file, unless it stands on the shelf."""
    try:
        place = shelf.place(named(file.name))
        if place.exists():
            return Imported(str(file), already=True)
        with (
            BufferedReader(bz2.open(file), _READ_AT_ONCE) as lines,
            _written_beside(place) as beside,
        ):
            return _import(str(file), lines, beside, named(file.name).wiki)
    except (DumpError, EOFError, OSError) as fault:
        return Refused(str(file), _reason(fault))


def _reason(fault: Exception) -> str:
    return (fault.strerror if isinstance(fault, OSError) else None) or str(fault)


def _biggest_first(files: Iterable[Path]) -> list[Path]:
    return sorted(files, key=lambda file: -file.stat().st_size if file.exists() else 0)


@contextmanager
def _written_beside(place: Path) -> Iterator[Path]:
    """Give a file to write that stands in its place once it is whole."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f"{place.name}.unfinished")
    try:
        yield beside
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def _import(file: str, lines: BinaryIO, target: Path, wiki: str) -> Imported:
    from pyarrow.parquet import ParquetWriter

    first = lines.readline()
    if not first:
        raise DumpError("it is empty")
    read = reader(len(fields(first)))
    done = Imported(file)
    with ParquetWriter(target, _schema(), compression="zstd") as writer:
        for batch in _batches(chain([first], lines), read):
            writer.write_table(_table(batch.edits, wiki))
            done = _with(done, batch)
    return done


@dataclass(frozen=True, slots=True)
class _Batch:
    """The edits that some lines made, and how many of those were no events."""

    edits: Sequence[Edit]
    read: int
    broken: int


def _batches(lines: Iterator[bytes], read: Reader) -> Iterator[_Batch]:
    while (batch := _batch(lines, read)).read:
        yield batch


def _batch(lines: Iterator[bytes], read: Reader) -> _Batch:
    edits: list[Edit] = []
    count = broken = 0
    for line in lines:
        count += 1
        try:
            edit = read(fields(line))
        except ValueError:
            broken += 1
            continue
        if edit is not None:
            edits.append(edit)
            if len(edits) == _EDITS_AT_ONCE:
                break
    return _Batch(edits, count, broken)


def _with(done: Imported, batch: _Batch) -> Imported:
    return Imported(
        done.file,
        done.read + batch.read,
        done.kept + len(batch.edits),
        done.broken + batch.broken,
    )


def _schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        {
            "wiki": pa.string(),
            "page": pa.string(),
            "user": pa.string(),
            "saved_at": pa.timestamp("us", "UTC"),
            "change": pa.int64(),
        }
    )


def _table(edits: Sequence[Edit], wiki: str) -> pa.Table:
    """Return edits as rows, those of a page together, which is read faster and takes less room."""
    import pyarrow as pa

    columns = [[wiki] * len(edits), *zip(*edits, strict=True)] if edits else [[]] * len(_schema())
    return pa.table(columns, schema=_schema()).sort_by([("page", "ascending")])
