"""Lines of the history dumps: which edits count, in each version of the files."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from chatbot.history.dump import DumpError, Edit, Name, UnknownVersionError, fields, named, reader
from tests.peers.history_dump import BEFORE_TEMPORARY_ACCOUNTS, COLUMNS, edit

VERSIONS = [COLUMNS, BEFORE_TEMPORARY_ACCOUNTS]


def read(line: bytes) -> Edit | None:
    return reader(len(COLUMNS))(fields(line))


@pytest.mark.parametrize("columns", VERSIONS, ids=["74 fields", "70 fields"])
def test_an_edit_is_read_in_each_version(columns: tuple[str, ...]) -> None:
    line = edit(columns=columns, page_title="Yellow_fever", revision_text_bytes_diff=-5)
    saved_at = datetime(2023, 1, 31, 21, 32, 7, tzinfo=UTC)
    assert reader(len(columns))(fields(line)) == Edit("Yellow fever", "Ada", saved_at, -5)


@pytest.mark.parametrize("columns", VERSIONS, ids=["74 fields", "70 fields"])
@pytest.mark.parametrize(
    "different",
    [
        {"event_entity": "page"},
        {"event_entity": "user", "event_type": "rename"},
        {"event_user_text": None},
        {"event_user_is_anonymous": True},
        {"event_user_is_bot_by": ("group",)},
        {"event_user_is_bot_by": ("name",)},
        {"event_user_is_bot_by_historical": ("name", "group")},
        {"page_title": None},
        {"page_namespace": 1},
        {"page_namespace": None},
        {"page_is_deleted": True},
        {"revision_minor_edit": True},
        {"revision_deleted_parts": ("comment", "user")},
        {"revision_is_deleted_by_page_deletion": True},
        {"revision_is_identity_reverted": True},
    ],
    ids=str,
)
def test_what_does_not_count_is_left_out(
    columns: tuple[str, ...], different: Mapping[str, Any]
) -> None:
    assert reader(len(columns))(fields(edit(columns=columns, **different))) is None


@pytest.mark.parametrize(
    "different",
    [
        {"event_user_text_historical": "Ada Before"},
        {"page_title_historical": "Old_title", "page_namespace_historical": 2},
        {"revision_deleted_parts": ("comment", "text")},
        {"revision_is_identity_revert": True},
        {"page_is_redirect": True},
        {"event_comment": 'one\ttab, "quotes", \r and a\nnewline'},
    ],
    ids=str,
)
def test_what_does_not_matter_is_not_looked_at(different: Mapping[str, Any]) -> None:
    assert read(edit(**different)) == read(edit())


def test_temporary_accounts_are_left_out() -> None:
    assert read(edit(event_user_is_temporary=True, event_user_is_permanent=False)) is None


def test_a_change_that_is_not_known_is_none() -> None:
    found = read(edit(revision_text_bytes_diff=None))
    assert found is not None
    assert found.change == 0


def test_a_backslash_in_a_title_or_a_name_stays_one() -> None:
    found = read(edit(page_title=r"\nabla_\textbf", event_user_text=r"Tom\nina"))
    assert found is not None
    assert (found.page, found.user) == (r"\nabla \textbf", r"Tom\nina")


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"enwiki\trevision\tcreate\n",
        edit().replace(b"\n", b"\t\n"),
        edit().replace(b"2023-01-31", b"yesterday"),
        edit().replace(b"Malaria", b"\xff"),
        edit(revision_text_bytes_diff="much"),
        edit(revision_text_bytes_diff=10**20),
    ],
)
def test_a_line_that_is_no_event_is_told_from_one_that_does_not_count(line: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read(line)


@pytest.mark.parametrize("count", [1, 69, 71, 73, 75])
def test_an_unknown_version_is_refused_with_its_number(count: int) -> None:
    with pytest.raises(UnknownVersionError, match=f"have {count} fields") as caught:
        reader(count)
    assert caught.value.fields == count


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("2026-10.svwiki.2025.tsv.bz2", Name("2026-10", "svwiki", "2025")),
        ("2026-10.enwiki.2001-01.tsv.bz2", Name("2026-10", "enwiki", "2001-01")),
        ("2026-10.be_x_oldwiki.all-time.tsv.bz2", Name("2026-10", "be_x_oldwiki", "all-time")),
    ],
)
def test_a_files_name_says_what_is_in_it(file: str, name: Name) -> None:
    assert named(file) == name


@pytest.mark.parametrize(
    "file",
    [
        "svwiki.tsv.bz2",
        "2026-10.svwiki.2025.tsv",
        "2026-10.sv/wiki.2025.tsv.bz2",
        "2026-10...tsv.bz2",
    ],
)
def test_a_file_of_another_name_is_refused(file: str) -> None:
    with pytest.raises(DumpError):
        named(file)
