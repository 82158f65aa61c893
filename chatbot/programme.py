"""The programme in memory: all that may be shown of events, kept in step with the database.

Whoever shows something asks here, and reads what was decided a moment ago at the latest.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo

from structlog.typing import FilteringBoundLogger

from commands.rules.schedule import occurrences
from storage import showcase
from storage.database import Database
from storage.values import Event, Shown

_BATCH = 200
_FRESH_SECONDS = 0.25
"""For how long the database is not asked again whether something was changed."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The programme as it stood at a moment. Of a later one `version` is larger."""

    version: int
    events: Mapping[int, Shown]


class Programme:
    """Knows every event that is public, by number, and what is known of its occurrences."""

    def __init__(
        self,
        *,
        database: Database,
        log: FilteringBoundLogger,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._log = log
        self._monotonic = monotonic
        self._asked = float("-inf")
        self._edition = Edition(-1, MappingProxyType({}))
        self._reading = asyncio.Lock()

    async def now(self) -> Edition:
        """Return the newest edition. The same object comes back until something is changed."""
        if self._monotonic() - self._asked < _FRESH_SECONDS:
            return self._edition
        async with self._reading:
            asked = self._monotonic()
            if asked - self._asked >= _FRESH_SECONDS:
                await self._catch_up()
                self._asked = asked
        return self._edition

    def look_again(self) -> None:
        """Ask the database next time: somebody has just changed something."""
        self._asked = float("-inf")

    async def _catch_up(self) -> None:
        known = self._edition.version
        events: dict[int, Shown] | None = None
        async with self._database.reading() as session:
            while changed := await showcase.changed_since(session, known, limit=_BATCH):
                # Nothing is copied as long as nothing was changed, which is nearly always.
                events = dict(self._edition.events) if events is None else events
                for each, edition in changed:
                    self._put(events, each)
                    known = edition
                # A long programme is read while others have their turns, too.
                await asyncio.sleep(0)
        if events is not None:
            self._edition = Edition(known, MappingProxyType(events))

    def _put(self, events: dict[int, Shown], shown: Shown) -> None:
        """Take an event in; one whose rule or zone nobody can read must not spoil all others."""
        number = shown.event.number
        if shown.event.public and self._readable(shown.event):
            events[number] = shown
        else:
            events.pop(number, None)

    def _readable(self, event: Event) -> bool:
        try:
            ZoneInfo(event.zone)
            occurrences(event, after=event.starts_at, before=event.starts_at, limit=1)
        except Exception:  # noqa: BLE001 - whatever is wrong with what is kept of it
            self._log.exception("programme.odd_event", number=event.number)
            return False
        return True
