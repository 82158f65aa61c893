"""The page of statistics for a site of tests, of turnouts that somebody handed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from starlette.routing import Route

from chatbot.reporting.turnout import comparison_chart
from chatbot.serving import Statistics
from chatbot.web.kit import Kit
from chatbot.web.statspage import StatsPage
from commands.rules.turnout import Turnout, Turnouts
from tests.chatbot.web.visiting import NOW

HELD = tuple(
    Turnout(kind, NOW - timedelta(days=days), attended, timedelta(days=notice), 2, steps)
    for kind, days, attended, notice, steps in (
        ("tech-talk", 7, 12, 20, 4),
        ("tech-talk", 14, 20, 20, 5),
        ("tech-talk", 21, 31, 5, 4),
        ("<b>odd</b>", 28, 50, 1, 0),
        ("office-hours", 30, 7, 15, None),
        ("office-hours", 37, 8, 15, None),
        ("office-hours", 44, 9, 15, None),
    )
)


def statistics(held: Iterable[Turnout] = HELD, *, besides: int = 2) -> Statistics:
    """Return what makes the page, of these turnouts and as many events that nobody counted."""
    told = tuple(held)

    async def collect(since: datetime) -> Turnouts:
        return Turnouts(since, len(told) + besides, told)

    def routes(kit: Kit) -> tuple[Route, ...]:
        return StatsPage(kit, collect=collect, draw=comparison_chart).routes()

    return routes
