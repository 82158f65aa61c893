"""The desk where runs are accounted for: reports, the funnel, and why somebody is in it or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from commands.asking import ask
from commands.declaration import Argument, Call, Command, Kind, Who
from commands.grammar import excerpt, nearest
from commands.messages import Document, DocumentKind, Line, Reply, line, reply
from commands.outcomes import outcomes_of
from commands.paging import PAGE, page_of
from commands.rules.considered import Considered
from commands.rules.explaining import explained
from commands.rules.funnelbars import funnel_bars
from commands.rules.outcomelines import outcome_lines, why
from commands.rules.progress import Tally
from commands.rules.sources import Page, source
from commands.rules.usernames import user_name
from commands.runcard import RunCard
from commands.rundesk import RUN, not_now, run_meant
from storage import considered, deliveries, funnels
from storage.runvalues import Count, DeliveryState, ErrandKind, Run

_MOST_LINES = 15


class Reporting:
    """Accounts for runs. `write_report` writes a run's report and returns its files."""

    def __init__(
        self, *, card: RunCard, write_report: Callable[[int], Awaitable[Sequence[Path]]]
    ) -> None:
        self._card = card
        self._write_report = write_report

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        coordinator = Who.COORDINATOR
        return (
            Command(
                "run report",
                coordinator,
                "help.run_report",
                "run report 7",
                self.report,
                (RUN, Argument("title", Kind.TEXT, optional=True), PAGE),
                writes=True,
                form="run report N [page N] or run report N [[PAGE]]",
                pressable=True,
            ),
            Command(
                "run funnel",
                coordinator,
                "help.run_funnel",
                "run funnel 7",
                self.funnel,
                (RUN, PAGE),
                pressable=True,
            ),
            Command(
                "run who",
                coordinator,
                "help.run_who",
                "run who 7 Ada Lovelace",
                self.who,
                (RUN, Argument("user", Kind.TEXT)),
            ),
        )

    async def report(self, call: Call) -> Reply:
        """Write the report, and say in short what is in it; or have it written to a wiki."""
        run = await run_meant(call, lock=False)
        if isinstance(run, Line):
            return reply(run)
        if title := call.text("title", ""):
            return await _publish(call, run, title)
        found = outcome_lines(await outcomes_of(call.session, run))
        page = page_of(call, [*found, *await _ends(call.session, run)], _MOST_LINES)
        command = f"run report {run.number}"
        summary = await self._card.summary(call.session, run)
        return reply(
            summary,
            *page.items,
            *page.hint(call, command),
            *(await self._written(run) if page.number == 1 else ()),
            buttons=page.buttons(command),
            document=Document(DocumentKind.REPORT, run.number) if page.number == 1 else None,
        )

    async def funnel(self, call: Call) -> Reply:
        """Show what each step of the funnel took."""
        run = await run_meant(call, lock=False)
        if isinstance(run, Line):
            return reply(run)
        drawn = funnel_bars(await funnels.steps(call.session, run.number))
        if not drawn:
            return reply(line("funnel.none", run=run.number, name=run.name, prefix=call.prefix))
        page = page_of(call, drawn, _MOST_LINES)
        command = f"run funnel {run.number}"
        return reply(
            *page.items,
            *page.hint(call, command),
            buttons=page.buttons(command),
            document=Document(DocumentKind.FUNNEL, run.number) if page.number == 1 else None,
        )

    async def who(self, call: Call) -> Reply:
        """Say, to the speaker alone, what was found out about somebody and how he ended."""
        run = await run_meant(call, lock=False)
        if isinstance(run, Line):
            return reply(run)
        given = call.text("user")
        name = user_name(given)
        if name is None:
            return reply(line("who.no_name", given=excerpt(given)))
        found = await considered.named(
            call.session, run.number, name
        ) or await considered.named_before(call.session, run.number, name)
        if not found:
            return reply(await _nobody(call.session, run, name), private=True)
        lines: list[Line] = []
        for data in found:
            lines += await _explained(call.session, run, msgspec.convert(data, Considered))
        return reply(*lines, private=True)

    async def _written(self, run: Run) -> tuple[Line, ...]:
        paths = await self._write_report(run.number)
        return (line("report.written", path=tuple(map(str, paths))),)


async def _publish(call: Call, run: Run, title: str) -> Reply:
    page = source(title)
    if "[[" not in title or not isinstance(page, Page):
        return reply(line("report.page.which", run=run.number, prefix=call.prefix))
    if run.started_at is None:
        # What two have not confirmed, one alone would bring to any page.
        return reply(not_now(run))
    await ask(call, ErrandKind.REPORT, run, {"page": page.name})
    return reply(line("errand.report", run=run.number, page=page.name))


async def _explained(session: AsyncSession, run: Run, one: Considered) -> tuple[Line, ...]:
    """Explain somebody as he stands by now: all are looked up again when a run is proposed."""
    delivery = await deliveries.of_human(session, run.number, one.key)
    if delivery is None:
        return explained(await _left_out_since(session, run, one))
    recipient = replace(one, number=delivery.recipient.number)
    reason = [line("who.because", why=why(delivery.outcome))] if delivery.outcome else []
    state = line("who.state", state=line(f"delivery.{delivery.state}"))
    return (*explained(recipient), state, *reason)


async def _left_out_since(session: AsyncSession, run: Run, one: Considered) -> Considered:
    if one.number is None or one.home is None:
        return one
    for each in await funnels.left_out(session, run.number):
        if each.wiki == one.home.wiki and each.title.endswith(f":{one.home.user}"):
            return replace(one, number=None, step=each.step, detail=each.detail)
    return one


async def _nobody(session: AsyncSession, run: Run, name: str) -> Line:
    """Say that nobody of this name was considered, and who has one like it."""
    alike = nearest(name, await considered.names(session, run.number))
    key = "who.nearest" if alike else "who.nobody"
    return line(key, given=name, run=run.number, names=alike)


async def _ends(session: AsyncSession, run: Run) -> list[Line]:
    """Return how many came to which end on each wiki, and why so many did not get it."""
    counts = await deliveries.counts(session, run.number)
    ends = Counter(
        (each.state, each.outcome)
        for each in await deliveries.of_run(session, run.number)
        if each.state in {DeliveryState.SKIPPED, DeliveryState.FAILED}
    )
    reasons = [
        line(
            "report.ended",
            state=line(f"delivery.{state}"),
            reason=why(outcome),
            count=count,
        )
        for (state, outcome), count in ends.most_common()
    ]
    return [*_by_wiki(counts), *reasons]


def _by_wiki(counts: Sequence[Count]) -> list[Line]:
    wikis = sorted({each.wiki for each in counts})
    tallies = [(wiki, Tally.of([each for each in counts if each.wiki == wiki])) for wiki in wikis]
    return [
        line(
            "report.wiki",
            wiki=wiki,
            count=tally.total,
            sent=tally.sent,
            skipped=tally.skipped,
            failed=tally.failed,
            waiting=tally.waiting,
        )
        for wiki, tally in tallies
    ]
