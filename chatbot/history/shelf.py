"""The folder of imported history: one Parquet file for each file of the dumps.

`2026-10/svwiki/2025.parquet` holds the edits that count of 2026-10.svwiki.2025.tsv.bz2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from chatbot.history.dump import Name

_ENDING = ".parquet"
_MARK = "unfinished"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where things stand. A file that is there is whole: it was written beside, and renamed."""

    folder: Path

    def place(self, name: Name) -> Path:
        """Return where the edits of a dump's file are kept."""
        return self.folder / name.snapshot / name.wiki / f"{name.part}{_ENDING}"

    def begin(self, snapshot: str) -> None:
        """Note that a snapshot is not whole: an import into it has begun."""
        mark = self._mark(snapshot)
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()

    def finish(self, snapshot: str) -> None:
        """Note that everything that was to be imported into a snapshot was."""
        self._mark(snapshot).unlink(missing_ok=True)

    def snapshots(self) -> tuple[str, ...]:
        """Return the months of the snapshots that are whole (`2026-10`), the newest last."""
        found = _folders(self.folder)
        return tuple(snapshot for snapshot in found if not self._mark(snapshot).exists())

    def unfinished(self) -> tuple[str, ...]:
        """Return the months of those into which an import goes on, or was stopped."""
        return tuple(sorted(mark.parent.name for mark in self.folder.glob(f"*/{_MARK}")))

    def wikis(self, snapshot: str) -> tuple[str, ...]:
        """Return the database names of the wikis of a snapshot."""
        return _folders(self.folder / snapshot)

    def files(self, snapshot: str, wikis: Iterable[str]) -> tuple[Path, ...]:
        """Return the files of some wikis of a snapshot; a wiki that is not there has none."""
        found = (self._parts(snapshot, wiki) for wiki in sorted(set(wikis)))
        return tuple(path for parts in found for path in parts)

    def _mark(self, snapshot: str) -> Path:
        return self.folder / snapshot / _MARK

    def _parts(self, snapshot: str, wiki: str) -> list[Path]:
        return sorted((self.folder / snapshot / wiki).glob(f"*{_ENDING}"))


def _folders(folder: Path) -> tuple[str, ...]:
    if not folder.is_dir():
        return ()
    # A wiki whose first file is being written has nothing yet.
    holding = (path.name for path in folder.iterdir() if any(path.glob(f"**/*{_ENDING}")))
    return tuple(sorted(holding))
