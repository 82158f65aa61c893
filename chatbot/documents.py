"""What is sent as files: a run's report or funnel, or an event for one's own calendar."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.clock import Clock
from commands.messages import Document, DocumentKind
from commands.rules.icalendar import calendar_file
from storage import events
from storage.database import Database

_SENT = frozenset({".csv", ".html"})
"""What of a report is for people: the rest is for who checks it where it was written."""


@dataclass(frozen=True, slots=True)
class File:
    """A file: its kind is known by the end of its `name`."""

    name: str
    content: bytes


class Documents:
    """Makes files.

    `write_report` writes a run's report as it stands now and returns its files, `draw_funnel`
    returns a run's funnel as PNG, None where pictures cannot be made.
    """

    def __init__(
        self,
        *,
        database: Database,
        write_report: Callable[[int], Awaitable[Sequence[Path]]],
        draw_funnel: Callable[[int], Awaitable[bytes | None]],
        clock: Clock,
    ) -> None:
        self._database = database
        self._write_report = write_report
        self._draw_funnel = draw_funnel
        self._clock = clock

    async def files(self, document: Document) -> tuple[File, ...]:
        """Return what a document consists of. Raises LookupError when there is no such event."""
        if document.kind is DocumentKind.REPORT:
            return await self._report(document.number)
        if document.kind is DocumentKind.FUNNEL:
            return await self._funnel(document.number)
        return (await self._calendar(document.number),)

    async def _report(self, run: int) -> tuple[File, ...]:
        paths = [each for each in await self._write_report(run) if each.suffix in _SENT]
        return tuple([File(each.name, await asyncio.to_thread(each.read_bytes)) for each in paths])

    async def _funnel(self, run: int) -> tuple[File, ...]:
        drawn = await self._draw_funnel(run)
        return (File(f"run-{run}-funnel.png", drawn),) if drawn else ()

    async def _calendar(self, number: int) -> File:
        async with self._database.reading() as session:
            event = await events.get(session, number)
        if event is None:
            raise LookupError(f"no event {number}")
        # The first file loads a library: nobody else is to wait for that.
        content = await asyncio.to_thread(calendar_file, event, self._clock())
        return File(f"event-{number}.ics", content)
