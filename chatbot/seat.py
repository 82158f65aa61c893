"""Only one process at a time runs on one data folder."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class SeatTaken(Exception):  # noqa: N818 - a state of the world, said to the operator as it is
    """Another process runs on this folder."""


@contextmanager
def seat(folder: Path) -> Iterator[None]:
    """Hold the folder until the end, or until the process dies. Raises SeatTaken."""
    with (folder / "bellringer.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise SeatTaken(str(folder)) from fault
        yield


def taken(folder: Path) -> bool:
    """Return whether a process runs on this folder."""
    try:
        with seat(folder):
            return False
    except SeatTaken:
        return True
