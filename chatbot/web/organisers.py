"""The page for organisers: how events are registered, and what those to come still need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatbot.web.kit import Kit, Page, Reader
from commands.declaration import Command
from commands.messages import Line, line
from commands.rules.lacking import Lack, lacks
from commands.rules.showcase import Entry

_WEEKS = 8
_MOST = 60
_SHOWN = (
    "event add",
    "event edit",
    "event move",
    "event repeat",
    "event copy",
    "event cancel",
    "event remind",
    "promote",
    "followup",
    "digest",
)
_LACKS = MappingProxyType(
    {
        Lack.SPEAKER: line("web.lack_speaker"),
        Lack.HOST: line("web.lack_host"),
        Lack.LINK: line("web.lack_link"),
        Lack.DESCRIPTION: line("web.lack_description"),
        Lack.TOPICS: line("web.lack_topics"),
        Lack.NOTICE: line("web.lack_notice"),
    }
)


@dataclass(frozen=True, slots=True)
class _Needy:
    entry: Entry
    lacks: tuple[Line, ...]


class Organisers:
    """Helps those who register events. `commands` are all that can be said in the chats."""

    def __init__(self, kit: Kit, *, commands: Sequence[Command]) -> None:
        self._kit = kit
        known = {each.name: each for each in commands}
        self._commands = tuple(known[name] for name in _SHOWN if name in known)

    def routes(self) -> tuple[Route, ...]:
        """Return the routes of this part."""
        return (Route("/organisers", self.page),)

    async def page(self, request: Request) -> Response:
        """Answer with the page."""
        return await self._kit.answer(request, self._composed)

    async def _composed(self, reader: Reader) -> Page:
        until = reader.now + timedelta(weeks=_WEEKS)
        await self._kit.index.prepare(reader.now, until)
        values = {
            "current": "organisers",
            "prefix": self._kit.shown.prefix,
            "statistics": self._kit.shown.statistics,
            "commands": [(each.example, line(each.help_key)) for each in self._commands],
            "needy": self._needy(reader, self._kit.index.between(reader.now, until)),
        }
        return Page("organisers.html", values)

    def _needy(self, reader: Reader, coming: Sequence[Entry]) -> list[_Needy]:
        """Return what lacks something, a series only once."""
        found: dict[int, _Needy] = {}
        for entry in coming:
            missing = lacks(entry, reader.now)
            if missing and entry.event.number not in found:
                found[entry.event.number] = _Needy(entry, tuple(_LACKS[each] for each in missing))
        return list(found.values())[:_MOST]
