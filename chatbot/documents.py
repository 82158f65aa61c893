"""What is sent as a file: a run's report, or an event for one's own calendar."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from chatbot.clock import Clock
from commands.messages import Document, DocumentKind
from commands.rules.icalendar import calendar_file
from storage import events
from storage.database import Database


@dataclass(frozen=True, slots=True)
class File:
    """A file: its kind is known by the end of its `name`."""

    name: str
    content: bytes


class Documents:
    """Makes files. `write_report` writes a run's report as it stands now and returns its path."""

    def __init__(
        self,
        *,
        database: Database,
        write_report: Callable[[int], Awaitable[Path]],
        clock: Clock,
    ) -> None:
        self._database = database
        self._write_report = write_report
        self._clock = clock

    async def file(self, document: Document) -> File:
        """Return a document. Raises LookupError when there is no such event."""
        if document.kind is DocumentKind.REPORT:
            return await self._report(document.number)
        return await self._calendar(document.number)

    async def _report(self, run: int) -> File:
        path = await self._write_report(run)
        return File(path.name, await asyncio.to_thread(path.read_bytes))

    async def _calendar(self, number: int) -> File:
        async with self._database.reading() as session:
            event = await events.get(session, number)
        if event is None:
            raise LookupError(f"no event {number}")
        # The first file loads a library: nobody else is to wait for that.
        content = await asyncio.to_thread(calendar_file, event, self._clock())
        return File(f"event-{number}.ics", content)
