"""Stopping a run by one coordinator's word, in whatever words it is said."""

from __future__ import annotations

from dataclasses import replace

from commands.declaration import Call
from commands.messages import Line, line
from commands.rules.lifecycle import UNDER_WAY
from commands.rundesk import Records, act_of, stated
from storage import confirmations, deliveries
from storage.runvalues import Run, RunState


class Stopping:
    """What stops a run: a halt while it is under way, an objection before."""

    def __init__(self, *, records: Records) -> None:
        self._records = records

    async def halt(self, call: Call, run: Run, reason: str = "") -> Line:
        """Halt a locked run that is under way. Says how many edits may still land."""
        if run.state not in UNDER_WAY:
            return await self._halted_before(call, run)
        act, why = act_of(call), reason or "halt"
        halted = replace(run, state=RunState.HALTED, halted_by=call.person.key, halt_reason=why)
        await self._records.keep(act, halted, "run.halted")
        # Whoever claims a delivery locks the run first: those counted now are all there are.
        count = await deliveries.claimed_count(call.session, run.number)
        said = line(
            "run.halted",
            run=run.number,
            name=run.name,
            who=call.person.name,
            count=count,
            prefix=call.prefix,
        )
        await self._records.tell(act, run, *_with_reason(said, reason))
        return said

    async def object_to(self, call: Call, run: Run, reason: str) -> Line:
        """Object to a locked run that has not started. Its proposal, if there is one, is void."""
        act = act_of(call)
        await confirmations.object_to(
            call.session, run.number, person=call.person.key, reason=reason, now=call.now
        )
        await self._records.void(act, run, RunState.OBJECTED, "run.objected")
        said = line(
            "run.objected",
            run=run.number,
            name=run.name,
            who=call.person.name,
            reason=stated(reason),
        )
        await self._records.tell(act, run, said)
        return said

    async def _halted_before(self, call: Call, run: Run) -> Line:
        if run.halted_by is None:
            # A person's halt weighs more than one of the bot's own: another must resume it.
            halted = replace(run, halted_by=call.person.key)
            await self._records.keep(act_of(call), halted, "run.halted")
        count = await deliveries.claimed_count(call.session, run.number)
        return line("run.halted_before", run=run.number, name=run.name, count=count)


def _with_reason(said: Line, reason: str) -> tuple[Line, ...]:
    return (said, line("run.reason", reason=reason)) if reason else (said,)
