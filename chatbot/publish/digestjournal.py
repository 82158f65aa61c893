"""What of the digest was certainly sent, in a file beside the database.

A restored backup does not know what was sent after it was made. The wiki can be asked, people's
mailboxes cannot: so each sending is noted here too, where no backup is restored over it.
"""

from __future__ import annotations

import os
from pathlib import Path


class Journal:
    """One line for each issue and each of its mails. Lines are only ever added."""

    def __init__(self, *, file: Path) -> None:
        self._file = file

    def knows(self, code: str, address: str = "") -> bool:
        """Return whether an issue, or its copy to an address, was sent."""
        try:
            return _line(code, address) in self._file.read_text().splitlines()
        except FileNotFoundError:
            return False

    def note(self, code: str, address: str = "") -> None:
        """Note that it was sent, on the disk before this returns."""
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a") as file:
            file.write(f"{_line(code, address)}\n")
            file.flush()
            os.fsync(file.fileno())


def _line(code: str, address: str) -> str:
    return f"{code} {address}".strip()
