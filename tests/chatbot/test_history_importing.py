"""Importing the dumps: whole, once, in parallel, and going on after a stop."""

import bz2
from collections.abc import Sequence
from pathlib import Path

import pytest
from pyarrow import parquet

from chatbot.history import importing
from chatbot.history.importing import Imported, Refused, import_all, import_file
from chatbot.history.shelf import Shelf
from tests.peers.history_dump import BEFORE_TEMPORARY_ACCOUNTS, edit, write

FILE = "2026-10.enwiki.2023.tsv.bz2"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "history")


def pages(shelf: Shelf, snapshot: str = "2026-10") -> list[str]:
    tables = [parquet.read_table(file) for file in shelf.files(snapshot, shelf.wikis(snapshot))]
    return [page for table in tables for page in table["page"].to_pylist()]


def left_beside(shelf: Shelf) -> list[str]:
    return [path.name for path in shelf.folder.rglob("*") if path.is_file()]


def test_only_edits_that_count_are_kept_and_lines_that_are_none_are_counted(
    tmp_path: Path, shelf: Shelf
) -> None:
    lines = [edit(page_title="B"), b"hostile\tline\n", edit(revision_minor_edit=True)]
    file = write(tmp_path, FILE, [*lines, edit(page_title="A")])
    assert import_file(file, shelf) == Imported(str(file), read=4, kept=2, broken=1)
    assert pages(shelf) == ["A", "B"]


def test_columns_are_typed(tmp_path: Path, shelf: Shelf) -> None:
    import_file(write(tmp_path, FILE, [edit()]), shelf)
    (kept,) = shelf.files("2026-10", ["enwiki"])
    types = {field.name: str(field.type) for field in parquet.read_schema(kept)}
    assert types == {
        "wiki": "string",
        "page": "string",
        "user": "string",
        "saved_at": "timestamp[us, tz=UTC]",
        "change": "int64",
    }


def test_a_file_of_the_older_version_and_of_several_streams_is_read(
    tmp_path: Path, shelf: Shelf
) -> None:
    streams = [edit(page_title=title, columns=BEFORE_TEMPORARY_ACCOUNTS) for title in "AB"]
    (tmp_path / FILE).write_bytes(b"".join(map(bz2.compress, streams)))
    import_file(tmp_path / FILE, shelf)
    assert pages(shelf) == ["A", "B"]


def test_more_than_is_held_at_once_is_imported_in_pieces(
    tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_EDITS_AT_ONCE", 10)
    file = write(tmp_path, FILE, [edit(page_title=f"{number:02}") for number in range(25)])
    assert import_file(file, shelf) == Imported(str(file), read=25, kept=25)
    assert pages(shelf) == [f"{number:02}" for number in range(25)]


def test_several_files_are_imported_at_a_time_and_once(tmp_path: Path, shelf: Shelf) -> None:
    wikis = ["enwiki", "svwiki", "dewiki"]
    files = [write(tmp_path, f"2026-10.{wiki}.2023.tsv.bz2", [edit(wiki=wiki)]) for wiki in wikis]
    first = list(import_all(files, shelf, jobs=2))
    assert {ended.file for ended in first} == {str(file) for file in files}
    assert shelf.wikis("2026-10") == ("dewiki", "enwiki", "svwiki")
    again = list(import_all(files, shelf, jobs=2))
    assert all(isinstance(ended, Imported) and ended.already for ended in again)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("enwiki.tsv.bz2", bz2.compress(edit()), "its name is not like"),
        (FILE, bz2.compress(edit())[:-9], "ended before the end-of-stream"),
        (FILE, b"<html>not found</html>", "Invalid data stream"),
        (FILE, bz2.compress(b""), "it is empty"),
        (FILE, bz2.compress(edit()[:-1] + b"\tnew\n"), "have 75 fields"),
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_nothing(
    tmp_path: Path, shelf: Shelf, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    ended = import_file(tmp_path / name, shelf)
    assert isinstance(ended, Refused)
    assert reason in ended.reason
    assert left_beside(shelf) == []
    assert shelf.snapshots() == ()


def test_a_snapshot_answers_once_all_its_files_are_imported(tmp_path: Path, shelf: Shelf) -> None:
    older = write(tmp_path, "2026-09.enwiki.2023.tsv.bz2", [edit()])
    missing = tmp_path / "2026-10.dewiki.2023.tsv.bz2"
    files = [older, missing, write(tmp_path, FILE, [edit()])]
    under_way = import_all(files, shelf, jobs=1)
    next(under_way)
    assert (shelf.snapshots(), shelf.unfinished()) == ((), ("2026-09", "2026-10"))
    list(under_way)
    assert (shelf.snapshots(), shelf.unfinished()) == (("2026-09",), ("2026-10",))
    write(tmp_path, missing.name, [edit(wiki="dewiki")])
    list(import_all(files, shelf, jobs=1))
    assert (shelf.snapshots(), shelf.unfinished()) == (("2026-09", "2026-10"), ())


def test_a_missing_file_does_not_stop_the_others(tmp_path: Path, shelf: Shelf) -> None:
    files: Sequence[Path] = [
        tmp_path / "2026-10.dewiki.2023.tsv.bz2",
        write(tmp_path, FILE, [edit()]),
    ]
    ended = sorted(import_all(files, shelf, jobs=1), key=lambda each: each.file)
    assert [type(each) for each in ended] == [Refused, Imported]


def test_a_file_that_was_cut_off_is_imported_once_it_is_whole(tmp_path: Path, shelf: Shelf) -> None:
    whole = bz2.compress(edit())
    (tmp_path / FILE).write_bytes(whole[:-9])
    assert isinstance(import_file(tmp_path / FILE, shelf), Refused)
    (tmp_path / FILE).write_bytes(whole)
    assert import_file(tmp_path / FILE, shelf) == Imported(str(tmp_path / FILE), read=1, kept=1)
