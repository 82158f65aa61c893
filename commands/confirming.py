"""The desk where runs are decided: confirmed by two, objected to by one, withdrawn."""

from __future__ import annotations

from dataclasses import replace

from commands.changes import since_then
from commands.declaration import Argument, Call, Command, Kind, Who
from commands.grammar import excerpt
from commands.messages import Line, Moment, Reply, line, reply
from commands.policy import RunPolicy
from commands.prospects import approved, lacking
from commands.rules.buttons import run_buttons
from commands.rules.confirmation import (
    HUMANS_NEEDED,
    Grounds,
    counting,
    expires_at,
    starters,
    unfit,
)
from commands.rules.digest import Typed, digest_code, typed_code
from commands.rules.lifecycle import EDITABLE, UNDER_WAY
from commands.rundesk import RUN, Records, act_of, not_now, run_meant
from commands.standing import Standing
from commands.stopping import Stopping
from storage import confirmations, deliveries, people
from storage.runvalues import Confirmation, Run, RunState

_LONGEST_REASON = 300
"""In letters. What is longer is cut: an objection is never refused."""


class Confirming:
    """What coordinators say to a run that is proposed."""

    def __init__(
        self, *, policy: RunPolicy, records: Records, standing: Standing, stopping: Stopping
    ) -> None:
        self._policy = policy
        self._records = records
        self._standing = standing
        self._stopping = stopping

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "confirm",
                Who.COORDINATOR,
                "help.confirm",
                "confirm 7 K7Q2-M9XD",
                self.confirm,
                (RUN, Argument("code", Kind.TEXT)),
                writes=True,
                fresh=True,
                pressable=True,
            ),
            Command(
                "object",
                Who.COORDINATOR,
                "help.object",
                "object 7 The date is wrong",
                self.object_to,
                (RUN, Argument("reason", Kind.TEXT, optional=True)),
                writes=True,
                urgent=True,
                pressable=True,
            ),
            Command(
                "withdraw",
                Who.COORDINATOR,
                "help.withdraw",
                "withdraw 7",
                self.withdraw,
                (RUN,),
                writes=True,
                urgent=True,
            ),
        )

    async def confirm(self, call: Call) -> Reply:
        """Take one person's word for exactly what was shown to him; the second starts the run."""
        run = await run_meant(call)
        if isinstance(run, Line):
            return reply(run)
        grounds = await self._standing.grounds(call.session, run)
        refusal = await self._unproposed(call, run) or await self._refusal(call, grounds)
        if refusal is not None:
            return reply(refusal)
        word = Confirmation(call.person.key, call.identity, run.digest or "", call.now)
        if not await confirmations.confirm(
            call.session,
            run.number,
            word.digest,
            person=word.person,
            identity=word.identity,
            now=call.now,
        ):
            return reply(line("confirm.already", run=run.number, name=run.name))
        await self._records.keep(act_of(call), run, "run.confirmed", digest=run.digest)
        confirmed = replace(grounds, confirmations=(*grounds.confirmations, word))
        if by := starters(confirmed, call.now):
            return reply(await self._start(call, run, by))
        return reply(await self._wait(call, confirmed))

    async def object_to(self, call: Call) -> Reply:
        """Stop a run by one person's word, without any code; while it runs, halt it."""
        run = await run_meant(call)
        if isinstance(run, Line):
            return reply(run)
        reason = excerpt(call.text("reason", ""), _LONGEST_REASON)
        if run.state in UNDER_WAY or run.state is RunState.HALTED:
            return reply(await self._stopping.halt(call, run, reason))
        if run.state not in EDITABLE:
            return reply(not_now(run))
        if not reason and await _objects(call, run):
            return reply(line("object.already", run=run.number, name=run.name))
        return reply(await self._stopping.object_to(call, run, reason))

    async def withdraw(self, call: Call) -> Reply:
        """Take a proposal back, to be changed or proposed again."""
        run = await run_meant(call)
        if isinstance(run, Line):
            return reply(run)
        if run.state is not RunState.PROPOSED:
            return reply(not_now(run))
        act = act_of(call)
        await self._records.void(act, run, RunState.WITHDRAWN, "run.withdrawn")
        who = call.person.name
        said = line("run.withdrawn", run=run.number, name=run.name, who=who)
        await self._records.tell(act, run, said)
        return reply(said)

    async def _unproposed(self, call: Call, run: Run) -> Line | None:
        """Return why there is nothing to confirm; a run that changed by itself is voided here."""
        if run.state is not RunState.PROPOSED:
            outdated = await self._typed(call, run) is Typed.OUTDATED
            return await since_then(call.session, run) if outdated else not_now(run)
        if await self._standing.changed(call.session, run):
            act = act_of(call)
            await self._records.void(act, run, RunState.AUDIENCE_BUILT, "run.voided")
            said = line("confirm.voided", run=run.number, name=run.name)
            await self._records.tell(act, run, said)
            return said
        return None

    async def _refusal(self, call: Call, grounds: Grounds) -> Line | None:
        run = grounds.run
        if expires_at(run, self._policy) <= call.now:
            return line("confirm.expired", run=run.number, name=run.name)
        if run.proposed_at is None or call.said_at < run.proposed_at:
            return line("confirm.said_before", run=run.number, name=run.name)
        if why := await self._worthless(call, grounds):
            return line("confirm.refused", run=run.number, why=why)
        typed = await self._typed(call, run)
        if typed is Typed.RIGHT:
            return None
        await self._records.keep(act_of(call), run, "run.code_refused", typed=typed.name.lower())
        if typed is Typed.OUTDATED:
            return await since_then(call.session, run)
        key = "confirm.of_another" if typed is Typed.OF_ANOTHER else "confirm.wrong_code"
        return line(key, run=run.number, prefix=call.prefix)

    async def _worthless(self, call: Call, grounds: Grounds) -> Line | None:
        """Return why nothing can come of the speaker's word now, whatever he types."""
        if why := unfit(call.person.key, call.identity, grounds):
            return line(f"confirm.why.{why}")
        held = await approved(call.session, grounds.wikis, self._policy, call.now)
        lack = lacking(grounds.wikis, held, self._policy)
        return line("run.flaw.approval") if lack else None

    async def _typed(self, call: Call, run: Run) -> Typed:
        return typed_code(
            call.text("code"),
            secret=self._policy.secret,
            current=run.digest,
            person=call.person.key,
            shown=await confirmations.shown(call.session, run.number),
        )

    async def _start(self, call: Call, run: Run, by: tuple[int, ...]) -> Line:
        act = act_of(call)
        names = [(await people.get(call.session, each)).name for each in by]
        started = replace(
            run,
            state=RunState.CANARY,
            started_at=call.now,
            started_by=by,
            confirmed_by=tuple(names),
        )
        await self._records.keep(act, started, "run.started", digest=run.digest, by=list(by))
        counts = await deliveries.counts(call.session, run.number)
        said = line(
            "run.started",
            run=run.number,
            name=run.name,
            digest=digest_code(run.digest or ""),
            count=sum(each.deliveries for each in counts),
            wikis=tuple(each.wiki for each in counts),
            prefix=call.prefix,
        )
        await self._records.show(act, run, reply(said, buttons=run_buttons(started)))
        return said

    async def _wait(self, call: Call, grounds: Grounds) -> Line:
        run = grounds.run
        said = line(
            "confirm.one_of_two",
            run=run.number,
            name=run.name,
            who=call.person.name,
            humans=len(counting(grounds)),
            needed=HUMANS_NEEDED,
            until=Moment(expires_at(run, self._policy), call.person.zone),
            prefix=call.prefix,
        )
        await self._records.tell(act_of(call), run, said)
        return said


async def _objects(call: Call, run: Run) -> bool:
    """Return whether the speaker's objection to a run stands."""
    standing = await confirmations.objections(call.session, run.number)
    return any(each.person == call.person.key for each in standing)
