"""For whom something is put into sentences: who has just asked, or nobody in particular."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Reader(Protocol):
    """Who reads an answer; a `Call` is one."""

    @property
    def now(self) -> datetime:
        """When it is read (UTC)."""
        ...

    @property
    def zone(self) -> str | None:
        """In which IANA zone he reads times; None for that of the event."""
        ...

    @property
    def prefix(self) -> str:
        """What commands begin with there."""
        ...


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Whoever looks at a message that is kept up to date."""

    now: datetime
    prefix: str
    zone: str | None = None
