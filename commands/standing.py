"""What runs rest on, read from storage: the confirmations, the humans, and what is confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.declaration import Call
from commands.messages import Line, line
from commands.policy import RunPolicy
from commands.prospects import approved, lacking
from commands.rules.authority import humans
from commands.rules.confirmation import HUMANS_NEEDED, Grounds, distinct
from commands.rules.digest import digest
from commands.rules.lifecycle import UNDER_WAY
from commands.rundesk import Act, Records, act_of
from storage import confirmations, deliveries, linking, people, runs, texts
from storage.runvalues import Recipient, Run, RunState


class Standing:
    """Says whether runs may start or go on, and halts those that may not."""

    def __init__(self, *, policy: RunPolicy, records: Records) -> None:
        self._policy = policy
        self._records = records

    async def grounds(self, session: AsyncSession, run: Run) -> Grounds:
        """Return all that a run's start rests on at this moment."""
        counts = await deliveries.counts(session, run.number)
        return Grounds(
            run=run,
            confirmations=await confirmations.confirmations(session, run.number),
            objections=await confirmations.objections(session, run.number),
            coordinators=await self._coordinators(session),
            humans=humans(await linking.links(session)),
            wikis=frozenset(each.wiki for each in counts),
            policy=self._policy,
        )

    async def changed(self, session: AsyncSession, run: Run) -> bool:
        """Return whether a run is not what its digest says, whoever or whatever changed it."""
        audience = await recipients(session, run.number)
        written = await texts.of_run(session, run.number)
        return digest(run, audience, self._policy, texts=written) != run.digest

    async def flaw(self, session: AsyncSession, run: Run, now: datetime) -> str | None:
        """Return why a run that was started may not go on: the end of the key `run.flaw.…`."""
        links = humans(await linking.links(session))
        if distinct(run.started_by, links) < HUMANS_NEEDED:
            return "one-human"
        wikis = {each.wiki for each in await deliveries.counts(session, run.number)}
        if lacking(wikis, await approved(session, wikis, self._policy, now), self._policy):
            return "approval"
        return "changed" if await self.changed(session, run) else None

    async def halt_unfounded(self, act: Act) -> tuple[Line, ...]:
        """Halt every run under way that may not go on. Return a sentence for each."""
        under_way = await runs.in_state(act.session, UNDER_WAY)
        flaws = {run.number: await self.flaw(act.session, run, act.now) for run in under_way}
        # All are locked before the ledger is: whoever does it the other way round deadlocks.
        flawed = [
            (await runs.get(act.session, number, lock=True), flaw)
            for number, flaw in flaws.items()
            if flaw is not None
        ]
        return tuple(
            [await self._halt(act, run, flaw) for run, flaw in flawed if run and _under_way(run)]
        )

    async def linked(self, call: Call) -> tuple[Line, ...]:
        """Look at all runs after two persons turned out to be one human."""
        return await self.halt_unfounded(act_of(call))

    async def _halt(self, act: Act, run: Run, flaw: str) -> Line:
        halted = replace(run, state=RunState.HALTED, halted_by=None, halt_reason=flaw)
        await self._records.keep(act, halted, "run.halted", reason=flaw)
        said = line(
            "run.halted_itself", run=run.number, name=run.name, why=line(f"run.flaw.{flaw}")
        )
        await self._records.tell(act, run, said)
        return said

    async def _coordinators(self, session: AsyncSession) -> Mapping[int, datetime]:
        those = await people.coordinators(session)
        return {each.key: each.coordinator_since for each in those if each.coordinator_since}


async def recipients(session: AsyncSession, run: int) -> Sequence[Recipient]:
    """Return who a run writes to, by number."""
    return [each.recipient for each in await deliveries.of_run(session, run)]


def _under_way(run: Run) -> bool:
    return run.state in UNDER_WAY
