"""The public MediaWiki history dumps: what the files are called, and what a line of them says.

Documented at https://wikitech.wikimedia.org/wiki/Data_Platform/Data_Lake/Edits/MediaWiki_history_dumps:
one event a line, fields between tabs, no heading, nothing for null, arrays with commas between.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

_NAME = re.compile(r"(\d{4}-\d{2})\.([a-z0-9_]+)\.([0-9a-z-]+)\.tsv\.bz2")
_BIGGEST_CHANGE = 2**31
_NEWEST = 74
_BEFORE_TEMPORARY_ACCOUNTS = 70
_TEMPORARY_ACCOUNTS = (18, 19, 51, 52)
"""The columns that came with them."""


class _Row(NamedTuple):
    """The fields that we need, as they stand in a line."""

    event_timestamp: bytes
    event_user_text: bytes
    event_user_is_bot_by_historical: bytes
    event_user_is_bot_by: bytes
    event_user_is_anonymous: bytes
    event_user_is_temporary: bytes
    page_title: bytes
    page_namespace: bytes
    page_is_deleted: bytes
    revision_minor_edit: bytes
    revision_deleted_parts: bytes
    revision_text_bytes_diff: bytes
    revision_is_deleted_by_page_deletion: bytes
    revision_is_identity_reverted: bytes


_POSITIONS = dict(
    zip(_Row._fields, (3, 7, 12, 13, 17, 18, 27, 30, 33, 58, 59, 62, 66, 68), strict=True)
)
"""Where they are in the newest version, counted from 0."""


class DumpError(Exception):
    """A file is no dump that we can read; the message says why."""


class UnknownVersionError(DumpError):
    """The files have got other columns than those that we know."""

    def __init__(self, fields: int) -> None:
        known = f"{_BEFORE_TEMPORARY_ACCOUNTS} or {_NEWEST}"
        super().__init__(f"its lines have {fields} fields, where {known} are known")
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Name:
    """What a file's name says. `part` is the time that it covers, such as `2024` or `all-time`."""

    snapshot: str
    wiki: str
    part: str


class Edit(NamedTuple):
    """An edit that counts: to an article that stands, by an account that has a name.

    It was not minor, not made by a bot, and is not undone by an identity revert. `page` and
    `user` are what both are called when the snapshot was taken, `page` with spaces; `change` is
    in bytes, 0 where the dump does not know it.
    """

    page: str
    user: str
    saved_at: datetime
    change: int


Line = Sequence[bytes]
Reader = Callable[[Line], Edit | None]


def named(file: str) -> Name:
    """Return what a file's name says. Raises DumpError when it is no dump's."""
    found = _NAME.fullmatch(file)
    if found is None:
        raise DumpError("its name is not like 2026-10.svwiki.2025.tsv.bz2")
    return Name(*found.groups())


def fields(line: bytes) -> Line:
    """Return the fields of a line.

    A tab or a newline inside a value is written as a backslash and a letter. That is not undone:
    neither a title nor a user name can hold one, so in them a backslash is a backslash.
    """
    return line.rstrip(b"\n").split(b"\t")


def reader(count: int) -> Reader:
    """Return what reads the lines of the version with so many fields.

    It returns None for what does not count, and raises ValueError for what is no event at all.
    Raises UnknownVersionError.
    """
    pick = itemgetter(*_positions(count))

    def read(line: Line) -> Edit | None:
        if len(line) != count:
            raise ValueError(f"{len(line)} fields instead of {count}")
        if line[1] != b"revision" or line[2] != b"create":
            return None
        row = _Row._make(pick(line))
        return _edit(row) if _counts(row) else None

    return read


def _positions(count: int) -> Iterable[int]:
    if count == _NEWEST:
        return _POSITIONS.values()
    if count == _BEFORE_TEMPORARY_ACCOUNTS:
        # Nobody was temporary then: what says whether somebody was anonymous answers for that too.
        then = _POSITIONS | {"event_user_is_temporary": _POSITIONS["event_user_is_anonymous"]}
        return [at - sum(later < at for later in _TEMPORARY_ACCOUNTS) for at in then.values()]
    raise UnknownVersionError(count)


def _counts(row: _Row) -> bool:
    if row.page_namespace != b"0" or not row.page_title or not row.event_user_text:
        return False
    if _is_bot(row) or _hidden(row):
        return False
    return b"true" not in (
        row.event_user_is_anonymous,
        row.event_user_is_temporary,
        row.page_is_deleted,
        row.revision_minor_edit,
        row.revision_is_deleted_by_page_deletion,
        row.revision_is_identity_reverted,
    )


def _is_bot(row: _Row) -> bool:
    """Return whether the account is or was a bot, by its group or by its name."""
    return bool(row.event_user_is_bot_by or row.event_user_is_bot_by_historical)


def _hidden(row: _Row) -> bool:
    return b"user" in row.revision_deleted_parts.split(b",")


def _edit(row: _Row) -> Edit:
    return Edit(
        page=row.page_title.decode().replace("_", " "),
        user=row.event_user_text.decode(),
        saved_at=datetime.fromisoformat(f"{row.event_timestamp.decode()}+00:00"),
        change=_change(row.revision_text_bytes_diff or b"0"),
    )


def _change(text: bytes) -> int:
    change = int(text)
    if abs(change) > _BIGGEST_CHANGE:
        raise ValueError(f"no page has changed by {change} bytes")
    return change
