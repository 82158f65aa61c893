"""Watches what a live text transcludes: a page that is not as it was confirmed halts the run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from commands.rules.delivery import changed_pages
from commands.wikis import Wiki
from storage.runvalues import Run

_SECONDS_BETWEEN_LOOKS = 60.0


class Templates:
    """Compares the revisions that were confirmed with those of now, once a minute."""

    def __init__(self, *, wiki: Wiki, monotonic: Callable[[], float]) -> None:
        self._wiki = wiki
        self._monotonic = monotonic
        self._next_look = monotonic()

    def look_at_once(self) -> None:
        """Let the next check be due now."""
        self._next_look = self._monotonic()

    def due(self, runs: Iterable[Run]) -> bool:
        """Return whether it is time to look."""
        return self._monotonic() >= self._next_look and bool(self._titles(runs))

    async def changed(self, runs: Collection[Run]) -> list[tuple[Run, tuple[str, ...]]]:
        """Look, and return the runs whose pages changed, with these pages. Raises WikiTrouble."""
        self._next_look = self._monotonic() + _SECONDS_BETWEEN_LOOKS
        now = await self._wiki.revisions(self._titles(runs))
        found = ((run, changed_pages(run, self._wiki.name, now)) for run in runs)
        return [(run, pages) for run, pages in found if pages]

    def _titles(self, runs: Iterable[Run]) -> list[str]:
        live = (run.revisions.get(self._wiki.name, {}) for run in runs if run.live)
        return sorted({title for pages in live for title in pages})
