"""The page for whoever wants to hold a session: how to propose it, what helps, which hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatbot.web.kit import Kit, Page, Reader
from commands.declaration import Command
from commands.messages import line
from commands.rules import sheet
from commands.rules.sheet import Day
from commands.rules.showcase import Stage

_WEEKS = 6
_MOST_OF_A_DAY = 30
_PROPOSE = "propose"
_PRACTICES = (
    line("web.practice_title"),
    line("web.practice_notice"),
    line("web.practice_hour"),
    line("web.practice_places"),
    line("web.practice_ask"),
    line("web.practice_follow"),
)


class Presenters:
    """Helps people to hold something. `commands` are all that can be said in the chats."""

    def __init__(self, kit: Kit, *, commands: Sequence[Command]) -> None:
        self._kit = kit
        self._propose = next((each for each in commands if each.name == _PROPOSE), None)

    def routes(self) -> tuple[Route, ...]:
        """Return the routes of this part."""
        return (Route("/presenters", self.page),)

    async def page(self, request: Request) -> Response:
        """Answer with the page."""
        return await self._kit.answer(request, self._composed)

    async def _composed(self, reader: Reader) -> Page:
        until = reader.now + timedelta(weeks=_WEEKS)
        await self._kit.index.prepare(reader.now, until)
        taken = [
            entry
            for entry in self._kit.index.between(reader.now, until)
            if entry.stage(reader.now) is not Stage.CANCELLED
        ]
        days = sheet.days(taken, reader.today, until.date() + timedelta(days=1))
        values = {
            "current": "presenters",
            "practices": _PRACTICES,
            "chats": self._kit.shown.chats,
            "example": self._propose and self._kit.shown.prefix + self._propose.example,
            "days": [Day(day.on, day.slots[:_MOST_OF_A_DAY]) for day in days if day.slots],
        }
        return Page("presenters.html", values)
