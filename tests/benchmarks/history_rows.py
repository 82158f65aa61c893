"""A history of 300 wikis out of a seed: as imported Parquet of any size, and as files of the dumps.

Every value of a row is a function of the seed, the wiki and the row's number, so that any part
can be made by itself. Wikis, users and pages have the long tails that they have (Zipf with
exponent 1); four in five edits are by somebody of that wiki, the others by people who edit all
over. A topic has one in a hundred of the subjects, each on some of the wikis.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import duckdb

from chatbot.history.dump import Name
from chatbot.history.shelf import Shelf
from commands.census import Articles
from tests.peers.history_dump import edit, write

SNAPSHOT = "2026-10"
WIKIS = 300
ROWS_OF_A_FILE = 5_000_000
ROWS_OF_A_GROUP = 250_000
USERS_EVERYWHERE = 20_000

# {dice[...]} are even numbers from 0 to 1, and EXP of one makes the tail.
_ROWS = """
SELECT
  r AS number,
  '{wiki}' AS wiki,
  'Subject number ' || CAST(floor(exp({page} * ln({pages}))) AS BIGINT) AS page,
  CASE WHEN {stranger} < 0.2
    THEN 'Traveller ' || CAST(floor(exp({user} * ln({everywhere}))) AS BIGINT)
    ELSE 'User of {wiki} ' || CAST(floor(exp({user} * ln({users}))) AS BIGINT)
  END AS "user",
  to_timestamp(980000000 + floor(810000000.0 * r / {rows})) AS saved_at,
  CAST(floor(exp({size} * 9)) * (CASE WHEN {sign} < 0.25 THEN -1 ELSE 1 END) AS BIGINT) AS change,
  {minor} < 0.25 AS minor,
  {bot} < 0.15 AS bot,
  {anonymous} < 0.12 AS anonymous,
  {reverted} < 0.06 AS reverted,
  CASE WHEN {namespace} < 0.6 THEN 0 ELSE 3 END AS namespace
FROM range({first}, {last}) AS numbers(r)
"""
_DICE = ["page", "stranger", "user", "size", "sign", "minor", "bot", "anonymous", "reverted"]


@dataclass(frozen=True, slots=True)
class Wiki:
    """One wiki and how many rows it has."""

    number: int
    rows: int

    @property
    def name(self) -> str:
        """Its database name."""
        return f"w{self.number:03}wiki"


class History:
    """A history of so many rows."""

    def __init__(self, *, rows: int, seed: int = 1) -> None:
        self._seed = seed
        self._database = duckdb.connect()
        self._database.execute("SET enable_progress_bar = false")
        tail = sum(1 / number for number in range(1, WIKIS + 1))
        self.wikis = [Wiki(n, max(round(rows / tail / n), 1)) for n in range(1, WIKIS + 1)]

    def topic(self) -> Articles:
        """Return the articles of the topic: one in fifty of each wiki's."""
        return Articles({wiki.name: _topical(wiki) for wiki in self.wikis})

    def put_on(self, shelf: Shelf) -> None:
        """Write everything as if all of it were imported edits that count."""
        for wiki in self.wikis:
            for first in range(0, wiki.rows, ROWS_OF_A_FILE):
                last = min(first + ROWS_OF_A_FILE, wiki.rows)
                place = shelf.place(Name(SNAPSHOT, wiki.name, f"part{first // ROWS_OF_A_FILE}"))
                place.parent.mkdir(parents=True, exist_ok=True)
                self._database.execute(
                    f"""COPY (
                        SELECT wiki, page, "user", saved_at, change
                        FROM ({self._rows(wiki, first, last)})
                        ORDER BY number // {ROWS_OF_A_GROUP}, page
                    ) TO '{place}' (COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_OF_A_GROUP})"""
                )

    def dump(self, folder: Path, *, wikis: int = WIKIS) -> list[Path]:
        """Write the biggest wikis as files of the dumps, where not every line counts."""
        return [
            write(folder, f"{SNAPSHOT}.{wiki.name}.all-time.tsv.bz2", self._lines(wiki))
            for wiki in self.wikis[:wikis]
        ]

    def _lines(self, wiki: Wiki) -> Iterator[bytes]:
        found = self._database.execute(self._rows(wiki, 0, wiki.rows))
        names = [column[0] for column in found.description or ()]
        while rows := found.fetchmany(10_000):
            for row in rows:
                yield _line(dict(zip(names, row, strict=True)))

    def _rows(self, wiki: Wiki, first: int, last: int) -> str:
        dice = {name: self._die(name, wiki) for name in [*_DICE, "namespace"]}
        return _ROWS.format(
            **dice,
            wiki=wiki.name,
            rows=wiki.rows,
            first=first,
            last=last,
            pages=_pages(wiki),
            users=max(wiki.rows // 30, 10),
            everywhere=USERS_EVERYWHERE,
        )

    def _die(self, name: str, wiki: Wiki) -> str:
        return f"(hash(r, {self._seed}, {wiki.number}, '{name}') % 4294967296 / 4294967296.0)"


def _pages(wiki: Wiki) -> int:
    return max(wiki.rows // 15, 200)


def _topical(wiki: Wiki) -> tuple[str, ...]:
    return tuple(f"Subject number {number}" for number in range(37, _pages(wiki), 50))


def _line(row: dict[str, Any]) -> bytes:
    title = row["page"].replace(" ", "_")
    size = abs(row["change"]) + row["number"] % 90_000
    return edit(
        wiki=row["wiki"],
        event_timestamp=row["saved_at"],
        event_comment=f"/* History */ [[{row['page']}]], one more source, see the talk page",
        event_user_id=crc32(row["user"].encode()),
        event_user_text_historical=row["user"],
        event_user_text=row["user"],
        event_user_is_bot_by=("group",) if row["bot"] else None,
        event_user_is_anonymous=row["anonymous"],
        event_user_registration_timestamp=row["saved_at"],
        event_user_first_edit_timestamp=row["saved_at"],
        event_user_revision_count=row["number"] % 5_000,
        page_title_historical=title,
        page_title=title,
        page_namespace=row["namespace"],
        page_creation_timestamp=row["saved_at"],
        page_first_edit_timestamp=row["saved_at"],
        revision_id=1_000_000 + row["number"],
        revision_parent_id=999_000 + row["number"],
        revision_minor_edit=row["minor"],
        revision_text_bytes=size,
        revision_text_bytes_diff=row["change"],
        revision_text_sha1=f"{row['number'] * 2654435761 % 2**124:031x}",
        revision_is_identity_reverted=row["reverted"],
        revision_tags=("mobile edit", "mobile web edit", "visualeditor"),
    )
