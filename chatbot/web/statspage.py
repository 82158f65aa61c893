"""The page for organisers about what works: how events were attended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatbot.web.kit import Kit, Page, Reader
from commands.messages import Line
from commands.rules.turnout import Comparison, Turnouts, comparisons
from commands.stats import USUAL, summary, value

Collect = Callable[[datetime], Awaitable[Turnouts]]
"""Returns what is known of the events since an instant (UTC)."""


class Draw(Protocol):
    """Draws a comparison as an SVG element, in words that `words` makes."""

    def __call__(self, compared: Comparison, words: Callable[[Line], str], *, to_left: bool) -> str:
        """Return the element."""
        ...


@dataclass(frozen=True, slots=True)
class _Drawn:
    comparison: Comparison
    chart: Markup
    rows: tuple[tuple[Line, Line, int], ...]


class StatsPage:
    """Shows what hosts told of how many came. `draw` makes its charts."""

    def __init__(self, kit: Kit, *, collect: Collect, draw: Draw) -> None:
        self._kit = kit
        self._collect = collect
        self._draw = draw

    def routes(self) -> tuple[Route, ...]:
        """Return the routes of this part."""
        return (Route("/organisers/stats", self.page),)

    async def page(self, request: Request) -> Response:
        """Answer with the page."""
        return await self._kit.answer(request, self._composed)

    async def _composed(self, reader: Reader) -> Page:
        found = await self._collect(reader.now - USUAL)
        drawn = [self._drawn(reader, each) for each in comparisons(found.told)]
        values = {
            "current": "organisers",
            "prefix": self._kit.shown.prefix,
            "held": found.held,
            "summary": summary(found),
            "drawn": drawn,
        }
        return Page("stats.html", values)

    def _drawn(self, reader: Reader, comparison: Comparison) -> _Drawn:
        chart = self._draw(comparison, reader.voice.text, to_left=reader.voice.direction == "rtl")
        rows = tuple((each.name, value(each), each.events) for each in comparison.figures)
        return _Drawn(comparison, Markup(chart), rows)  # noqa: S704 - drawn by us, well-formed
