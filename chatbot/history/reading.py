"""What the history dumps tell about people, as the audience engine asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chatbot.history import asking
from chatbot.history.engines import HistoryError, engine
from chatbot.history.settings import HistorySettings
from chatbot.history.shelf import Shelf
from commands.census import Articles, Contribution, Window
from commands.rules.recipe import Significance

if TYPE_CHECKING:
    import ibis.expr.types as ir


_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Contributor:
    """What one human added to a topic; accounts of one name on several wikis are one human."""

    user: str
    wikis: int
    pages: int
    edits: int
    change: int
    added: int
    last_at: datetime


class History:
    """The newest snapshot on the shelf. Nothing heavy is loaded before a question is asked."""

    def __init__(self, *, settings: HistorySettings) -> None:
        self._shelf = Shelf(settings.folder)
        self._engine = engine(settings)

    @property
    def snapshot(self) -> str | None:
        """The month (`2026-10`) with whose end the history ends; None when there is none."""
        snapshots = self._shelf.snapshots()
        return snapshots[-1] if snapshots else None

    def missing(self, wikis: Iterable[str]) -> tuple[str, ...]:
        """Return those of these wikis of which nothing was imported, in order."""
        there = self._shelf.wikis(self.snapshot) if self.snapshot else ()
        return tuple(sorted(set(wikis).difference(there)))

    async def contributions(
        self, articles: Articles, window: Window, significance: Significance | None = None
    ) -> Sequence[Contribution]:
        """Return what was added to a topic, ordered by wiki, user and page.

        With a significance, only by humans who reach it over all their wikis together; its
        `within` is not looked at, but the window. Wikis that are `missing` add nothing. Raises
        HistoryError.
        """
        return await asyncio.to_thread(self._contributions, articles, window, significance)

    async def contributors(
        self, articles: Articles, window: Window, significance: Significance
    ) -> Sequence[Contributor]:
        """Return the humans who reach a significance, ordered by name. Raises HistoryError."""
        return await asyncio.to_thread(self._contributors, articles, window, significance)

    def _contributions(
        self, articles: Articles, window: Window, significance: Significance | None
    ) -> Sequence[Contribution]:
        def wanted(found: ir.Table) -> ir.Table:
            return asking.of_significant(found, significance) if significance else found

        return [Contribution(**row) for row in self._rows(articles, window, wanted)]

    def _contributors(
        self, articles: Articles, window: Window, significance: Significance
    ) -> Sequence[Contributor]:
        def wanted(found: ir.Table) -> ir.Table:
            return asking.significant(asking.people(found), significance)

        return [Contributor(**row) for row in self._rows(articles, window, wanted)]

    def _rows(
        self, articles: Articles, window: Window, wanted: Callable[[ir.Table], ir.Table]
    ) -> Iterator[dict[str, Any]]:
        if self.snapshot is None:
            raise HistoryError("nothing was imported yet: bellringer history import")
        files = self._shelf.files(self.snapshot, articles.by_wiki)
        if not files:
            return
        with self._engine.opened(files) as edits:
            topic = asking.articles_table(articles)
            answer = wanted(asking.contributions(edits, topic, window)).to_pyarrow()
        for batch in answer.to_batches(max_chunksize=_ROWS_AT_ONCE):
            # Spark's instants come without their time zone, which is UTC.
            yield from (row | {"last_at": _utc(row["last_at"])} for row in batch.to_pylist())


def _utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC)
