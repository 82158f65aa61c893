"""The desk where runs are begun and looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.messages import Document, DocumentKind, Line, Reply, line, reply
from commands.outcomes import outcomes_of
from commands.paging import PAGE, Page, page_number, page_of
from commands.rules.audience import Step
from commands.rules.outcomelines import outcome_lines
from commands.rules.progress import Tally
from commands.runcard import RunCard
from commands.rundesk import RUN, Records, act_of, as_card, run_meant
from storage import deliveries, runs
from storage.values import Count, DeliveryState, Run

_MOST_RUNS = 10
_MOST_ENDS = 15
_LONGEST_NAME = 80


class Runs:
    """What there is to know of runs. `write_report` writes a run's CSV and says where it is."""

    def __init__(
        self,
        *,
        records: Records,
        card: RunCard,
        write_report: Callable[[int], Awaitable[Path]],
    ) -> None:
        self._records = records
        self._card = card
        self._write_report = write_report

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        coordinator = Who.COORDINATOR
        return (
            Command(
                "run new",
                coordinator,
                "help.run_new",
                "run new December newsletter",
                self.new,
                (Argument("name", Kind.TEXT),),
                writes=True,
            ),
            Command(
                "run show",
                coordinator,
                "help.run_show",
                "run show 7",
                self.show,
                (RUN,),
                pressable=True,
            ),
            Command(
                "runs",
                coordinator,
                "help.runs",
                "runs",
                self.latest,
                (PAGE,),
                pressable=True,
            ),
            Command(
                "run report",
                coordinator,
                "help.run_report",
                "run report 7",
                self.report,
                (RUN, PAGE),
                pressable=True,
            ),
        )

    async def new(self, call: Call) -> Reply:
        """Begin a run, with neither audience nor message."""
        name = " ".join(call.text("name").split())
        if len(name) > _LONGEST_NAME:
            return reply(line("run.name_too_long", limit=_LONGEST_NAME))
        run = await runs.add(call.session, name, created_by=call.person.key, now=call.now)
        await self._records.keep(act_of(call), run, "run.new")
        return reply(line("run.new", run=run.number, name=name, prefix=call.prefix))

    async def latest(self, call: Call) -> Reply:
        """Say where the newest runs stand."""
        count = await runs.count(call.session)
        if not count:
            return reply(line("run.none", prefix=call.prefix))
        number = page_number(call, count, _MOST_RUNS)
        before = (number - 1) * _MOST_RUNS
        found = await runs.latest(call.session, _MOST_RUNS, skip=before)
        page = Page(found, number, count - before - len(found))
        lines = [await self._card.summary(call.session, run) for run in found]
        return reply(
            *lines,
            *page.hint(call, "runs"),
            private=len(lines) > 3,
            buttons=page.buttons("runs"),
        )

    async def show(self, call: Call) -> Reply:
        """Say all about a run that is short; its text is shown by the preview."""
        run = await run_meant(call, lock=False)
        if isinstance(run, Line):
            return reply(run)
        return as_card(run, *await self._card.lines(call.session, run, call))

    async def report(self, call: Call) -> Reply:
        """Write the report, and say in short what is in it."""
        run = await run_meant(call, lock=False)
        if isinstance(run, Line):
            return reply(run)
        found = outcome_lines(await outcomes_of(call.session, run))
        page = page_of(call, [*found, *await _ends(call.session, run)], _MOST_ENDS)
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

    async def _written(self, run: Run) -> tuple[Line, ...]:
        return (line("report.written", path=str(await self._write_report(run.number))),)


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
            reason=_reason(outcome),
            count=count,
        )
        for (state, outcome), count in ends.most_common()
    ]
    return [*_by_wiki(counts), *reasons]


def _reason(outcome: str) -> Line:
    return line(f"funnel.{outcome}" if outcome in set(Step) else f"outcome.{outcome}")


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
