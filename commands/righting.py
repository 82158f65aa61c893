"""The desk where what went out is put right: corrected, or taken back, by a run of its own."""

from __future__ import annotations

from dataclasses import replace

from commands.asking import ask
from commands.declaration import Argument, Call, Command, Kind, Who
from commands.details import Unfit, fit_text
from commands.drafting import message_arguments, problem_of_message
from commands.messages import Line, Reply, line, reply
from commands.rules.lifecycle import OVER
from commands.rules.wording import wording
from commands.rundesk import RUN, Records, act_of, not_now, run_meant
from storage import runs
from storage.runvalues import ErrandKind, Run, RunKind, RunState

_STILL = OVER | {RunState.HALTED}
"""Runs that write nothing now."""


class Righting:
    """Begins corrections and retractions. They are proposed and confirmed as every run."""

    def __init__(self, *, records: Records) -> None:
        self._records = records

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "run correct",
                Who.COORDINATOR,
                "help.run_correct",
                "run correct 7 | Tech talk on 4 December | It is on Friday.",
                self.correct,
                (
                    RUN,
                    Argument("page", Kind.TEXT, optional=True),
                    Argument("text", Kind.PART, optional=True),
                ),
                writes=True,
                form="run correct N [[PAGE]] or run correct N | SUBJECT | TEXT",
            ),
            Command(
                "run retract",
                Who.COORDINATOR,
                "help.run_retract",
                "run retract 7 | the talk will not take place",
                self.retract,
                (RUN, Argument("reason", Kind.PART, optional=True)),
                writes=True,
                form="run retract N [| REASON]",
            ),
        )

    async def correct(self, call: Call) -> Reply:
        """Begin a run that gives a new text to what another one wrote."""
        of = await _run_to_right(call)
        if isinstance(of, Line):
            return reply(of)
        page, given = call.text("page", ""), wording(call.text("text", ""))
        if problem := problem_of_message(call, page, given):
            return reply(problem)
        run = await self._begin(call, of, RunKind.CORRECTION)
        await ask(call, ErrandKind.PUT_RIGHT, run, {})
        await ask(call, ErrandKind.MESSAGE, run, message_arguments(page, given))
        return reply(line("right.correct", run=run.number, of=of.number, name=of.name))

    async def retract(self, call: Call) -> Reply:
        """Begin a run that takes back what another one wrote."""
        of = await _run_to_right(call)
        if isinstance(of, Line):
            return reply(of)
        reason = fit_text("reason", call.text("reason", ""))
        if isinstance(reason, Unfit):
            return reply(reason.problem)
        run = await self._begin(call, of, RunKind.RETRACTION, reason=reason)
        await ask(call, ErrandKind.PUT_RIGHT, run, {})
        return reply(line("right.retract", run=run.number, of=of.number, name=of.name))

    async def _begin(self, call: Call, of: Run, kind: RunKind, *, reason: str = "") -> Run:
        fresh = await runs.add(call.session, of.name, created_by=call.person.key, now=call.now)
        subject = of.subject if kind is RunKind.RETRACTION else ""
        run = replace(
            fresh,
            kind=kind,
            of_run=of.number,
            subject=subject,
            draft=reason,
            audience_source=f"run:{of.number}",
        )
        details = {"kind": str(kind), "of": of.number}
        await self._records.keep(act_of(call), run, "run.new", **details)
        return run


async def _run_to_right(call: Call) -> Run | Line:
    """Return the run that is to be put right, or why it cannot be."""
    run = await run_meant(call)
    if isinstance(run, Line):
        return run
    if run.kind is not RunKind.MESSAGE:
        return line("right.itself", run=run.number, name=run.name, of=run.of_run or 0)
    return run if run.state in _STILL and run.started_at else not_now(run)
