"""Writes files of the MediaWiki history dumps, whole lines as the documentation describes them.

https://wikitech.wikimedia.org/wiki/Data_Platform/Data_Lake/Edits/MediaWiki_history_dumps
"""

import bz2
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

COLUMNS = tuple(Path(__file__).with_name("history_columns.txt").read_text().split())
"""As they are since temporary accounts came."""
SINCE_TEMPORARY_ACCOUNTS = frozenset(
    {
        "event_user_is_temporary",
        "event_user_is_permanent",
        "user_is_temporary",
        "user_is_permanent",
    }
)
BEFORE_TEMPORARY_ACCOUNTS = tuple(name for name in COLUMNS if name not in SINCE_TEMPORARY_ACCOUNTS)
Value = str | int | bool | datetime | tuple[str, ...] | None

EDIT: Mapping[str, Value] = {
    "event_entity": "revision",
    "event_type": "create",
    "event_timestamp": datetime(2023, 1, 31, 21, 32, 7, tzinfo=UTC),
    "event_user_id": 7,
    "event_user_text_historical": "Ada",
    "event_user_text": "Ada",
    "event_user_is_created_by_self": True,
    "event_user_is_created_by_system": False,
    "event_user_is_created_by_peer": False,
    "event_user_is_anonymous": False,
    "event_user_is_temporary": False,
    "event_user_is_permanent": True,
    "page_id": 12,
    "page_title_historical": "Malaria",
    "page_title": "Malaria",
    "page_namespace_historical": 0,
    "page_namespace_is_content_historical": True,
    "page_namespace": 0,
    "page_namespace_is_content": True,
    "page_is_redirect": False,
    "page_is_deleted": False,
    "revision_id": 1000,
    "revision_parent_id": 999,
    "revision_minor_edit": False,
    "revision_deleted_parts_are_suppressed": False,
    "revision_text_bytes": 4000,
    "revision_text_bytes_diff": 100,
    "revision_content_model": "wikitext",
    "revision_is_deleted_by_page_deletion": False,
    "revision_is_identity_reverted": False,
    "revision_is_identity_revert": False,
    "revision_is_from_before_page_creation": False,
}
"""An edit that counts, all that is usual of it."""


def edit(*, wiki: str = "enwiki", columns: Iterable[str] = COLUMNS, **different: Any) -> bytes:
    """Return the line of an edit, given in what it differs from EDIT."""
    values = {**EDIT, "wiki_db": wiki, **different}
    unknown = values.keys() - set(COLUMNS)
    assert not unknown, unknown
    return "\t".join(_text(values.get(name)) for name in columns).encode() + b"\n"


def write(folder: Path, name: str, lines: Iterable[bytes]) -> Path:
    """Write a file such as `2026-10.enwiki.2023.tsv.bz2`."""
    file = folder / name
    with bz2.open(file, "wb") as opened:
        opened.writelines(lines)
    return file


def _text(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}.0"
        case tuple():
            return ",".join(part.replace(",", "\\,") for part in value)
    return str(value).replace("\t", "\\t").replace("\n", "\\n")
