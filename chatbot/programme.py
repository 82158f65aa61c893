"""The programme in memory: all that may be shown of events, kept in step with the database.

Whoever shows something asks here, and reads what was decided a moment ago at the latest.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from storage import showcase
from storage.database import Database
from storage.values import Shown

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
        self, *, database: Database, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
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

    async def _catch_up(self) -> None:
        events = dict(self._edition.events)
        known = self._edition.version
        async with self._database.reading() as session:
            while changed := await showcase.changed_since(session, known, limit=_BATCH):
                for each, edition in changed:
                    _put(events, each)
                    known = edition
                # A long programme is read while others have their turns, too.
                await asyncio.sleep(0)
        if known != self._edition.version:
            self._edition = Edition(known, MappingProxyType(events))


def _put(events: dict[int, Shown], shown: Shown) -> None:
    if shown.event.public:
        events[shown.event.number] = shown
    else:
        events.pop(shown.event.number, None)
