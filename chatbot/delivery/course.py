"""The course of a run: begun, tried out, under way, halted, done; and the coordinators told."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger

from chatbot.clock import Clock
from chatbot.report import Reports
from commands.messages import Document, DocumentKind, Line, Reply, kept, reply
from commands.policy import RunPolicy
from commands.rules.delivery import AGAINST_THE_RUN, Halting, tried_out
from commands.rules.progress import (
    Tally,
    advanced,
    finished,
    goes_on,
    halted,
    started,
    tried,
    waits,
)
from commands.rundesk import RUN_CARDS, as_card
from storage import cards, claims, deliveries, ledger, notices, progress, runs
from storage.database import Database
from storage.deliveries import UNDER_WAY
from storage.values import NoticeKind, Run, RunState

_BETWEEN_LINES = timedelta(minutes=1)
_BETWEEN_COUNTS = timedelta(seconds=10)


class Course:
    """Moves runs along. `told` is called after lines for the coordinators were planned."""

    def __init__(
        self,
        *,
        database: Database,
        policy: RunPolicy,
        reports: Reports,
        clock: Clock,
        told: Callable[[], None],
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._policy = policy
        self._reports = reports
        self._clock = clock
        self._told = told
        self._log = log
        self._counted_at: dict[int, datetime] = {}

    async def begin(self, run: Run) -> None:
        """Say once that a run's first edits are made."""
        async with self._database.transaction() as session:
            if await progress.begin(session, run.number, self._clock()):
                tally = await _tally(session, run.number)
                await self._show(session, run, as_card(run, started(run, tally)))
        self._told()

    async def advance(self, run: Run) -> None:
        """Say how far a run is, when that is worth a line. Cheap to call after every delivery."""
        now = self._clock()
        counted_at = self._counted_at.setdefault(run.number, now)
        if counted_at <= now < counted_at + _BETWEEN_COUNTS:
            return
        self._counted_at[run.number] = now
        async with self._database.transaction() as session:
            tally = await _tally(session, run.number)
            if tally.percent < 100 and await progress.advance(
                session, run.number, tally.percent, now=now, pause=_BETWEEN_LINES
            ):
                await self._show(session, run, reply(advanced(run, tally)), progress=True)
        self._told()

    async def halt(
        self, session: AsyncSession, number: int, reason: Halting, *, wiki: str, detail: str
    ) -> None:
        """Halt a run for a reason of its own, unless it is halted or over already."""
        run = await runs.get(session, number, lock=True)
        if run is None or run.state not in UNDER_WAY:
            return
        why = f"{reason} ({wiki}): {detail}"
        changed = replace(run, state=RunState.HALTED, halted_by=None, halt_reason=why)
        await self._change(session, changed, "run.halted", reason=reason, wiki=wiki)
        await self._tell(session, run, halted(run, reason, wiki=wiki, detail=detail))

    async def wait(self, session: AsyncSession, wiki: str, reason: str) -> None:
        """Say of the runs at work on a wiki that they wait for it."""
        at_work = await claims.runs_at_work(session, wiki, self._policy.canary)
        for run in await self._under_way(session, at_work):
            await self._tell(session, run, waits(run, wiki=wiki, reason=reason))

    async def go_on(self, session: AsyncSession, wiki: str, saved: int) -> None:
        """Say of the runs at work on a wiki, one of which has `saved` there, that they go on."""
        at_work = await claims.runs_at_work(session, wiki, self._policy.canary)
        for run in await self._under_way(session, {*at_work, saved}):
            await self._tell(session, run, goes_on(run, wiki=wiki))

    async def review(self) -> None:
        """Move on all runs whose first deliveries, or whose last one, are settled."""
        async with self._database.reading() as session:
            under_way = await runs.in_state(session, UNDER_WAY)
        for run in under_way:
            if run.state is RunState.CANARY:
                await self._judge(run.number)
            await self._finish(run.number)
        self._told()

    async def _under_way(self, session: AsyncSession, numbers: Collection[int]) -> list[Run]:
        found = [await runs.get(session, number) for number in sorted(numbers)]
        return [run for run in found if run is not None and run.state in UNDER_WAY]

    async def _judge(self, number: int) -> None:
        async with self._database.transaction() as session:
            run = await runs.get(session, number, lock=True)
            if run is None or run.state is not RunState.CANARY:
                return
            canaries = await deliveries.canaries(session, number, self._policy.canary)
            verdict = tried_out(canaries)
            if verdict is RunState.RUNNING:
                await self._change(session, replace(run, state=verdict), "run.tried")
                await self._tell(session, run, tried(run))
            elif verdict is RunState.HALTED:
                failed = next(each for each in canaries if each.outcome in AGAINST_THE_RUN)
                await self.halt(
                    session,
                    number,
                    Halting.CANARY,
                    wiki=failed.recipient.wiki,
                    detail=f"{failed.outcome}: {failed.detail}",
                )

    async def _finish(self, number: int) -> None:
        async with self._database.reading() as session:
            unfinished = await deliveries.unfinished_wikis(session, number)
        if unknown := unfinished.difference(self._policy.wikis):
            await self._halt_unknown(number, min(unknown))
        if not unfinished:
            report = await self._reports.write(number)
            await self._close(number, str(report))

    async def _halt_unknown(self, number: int, wiki: str) -> None:
        async with self._database.transaction() as session:
            await self.halt(session, number, Halting.WIKI_UNKNOWN, wiki=wiki, detail="")

    async def _close(self, number: int, report: str) -> None:
        async with self._database.transaction() as session:
            run = await runs.get(session, number, lock=True)
            unfinished = await deliveries.unfinished_wikis(session, number)
            if run is None or run.state is not RunState.RUNNING or unfinished:
                return
            tally = await _tally(session, number)
            done = replace(run, state=RunState.DONE, finished_at=self._clock())
            ends = {"sent": tally.sent, "skipped": tally.skipped, "failed": tally.failed}
            await self._change(session, done, "run.done", **ends)
            document = Document(DocumentKind.REPORT, number)
            said = reply(finished(run, tally, report=report), document=document)
            await self._show(session, run, said)

    async def _change(
        self, session: AsyncSession, run: Run, action: str, **details: object
    ) -> None:
        await runs.save(session, run)
        await ledger.append(
            session,
            at=self._clock(),
            actor=None,
            action=action,
            subject=f"run:{run.number}",
            details=details,
        )
        await cards.look_again(session, RUN_CARDS, run.number, self._clock())
        self._log.info(action, run=run.number, **details)

    async def _tell(self, session: AsyncSession, run: Run, said: Line) -> None:
        await self._show(session, run, reply(said))

    async def _show(
        self, session: AsyncSession, run: Run, said: Reply, *, progress: bool = False
    ) -> None:
        """Tell the coordinators' channels; mere progress only where no card shows it live."""
        for channel in self._policy.coordinators:
            if progress and channel.network in self._policy.live:
                continue
            await notices.plan(
                session,
                kind=NoticeKind.PROGRESS,
                due_at=self._clock(),
                destination=channel,
                run=run.number,
                reply=kept(said),
            )


async def _tally(session: AsyncSession, run: int) -> Tally:
    return Tally.of(await deliveries.counts(session, run))
