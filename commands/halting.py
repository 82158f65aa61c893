"""The desk for runs under way: halt, resume, retry, and end for good."""

from __future__ import annotations

from dataclasses import replace

from commands.declaration import Call, Command, Who
from commands.messages import Line, Reply, line, reply
from commands.policy import RunPolicy
from commands.rules.authority import humans
from commands.rules.breaker import resumed
from commands.rules.confirmation import may_resume, proven
from commands.rules.delivery import CANCELLED
from commands.rules.lifecycle import OVER, UNDER_WAY
from commands.rundesk import RUN, Records, act_of, not_now, run_meant
from commands.standing import Standing
from commands.stopping import Stopping
from storage import deliveries, lanes, linking, reverts, runs
from storage.runvalues import Run, RunState

_MOST_SAID = 8


class Halting:
    """Stops runs by one person's word, and lets them go on by another's."""

    def __init__(
        self, *, policy: RunPolicy, records: Records, standing: Standing, stopping: Stopping
    ) -> None:
        self._policy = policy
        self._records = records
        self._standing = standing
        self._stopping = stopping

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        coordinator = Who.COORDINATOR
        return (
            Command(
                "halt",
                coordinator,
                "help.halt",
                "halt 7",
                self.halt,
                (RUN,),
                aliases=("stop",),
                writes=True,
                urgent=True,
                pressable=True,
            ),
            Command(
                "halt all",
                coordinator,
                "help.halt_all",
                "halt all",
                self.halt_all,
                aliases=("stop all",),
                writes=True,
                urgent=True,
            ),
            Command(
                "resume",
                coordinator,
                "help.resume",
                "resume 7",
                self.resume,
                (RUN,),
                writes=True,
                fresh=True,
            ),
            Command(
                "run retry",
                coordinator,
                "help.run_retry",
                "run retry 7",
                self.retry,
                (RUN,),
                writes=True,
            ),
            Command(
                "run cancel",
                coordinator,
                "help.run_cancel",
                "run cancel 7",
                self.cancel,
                (RUN,),
                writes=True,
            ),
        )

    async def halt(self, call: Call) -> Reply:
        """Halt a run; one that is only proposed is objected to."""
        run = await run_meant(call)
        return reply(run if isinstance(run, Line) else await self._halt(call, run))

    async def halt_all(self, call: Call) -> Reply:
        """Halt whatever runs, and keep from starting whatever is proposed."""
        states = (*UNDER_WAY, RunState.PROPOSED)
        found = [
            await runs.get(call.session, run.number, lock=True)
            for run in await runs.in_state(call.session, states)
        ]
        said = [await self._halt(call, run) for run in found if run and run.state in states]
        if not said:
            return reply(line("run.nothing_runs"))
        left = len(said) - _MOST_SAID
        more = [line("run.more_halted", count=left)] if left > 0 else []
        count = await deliveries.claimed_count(call.session)
        return reply(*said[:_MOST_SAID], *more, line("run.all_halted", count=count))

    async def resume(self, call: Call) -> Reply:
        """Let a halted run go on, by somebody who is not the human who halted it."""
        run = await run_meant(call)
        if isinstance(run, Line):
            return reply(run)
        if run.state is not RunState.HALTED:
            return reply(not_now(run))
        links = humans(await linking.links(call.session))
        if not may_resume(call.person.key, run.halted_by, links):
            return reply(line("resume.another", run=run.number, prefix=call.prefix))
        if refusal := await self._flawed(call, run):
            return reply(refusal)
        return reply(await self._go_on(call, run, "run.resumed"))

    async def retry(self, call: Call) -> Reply:
        """Take up again what failed and may be retried, as the same run."""
        run = await run_meant(call)
        if isinstance(run, Line):
            return reply(run)
        if run.state not in (*UNDER_WAY, RunState.HALTED, RunState.DONE):
            return reply(not_now(run))
        if refusal := await self._flawed(call, run):
            return reply(refusal)
        count = await deliveries.retry(call.session, run.number)
        if not count:
            return reply(line("run.nothing_to_retry", run=run.number, name=run.name))
        if run.state is RunState.DONE:
            return reply(await self._go_on(call, run, "run.retried", count=count))
        await self._records.keep(act_of(call), run, "run.retried", count=count)
        who = call.person.name
        return reply(line("run.retried", run=run.number, name=run.name, who=who, count=count))

    async def cancel(self, call: Call) -> Reply:
        """End a run for good: nobody else gets it, and everybody left is on record."""
        run = await run_meant(call)
        if isinstance(run, Line):
            return reply(run)
        if run.state in OVER:
            return reply(not_now(run))
        act = act_of(call)
        ended = replace(run, state=RunState.CANCELLED, finished_at=call.now)
        skipped = await deliveries.skip_waiting(call.session, run.number, outcome=CANCELLED)
        await self._records.keep(act, ended, "run.cancelled", skipped=skipped)
        said = line(
            "run.cancelled",
            run=run.number,
            name=run.name,
            who=call.person.name,
            count=await deliveries.claimed_count(call.session, run.number),
        )
        await self._records.tell(act, run, said)
        return reply(said)

    async def _halt(self, call: Call, run: Run) -> Line:
        if run.state in UNDER_WAY or run.state is RunState.HALTED:
            return await self._stopping.halt(call, run)
        if run.state is RunState.PROPOSED:
            return await self._stopping.object_to(call, run, "halt")
        return not_now(run)

    async def _flawed(self, call: Call, run: Run) -> Line | None:
        counts = await deliveries.counts(call.session, run.number)
        if not proven(call.identity, {each.wiki for each in counts}, self._policy):
            return line("confirm.refused", run=run.number, why=line("confirm.why.unproven"))
        flaw = await self._standing.flaw(call.session, run, call.now)
        if flaw is None:
            return None
        why = line(f"run.flaw.{flaw}")
        return line("resume.flawed", run=run.number, why=why, prefix=call.prefix)

    async def _go_on(self, call: Call, run: Run, action: str, **details: int) -> Line:
        act = act_of(call)
        canaries = await deliveries.canaries(call.session, run.number, self._policy.canary)
        running = replace(
            run,
            state=resumed(canaries, rests_until=run.rests_until, now=call.now),
            halted_by=None,
            halt_reason=None,
            finished_at=None,
        )
        await reverts.forgive(call.session, run.number)
        await lanes.wake(call.session)
        await self._records.keep(act, running, action, **details)
        said = line(action, run=run.number, name=run.name, who=call.person.name, **details)
        await self._records.tell(act, run, said)
        return said
