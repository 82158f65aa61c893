"""The stop-words of all languages, one file each (see README.md beside this)."""

from __future__ import annotations

from pathlib import Path

from commands.rules.unsubscribing import StopWords, stop_words


def all_stop_words() -> tuple[StopWords, ...]:
    """Read the files, by the languages' names."""
    files = sorted(Path(__file__).parent.glob("*.txt"))
    return tuple(stop_words(file.read_text(encoding="utf-8")) for file in files)
