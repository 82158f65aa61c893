"""All about a run that is short, as sentences: said by `run show`, and kept up to date in cards."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.goingon import stopped
from commands.messages import Line, Moment, line
from commands.policy import RunPolicy
from commands.readers import Reader
from commands.rules.confirmation import HUMANS_NEEDED, counting, expires_at
from commands.rules.digest import digest_code
from commands.rules.lifecycle import UNDER_WAY
from commands.rules.progress import Tally, live
from commands.rundesk import state_line, stated
from commands.standing import Standing
from commands.windows import approval_lines, window_lines
from storage import confirmations, deliveries, lanes, stops
from storage.runvalues import Run, RunKind, RunState

_LOOK_BACK = timedelta(minutes=5)
"""Over what time the rate is measured: what was before a halt says nothing of it."""


class RunCard:
    """Puts runs into sentences."""

    def __init__(self, *, policy: RunPolicy, standing: Standing) -> None:
        self._policy = policy
        self._standing = standing

    async def lines(self, session: AsyncSession, run: Run, to: Reader) -> tuple[Line, ...]:
        """Return all about a run but its text, which is shown by the preview."""
        lines = [await self.summary(session, run), *_sources(run)]
        lines += [*window_lines(run, to.zone), *approval_lines(run)]
        lines += await self._decided(session, run, to)
        if run.state is RunState.HALTED:
            lines += await _halted(session, run)
        if run.state in UNDER_WAY:
            lines.append(await _progress(session, run, to.now))
            lines += _resting(run, to.now)
            lines += await _stopped(session, run)
            lines += await _paused(session, run, to.now)
        return tuple(lines)

    async def summary(self, session: AsyncSession, run: Run) -> Line:
        """Return where a run stands in one sentence."""
        tally = Tally.of(await deliveries.counts(session, run.number))
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

    async def _decided(self, session: AsyncSession, run: Run, to: Reader) -> list[Line]:
        """Say what was said for and against a run."""
        lines = [
            line("run.objection", reason=stated(each.reason), at=each.said_at)
            for each in await confirmations.objections(session, run.number)
        ]
        if run.state is RunState.PROPOSED:
            grounds = await self._standing.grounds(session, run)
            lines.append(
                line(
                    "run.proposal",
                    digest=digest_code(run.digest or ""),
                    humans=len(counting(grounds)),
                    needed=HUMANS_NEEDED,
                    until=Moment(expires_at(run, self._policy), to.zone),
                )
            )
        return lines


async def _halted(session: AsyncSession, run: Run) -> list[Line]:
    count = await deliveries.claimed_count(session, run.number)
    halted = line("run.halted_before", run=run.number, name=run.name, count=count)
    return [halted, line("run.reason", reason=run.halt_reason or "")]


async def _progress(session: AsyncSession, run: Run, now: datetime) -> Line:
    since = max(now - _LOOK_BACK, run.started_at or now)
    tally = Tally.of(await deliveries.counts(session, run.number))
    saved = await deliveries.saved_since(session, run.number, since)
    return live(tally, saved=saved, within=now - since)


def _resting(run: Run, now: datetime) -> list[Line]:
    if run.state is not RunState.CANARY or run.rests_until is None or run.rests_until <= now:
        return []
    return [line("run.resting", run=run.number, until=run.rests_until, prefix="!")]


async def _stopped(session: AsyncSession, run: Run) -> list[Line]:
    """Return which of the wikis that a run still writes to stop the bot."""
    waiting = await deliveries.unfinished_wikis(session, run.number)
    return [stopped(each) for each in await stops.standing(session) if each.wiki in waiting]


async def _paused(session: AsyncSession, run: Run, now: datetime) -> list[Line]:
    """Return which of the wikis that a run still writes to pause, and why."""
    waiting = await deliveries.unfinished_wikis(session, run.number)
    return [
        line("run.paused", wiki=each.wiki, until=each.until, reason=each.reason)
        if each.reason
        else line("run.rests", wiki=each.wiki, until=each.until)
        for each in await lanes.pauses(session, now)
        if each.wiki in waiting
    ]


def _sources(run: Run) -> list[Line]:
    found = []
    if run.kind is not RunKind.MESSAGE:
        found.append(line(f"run.puts_right.{run.kind}", of=run.of_run or 0))
    elif run.audience_source:
        found.append(line("run.audience_source", source=run.audience_source))
    if run.subject:
        key = "run.subject" if run.message_source else "run.subject_here"
        found.append(line(key, subject=run.subject, source=run.message_source))
    return found
