"""What time does to runs: proposals expire, those who may confirm are reminded, flaws halt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.messages import kept, line, reply
from commands.policy import RunPolicy
from commands.rules.buttons import run_buttons
from commands.rules.confirmation import Grounds, counting, expires_at, reminders, unfit
from commands.rules.digest import digest_code
from commands.rules.lifecycle import UNDER_WAY
from commands.rundesk import Act, Records
from commands.standing import Standing
from storage import notices, people, runs
from storage.runvalues import Run, RunState
from storage.values import Destination, Identity, NoticeKind, Place


class Overseeing:
    """Looks after runs that wait for people, and after those under way."""

    def __init__(self, *, policy: RunPolicy, records: Records, standing: Standing) -> None:
        self._policy = policy
        self._records = records
        self._standing = standing

    async def anything(self, session: AsyncSession) -> bool:
        """Return whether there is any run to look after."""
        return bool(await runs.in_state(session, (RunState.PROPOSED, *UNDER_WAY)))

    async def look(self, act: Act) -> datetime | None:
        """Do what is due. Return when something is due next."""
        await self._standing.halt_unfounded(act)
        instants: list[datetime] = []
        for proposed in await runs.in_state(act.session, (RunState.PROPOSED,)):
            run = await runs.get(act.session, proposed.number, lock=True)
            if run is not None and run.state is RunState.PROPOSED:
                instants += await self._look_after(act, run)
        return min(instants, default=None)

    async def _look_after(self, act: Act, run: Run) -> Iterable[datetime]:
        until = expires_at(run, self._policy)
        if until <= act.now:
            await self._records.void(act, run, RunState.EXPIRED, "run.expired")
            said = line("run.expired", run=run.number, name=run.name)
            await self._records.tell(act, run, said)
            return ()
        pleas = reminders(run, self._policy)
        if due := [instant for instant in pleas if instant <= act.now]:
            await self._remind(act, run, len(due))
        return [instant for instant in (*pleas, until) if instant > act.now]

    async def _remind(self, act: Act, run: Run, ordinal: int) -> None:
        """Remind whoever may confirm and has not; planned once for each plea of a proposal."""
        grounds = await self._standing.grounds(act.session, run)
        said = line(
            "confirm.plea",
            run=run.number,
            name=run.name,
            digest=digest_code(run.digest or ""),
            until=expires_at(run, self._policy),
        )
        for identity in await _silent(act.session, grounds):
            await notices.plan(
                act.session,
                kind=NoticeKind.REMINDER,
                due_at=act.now,
                destination=Destination(identity.network, Place.PERSON, identity.account),
                once=f"plea:{run.number}:{run.proposed_at}:{ordinal}:{identity}",
                run=run.number,
                reply=kept(reply(said, buttons=run_buttons(run))),
            )


async def _silent(session: AsyncSession, grounds: Grounds) -> list[Identity]:
    """Return by which identities the humans may confirm who have not said anything yet."""
    said = {grounds.humans.get(person, person) for person in counting(grounds)}
    return [
        identity
        for person in grounds.coordinators
        if grounds.humans.get(person, person) not in said
        for identity in await people.identities(session, person)
        if unfit(person, identity, grounds) is None
    ]
