"""What is sent as files: a run's report or funnel, or an event for one's own calendar."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from commands.messages import Document, DocumentKind
from commands.rules.icalendar import Address, Words, calendar_file
from storage import events, occurrences
from storage.database import Database
from storage.values import Shown

_SENT = frozenset({".csv", ".html"})
"""What of a report is for people: the rest is for who checks it where it was written."""


@dataclass(frozen=True, slots=True)
class File:
    """A file: its kind is known by the end of its `name`.

    `caption` says what a picture shows, for whoever does not see it.
    """

    name: str
    content: bytes
    caption: str = ""


Drawn = tuple[bytes, str]
"""A picture as PNG, and what it shows in words."""


async def _no_card(_event: int) -> Drawn | None:
    return None


class Documents:
    """Makes files.

    `write_report` writes a run's report as it stands now and returns its files, `draw_funnel`
    returns a run's funnel as PNG, None where pictures cannot be made, and `draw_stats` how the
    events of so long were attended. `draw_card` returns the card of an event, None where it is
    not for everybody, too. `words` make the configured language's sentences, and `address` returns
    where an event stands on the web.
    """

    def __init__(
        self,
        *,
        database: Database,
        write_report: Callable[[int], Awaitable[Sequence[Path]]],
        draw_funnel: Callable[[int], Awaitable[bytes | None]],
        draw_stats: Callable[[timedelta], Awaitable[bytes | None]],
        words: Words,
        draw_card: Callable[[int], Awaitable[Drawn | None]] = _no_card,
        address: Address = lambda _number, _occurrence: None,
    ) -> None:
        self._database = database
        self._write_report = write_report
        self._draw_funnel = draw_funnel
        self._draw_stats = draw_stats
        self._draw_card = draw_card
        self._words = words
        self._address = address

    async def files(self, document: Document) -> tuple[File, ...]:
        """Return what a document consists of. Raises LookupError when there is no such event."""
        if document.kind is DocumentKind.REPORT:
            return await self._report(document.number)
        if document.kind is DocumentKind.FUNNEL:
            return await self._funnel(document.number)
        if document.kind is DocumentKind.CARD:
            return await self._card(document.number)
        if document.kind is DocumentKind.STATS:
            return await self._stats(timedelta(seconds=document.number))
        return (await self._calendar(document.number),)

    async def _report(self, run: int) -> tuple[File, ...]:
        paths = [each for each in await self._write_report(run) if each.suffix in _SENT]
        return tuple([File(each.name, await asyncio.to_thread(each.read_bytes)) for each in paths])

    async def _funnel(self, run: int) -> tuple[File, ...]:
        drawn = await self._draw_funnel(run)
        return (File(f"run-{run}-funnel.png", drawn),) if drawn else ()

    async def _stats(self, back: timedelta) -> tuple[File, ...]:
        drawn = await self._draw_stats(back)
        return (File("attendance.png", drawn),) if drawn else ()

    async def _card(self, event: int) -> tuple[File, ...]:
        if (drawn := await self._draw_card(event)) is None:
            return ()
        content, caption = drawn
        return (File(f"event-{event}.png", content, caption),)

    async def _calendar(self, number: int) -> File:
        async with self._database.reading() as session:
            event = await events.get(session, number)
            if event is None:
                raise LookupError(f"no event {number}")
            shown = Shown(event, await occurrences.of(session, number))
        # The first file loads a library: nobody else is to wait for that.
        content = await asyncio.to_thread(calendar_file, shown, self._words, self._address)
        return File(f"event-{number}.ics", content)
