"""The bot's own edits of a dry wiki, written down before they are made."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

_DONE = "done"


@dataclass(frozen=True, slots=True)
class Entry:
    """One edit: what it adds to which page, and the revision that it was made on.

    `saved_at` is UTC in ISO 8601, `before` None where the page did not exist. With `whole`, the
    addition is the page's whole text.
    """

    title: str
    summary: str
    addition: str
    before: int | None
    revid: int
    saved_at: str
    whole: bool = False

    def applied(self, text: str | None) -> str:
        """Return a page's text with the edit made."""
        if self.whole or not text:
            return f"{self.addition}\n"
        return f"{text.rstrip()}\n\n{self.addition}\n"


class Journal:
    """A file of one line for each edit, and another once the page has it.

    A process killed in between leaves an edit that `unfinished` returns: it counts as made.
    """

    def __init__(self, *, file: Path) -> None:
        self._file = file

    def begin(self, entry: Entry) -> None:
        """Write an edit down, for good when this returns."""
        self._append(json.dumps(asdict(entry), ensure_ascii=False))

    def finish(self) -> None:
        """Note that the page has the edit begun last."""
        self._append(_DONE)

    def entries(self) -> Sequence[Entry]:
        """Return all edits, oldest first."""
        return [Entry(**json.loads(line)) for line in self._lines() if line != _DONE]

    def unfinished(self) -> Entry | None:
        """Return the edit that was begun and perhaps not made."""
        lines = self._lines()
        return None if not lines or lines[-1] == _DONE else Entry(**json.loads(lines[-1]))

    def _lines(self) -> list[str]:
        if not self._file.exists():
            return []
        # What follows the last line feed was cut off while it was written.
        return self._file.read_text(encoding="utf-8").split("\n")[:-1]

    def _append(self, line: str) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._drop_torn_line()
        with self._file.open("a", encoding="utf-8", newline="\n") as handle:
            handle.write(line + "\n")
            handle.flush()
            os.fsync(handle.fileno())

    def _drop_torn_line(self) -> None:
        if self._file.exists():
            whole = self._file.read_bytes().rpartition(b"\n")
            os.truncate(self._file, len(whole[0] + whole[1]))
