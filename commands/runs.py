"""The desk where runs are begun and looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.messages import Line, Moment, Reply, line, reply
from commands.policy import RunPolicy
from commands.rules.audience import Step
from commands.rules.confirmation import HUMANS_NEEDED, counting, expires_at
from commands.rules.digest import digest_code
from commands.rules.lifecycle import UNDER_WAY
from commands.rules.progress import Tally
from commands.rundesk import RUN, Records, act_of, run_meant, state_line
from commands.standing import Standing
from storage import confirmations, deliveries, lanes, runs
from storage.values import Count, DeliveryState, Run, RunState

_MOST_RUNS = 10
_LONGEST_NAME = 80


class Runs:
    """What there is to know of runs. `write_report` writes a run's CSV and says where it is."""

    def __init__(
        self,
        *,
        policy: RunPolicy,
        records: Records,
        standing: Standing,
        write_report: Callable[[int], Awaitable[Path]],
    ) -> None:
        self._policy = policy
        self._records = records
        self._standing = standing
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
            Command("run show", coordinator, "help.run_show", "run show 7", self.show, (RUN,)),
            Command("runs", coordinator, "help.runs", "runs", self.latest),
            Command(
                "run report", coordinator, "help.run_report", "run report 7", self.report, (RUN,)
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
        found = await runs.latest(call.session, _MOST_RUNS)
        if not found:
            return reply(line("run.none", prefix=call.prefix))
        lines = [await self._summary(call, run) for run in found]
        return reply(*lines, private=len(lines) > 3)

    async def show(self, call: Call) -> Reply:
        """Say all about a run that is short; its text is shown by the preview."""
        run = await run_meant(call, lock=False)
        if isinstance(run, Line):
            return reply(run)
        lines = [await self._summary(call, run), *_sources(run)]
        lines += await self._decided(call, run)
        if run.state is RunState.HALTED:
            lines += await self._halted(call, run)
        if run.state in UNDER_WAY:
            lines += await _paused(call, run)
        return reply(*lines)

    async def report(self, call: Call) -> Reply:
        """Write the report, and say in short what is in it."""
        run = await run_meant(call, lock=False)
        if isinstance(run, Line):
            return reply(run)
        path = await self._write_report(run.number)
        counts = await deliveries.counts(call.session, run.number)
        ends = Counter(
            (each.state, each.outcome)
            for each in await deliveries.of_run(call.session, run.number)
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
        written = line("report.written", path=str(path))
        return reply(await self._summary(call, run), *_by_wiki(counts), *reasons, written)

    async def _summary(self, call: Call, run: Run) -> Line:
        tally = Tally.of(await deliveries.counts(call.session, run.number))
        key = "run.summary_started" if run.started_at else "run.summary"
        return line(
            key,
            run=run.number,
            name=run.name,
            state=state_line(run),
            count=tally.total,
            wikis=line("run.wikis", count=tally.wikis),
            waiting=tally.waiting,
            sent=tally.sent,
            skipped=tally.skipped,
            failed=tally.failed,
        )

    async def _decided(self, call: Call, run: Run) -> list[Line]:
        """Say what was said for and against a run."""
        lines = [
            line("run.objection", reason=each.reason, at=each.said_at)
            for each in await confirmations.objections(call.session, run.number)
        ]
        if run.state is RunState.PROPOSED:
            grounds = await self._standing.grounds(call.session, run)
            lines.append(
                line(
                    "run.proposal",
                    digest=digest_code(run.digest or ""),
                    humans=len(counting(grounds)),
                    needed=HUMANS_NEEDED,
                    until=Moment(expires_at(run, self._policy), call.person.zone),
                )
            )
        return lines

    async def _halted(self, call: Call, run: Run) -> list[Line]:
        count = await deliveries.claimed_count(call.session, run.number)
        halted = line("run.halted_before", run=run.number, name=run.name, count=count)
        return [halted, line("run.reason", reason=run.halt_reason or "")]


async def _paused(call: Call, run: Run) -> list[Line]:
    """Return which of the wikis that a run still writes to pause, and why."""
    waiting = await deliveries.unfinished_wikis(call.session, run.number)
    return [
        line("run.paused", wiki=each.wiki, until=each.until, reason=each.reason)
        for each in await lanes.pauses(call.session, call.now)
        if each.wiki in waiting
    ]


def _sources(run: Run) -> list[Line]:
    found = []
    if run.audience_source:
        found.append(line("run.audience_source", source=run.audience_source))
    if run.subject:
        found.append(line("run.subject", subject=run.subject, source=run.message_source))
    return found


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
