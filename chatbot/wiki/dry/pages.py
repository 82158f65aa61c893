"""Pages as files that a person can read, place and change by hand: `User_talk/Ada.wiki`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, unquote

from commands.rules.titles import MAIN, Title
from commands.wikis import SiteFacts

SUFFIX = ".wiki"
_UNSAFE = re.compile(r"^\.|[^\w .,()!'+@~&=;-]")
_LONGEST = 180


def revid_of(title: Title, text: str) -> int:
    """Return the revision id: one text on one page, one id, so that changes by hand are seen."""
    whole = f"{title.namespace}:{title.text}\n{text}"
    return int.from_bytes(sha256(whole.encode()).digest()[:4]) // 2 + 1


class Pages:
    """The pages of one folder, a subfolder for each namespace but the main one."""

    def __init__(self, *, folder: Path, site: SiteFacts) -> None:
        self._folder = folder
        self._names = {
            namespace.number: namespace.name.replace(" ", "_") for namespace in site.namespaces
        }

    def text(self, title: Title) -> str | None:
        """Return a page's text, None where there is no such page."""
        spaced = self._file(title, " ")
        for file in (self.file(title), spaced):
            with suppress(FileNotFoundError):
                return file.read_text(encoding="utf-8")
        return None

    def changed_at(self, title: Title) -> datetime:
        """Return when the file of a page that exists was changed last, in UTC."""
        spaced = self._file(title, " ")
        file = spaced if spaced.exists() else self.file(title)
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)

    def write(self, title: Title, text: str) -> None:
        """Give a page its text, wholly or not at all, and for good when this returns."""
        file = self.file(title)
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(file.name + ".new")
        with new.open("w", encoding="utf-8", newline="\n") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        new.replace(file)
        _keep(file.parent)

    def titles(self) -> Iterator[Title]:
        """Yield the pages there are, in the order of their names."""
        for number, name in self._names.items():
            folder = self._folder if number == MAIN else self._folder / name
            for file in sorted(folder.glob(f"*{SUFFIX}")):
                text = unquote(file.name.removesuffix(SUFFIX)).replace("_", " ")
                yield Title(number, text)

    def file(self, title: Title) -> Path:
        """Return where a page is written. No title leads out of the folder."""
        return self._file(title, "_")

    def _file(self, title: Title, space: str) -> Path:
        name = _safe(title.text).replace(" ", space)
        folder = self._folder if title.namespace == MAIN else self._folder / self._space(title)
        return folder / f"{name}{SUFFIX}"

    def _space(self, title: Title) -> str:
        return self._names.get(title.namespace, f"Namespace_{title.namespace}")


def _safe(text: str) -> str:
    """Return a file name of which no two titles have the same."""
    name = _UNSAFE.sub(lambda unsafe: quote(unsafe[0], safe="").replace(".", "%2E"), text)
    if len(name.encode()) <= _LONGEST:
        return name
    start = name.encode()[:_LONGEST].decode(errors="ignore")
    return f"{start}~{sha256(text.encode()).hexdigest()[:16]}"


def _keep(folder: Path) -> None:
    """Let the renaming itself survive a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
