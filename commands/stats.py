"""The desk for what works: how many came, beside kind, notice, channels, hour and promotion."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.grammar import excerpt
from commands.messages import Document, DocumentKind, Line, Reply, line, reply
from commands.offsets import span
from commands.rules.turnout import Comparison, Figure, Turnout, Turnouts, comparisons
from storage import turnouts

USUAL = timedelta(days=365)
"""How far back is looked where nothing else is asked for."""


class Stats:
    """What is known of how events were attended."""

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "stats",
                Who.ALL,
                "help.stats",
                "stats 90d",
                self.stats,
                (Argument("back", Kind.TEXT, optional=True),),
                pressable=True,
                form="stats [SPAN]",
            ),
        )

    async def stats(self, call: Call) -> Reply:
        """Say how many came, by each thing that can be compared."""
        text = call.text("back", "")
        back = span(text) if text else USUAL
        if not back:
            return reply(line("stats.no_span", given=excerpt(text), prefix=call.prefix))
        found = await collected(call.session, since=call.now - back)
        if not found.told:
            return reply(line("stats.nothing", held=found.held, prefix=call.prefix))
        telling = [each for each in comparisons(found.told) if each.tells]
        if not telling:
            return reply(summary(found), line("stats.too_few_yet"))
        lines = [summary(found), *(said(each) for each in telling)]
        document = Document(DocumentKind.STATS, max(round(back.total_seconds()), 1))
        return reply(*lines, line("stats.no_cause"), document=document)


async def collected(session: AsyncSession, *, since: datetime) -> Turnouts:
    """Return what is known of the occurrences since an instant (UTC)."""
    counted = await turnouts.counted(session, since=since)
    told = tuple(
        Turnout(each.kind, each.at, each.attended, each.notice, each.destinations, each.steps)
        for each in counted
    )
    return Turnouts(since, await turnouts.held(session, since=since), told)


def summary(found: Turnouts) -> Line:
    """Say how much is known at all."""
    return line("stats.summary", told=len(found.told), count=found.held, since=found.since)


def said(comparison: Comparison) -> Line:
    """Return a comparison as one sentence."""
    figures = tuple(_figure(each) for each in comparison.figures)
    return line("stats.comparison", heading=comparison.heading, figures=figures)


def _figure(each: Figure) -> Line:
    return line("stats.figure", name=each.name, value=value(each), count=each.events)


def value(each: Figure) -> Line:
    """Return what came of events, as words: the middle, and the range of half of them."""
    if each.middle is None:
        return line("stats.too_few")
    if each.low is None or each.high is None:
        return line("stats.middle", middle=each.middle)
    return line("stats.range", middle=each.middle, low=each.low, high=each.high)
