"""Watches what a live text transcludes: a page that is not as it was confirmed halts the run."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from chatbot.delivery.rhythm import Rhythm
from commands.rules.delivery import changed_pages
from commands.wikis import Wiki
from storage.runvalues import Run


class Templates:
    """Compares the revisions that were confirmed with those of now.

    A run that was not among those found in order before is looked at first of all.
    """

    def __init__(self, *, wiki: Wiki, rhythm: Rhythm) -> None:
        self._wiki = wiki
        self._rhythm = rhythm
        self._in_order: frozenset[int] = frozenset()

    def look_at_once(self) -> None:
        """Let the next check be due now."""
        self._rhythm.at_once()

    def count(self) -> None:
        """Note an edit."""
        self._rhythm.count()

    def due(self, runs: Collection[Run]) -> bool:
        """Return whether it is time to look."""
        new = not self._in_order.issuperset(run.number for run in runs)
        return (new or self._rhythm.due) and bool(self._titles(runs))

    async def changed(self, runs: Collection[Run]) -> list[tuple[Run, tuple[str, ...]]]:
        """Look, and return the runs whose pages changed, with these pages. Raises WikiTrouble."""
        self._rhythm.looked()
        now = await self._wiki.revisions(self._titles(runs))
        found = [(run, changed_pages(run, self._wiki.name, now)) for run in runs]
        self._in_order = frozenset(run.number for run, pages in found if not pages)
        return [(run, pages) for run, pages in found if pages]

    def _titles(self, runs: Iterable[Run]) -> list[str]:
        live = (run.revisions.get(self._wiki.name, {}) for run in runs if run.live)
        return sorted({title for pages in live for title in pages})
