"""Pywikibot taken in so that it touches no home, no command line, no stderr and no config.

Left to itself, pywikibot reads `sys.argv`, executes a `user-config.py` that it looks for in the
working directory and the home, writes beside it, and puts handlers on its logger whose records
hold passwords. It is imported at the first real wiki's first use, because it needs 30 MiB.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from chatbot.wiki.settings import WikiSettings

if TYPE_CHECKING:
    from chatbot.wiki.session import Session


class Library:
    """Pywikibot, imported once a process at the first `open`.

    `folder` is private to this process: made where missing, closed to others, and holding
    nothing but an empty `user-config.py`, because pywikibot executes what it finds there.
    """

    def __init__(self, *, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._session: ModuleType | None = None

    def open(self, settings: WikiSettings) -> Session:
        """Return a session with a wiki, which has not talked to it yet. Safe in any thread."""
        with self._lock:
            if self._session is None:
                self._session = self._imported()
        session: Session = self._session.Session(settings)
        return session

    def _imported(self) -> ModuleType:
        self._prepare_folder()
        with _bare_command_line(), _environment(self._folder):
            import pywikibot.logging

            # Registered there is what adds stderr handlers and resets the warning filters.
            pywikibot.logging._init_routines.clear()  # noqa: SLF001 - no public way
            from chatbot.wiki import session
        for name in ("pywiki", "oauthlib", "requests_oauthlib"):
            # Records below contain passwords, tokens and signatures.
            logging.getLogger(name).setLevel(logging.WARNING)
        return session

    def _prepare_folder(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        config = self._folder / "user-config.py"
        config.write_bytes(b"")
        config.chmod(0o600)


@contextmanager
def _bare_command_line() -> Iterator[None]:
    arguments = sys.argv
    sys.argv = arguments[:1]
    try:
        yield
    finally:
        sys.argv = arguments


@contextmanager
def _environment(folder: Path) -> Iterator[None]:
    wanted = {"PYWIKIBOT_DIR": str(folder.absolute()), "PYWIKIBOT_NO_USER_CONFIG": "2"}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
