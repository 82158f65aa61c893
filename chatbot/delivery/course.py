"""The course of a run: begun, tried out, under way, halted, done; and the coordinators told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger

from chatbot.clock import Clock
from chatbot.delivery.announcing import Announcing
from commands.messages import Document, DocumentKind, Line, reply
from commands.policy import RunPolicy
from commands.rules.breaker import AGAINST_THE_RUN, Failures, too_many_reverts, tried_out
from commands.rules.delivery import TOO_LATE, Halting
from commands.rules.progress import (
    Tally,
    advanced,
    finished,
    goes_on,
    halted,
    rests,
    started,
    too_late,
    tried,
    waits,
)
from commands.rundesk import RUN_CARDS, as_card
from storage import cards, claims, deliveries, lanes, ledger, progress, reverts, runs
from storage.database import Database
from storage.deliveries import UNDER_WAY
from storage.runvalues import Delivery, Run, RunState

_BETWEEN_LINES = timedelta(minutes=1)
_BETWEEN_COUNTS = timedelta(seconds=10)


class Course:
    """Moves runs along.

    `write_report` writes a run's report and returns its files, the one to be read first. `told`
    is called after lines for the coordinators were planned.
    """

    def __init__(
        self,
        *,
        database: Database,
        policy: RunPolicy,
        write_report: Callable[[int], Awaitable[Sequence[Path]]],
        announcing: Announcing,
        clock: Clock,
        told: Callable[[], None],
        log: FilteringBoundLogger,
    ) -> None:
        self._database = database
        self._policy = policy
        self._write_report = write_report
        self._announcing = announcing
        self._clock = clock
        self._told = told
        self._log = log
        self._counted_at: dict[int, datetime] = {}
        self._failures: dict[int, Failures] = {}

    async def begin(self, run: Run) -> None:
        """Say once that a run's first edits are made."""
        async with self._database.transaction() as session:
            if await progress.begin(session, run.number, self._clock()):
                tally = await _tally(session, run.number)
                said = as_card(run, started(run, tally))
                await self._announcing.show(session, said, run=run.number)
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
                said = reply(advanced(run, tally))
                await self._announcing.show(session, said, run=run.number, progress=True)
        self._told()

    def fails_too_often(self, ended: Delivery) -> bool:
        """Count how a delivery has ended. Return whether too many of its run's last ones failed.

        The count begins anew with each halt: whoever lets the run go on knows of them.
        """
        failures = self._failures.get(ended.run, Failures()).with_next(ended)
        self._failures[ended.run] = failures
        return failures.too_many(self._policy.failures)

    async def take_back(
        self, session: AsyncSession, number: int, taken_back: Collection[int], *, wiki: str
    ) -> None:
        """Keep which recipients' messages were taken back, and halt a run that has too many.

        What we have put right ourselves counts for nothing.
        """
        by_others = set(taken_back) - await reverts.ours(session, number)
        if not await reverts.see(session, number, by_others, self._clock()):
            return
        run, count = await runs.get(session, number), await reverts.weighing(session, number)
        if run and too_many_reverts(count, run.state, self._policy.reverts):
            await self.halt(session, number, Halting.REVERTED, wiki=wiki, detail=str(count))

    async def halt(
        self, session: AsyncSession, number: int, reason: Halting, *, wiki: str, detail: str
    ) -> None:
        """Halt a run for a reason of its own, unless it is halted or over already.

        Whoever calls this from elsewhere calls `told` of the notices after the transaction.
        """
        run = await runs.get(session, number, lock=True)
        if run is None or run.state not in UNDER_WAY:
            return
        self._failures.pop(number, None)
        why = f"{reason} ({wiki}): {detail}"
        changed = replace(run, state=RunState.HALTED, halted_by=None, halt_reason=why)
        await self._change(session, changed, "run.halted", reason=reason, wiki=wiki)
        await self._tell(session, run, halted(run, reason, wiki=wiki, detail=detail))

    async def wait(self, session: AsyncSession, wiki: str, reason: str) -> None:
        """Say of the runs at work on a wiki that they wait for it."""
        at_work = await self._at_work(session, wiki)
        for run in await self._under_way(session, at_work):
            await self._tell(session, run, waits(run, wiki=wiki, reason=reason))

    async def go_on(self, session: AsyncSession, wiki: str, saved: int) -> None:
        """Say of the runs at work on a wiki, one of which has `saved` there, that they go on."""
        at_work = await self._at_work(session, wiki)
        for run in await self._under_way(session, {*at_work, saved}):
            await self._tell(session, run, goes_on(run, wiki=wiki))

    async def review(self) -> datetime | None:
        """Move on all runs whose first deliveries, last one, or window are over.

        Return when one of them comes to an instant at which this changes.
        """
        for run in await self._all_under_way():
            if run.not_after is not None and run.not_after <= self._clock():
                await self._end_window(run.number)
            if run.state is RunState.CANARY:
                await self._judge(run.number)
            await self._finish(run.number)
        self._told()
        now = self._clock()
        instants = [
            instant
            for run in await self._all_under_way()
            for instant in (run.not_before, run.rests_until, run.not_after)
            if instant is not None and instant > now
        ]
        return min(instants, default=None)

    async def _all_under_way(self) -> Sequence[Run]:
        async with self._database.reading() as session:
            return await runs.in_state(session, UNDER_WAY)

    async def _at_work(self, session: AsyncSession, wiki: str) -> tuple[int, ...]:
        canary = self._policy.canary
        return await claims.runs_at_work(session, wiki, canary=canary, now=self._clock())

    async def _under_way(self, session: AsyncSession, numbers: Collection[int]) -> list[Run]:
        found = [await runs.get(session, number) for number in sorted(numbers)]
        return [run for run in found if run is not None and run.state in UNDER_WAY]

    async def _end_window(self, number: int) -> None:
        """Put on record that whoever waits still is too late."""
        async with self._database.transaction() as session:
            run = await runs.get(session, number, lock=True)
            if run is None or run.state not in UNDER_WAY:
                return
            if count := await deliveries.skip_waiting(session, number, outcome=TOO_LATE):
                await self._change(session, run, "run.too_late", count=count)
                await self._tell(session, run, too_late(run, count))

    async def _judge(self, number: int) -> None:
        async with self._database.transaction() as session:
            run = await runs.get(session, number, lock=True)
            if run is None or run.state is not RunState.CANARY:
                return
            canaries = await deliveries.canaries(session, number, self._policy.canary)
            verdict = tried_out(canaries)
            if verdict is RunState.RUNNING:
                await self._rest_or_go_on(session, run)
            elif verdict is RunState.HALTED:
                failed = next(each for each in canaries if each.outcome in AGAINST_THE_RUN)
                await self.halt(
                    session,
                    number,
                    Halting.CANARY,
                    wiki=failed.recipient.wiki,
                    detail=f"{failed.outcome}: {failed.detail}",
                )

    async def _rest_or_go_on(self, session: AsyncSession, run: Run) -> None:
        """Let people look at the first messages for a while, where others are to follow."""
        now = self._clock()
        if run.rests_until is None and await deliveries.unfinished_wikis(session, run.number):
            run = replace(run, rests_until=now + self._policy.canary_pause)
            if self._policy.canary_pause:
                await self._change(session, run, "run.rests")
                said = as_card(run, rests(run, self._policy.canary_pause))
                await self._announcing.show(session, said, run=run.number)
        if run.rests_until is None or run.rests_until <= now:
            await self._change(session, replace(run, state=RunState.RUNNING), "run.tried")
            await lanes.wake(session)
            await self._tell(session, run, tried(run))

    async def _finish(self, number: int) -> None:
        async with self._database.reading() as session:
            unfinished = await deliveries.unfinished_wikis(session, number)
        if unknown := unfinished.difference(self._policy.wikis):
            await self._halt_unknown(number, min(unknown))
        if not unfinished:
            page, *_ = await self._write_report(number)
            await self._close(number, str(page))

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
            await self._announcing.show(session, said, run=run.number)

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
        await self._announcing.show(session, reply(said), run=run.number)


async def _tally(session: AsyncSession, run: int) -> Tally:
    return Tally.of(await deliveries.counts(session, run))
