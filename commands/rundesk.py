"""What the desks for runs have in common: finding the run meant, and keeping what is done to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.declaration import Argument, Call, Kind
from commands.messages import Line, Reply, line, reply
from commands.policy import RunPolicy
from commands.rules.buttons import run_buttons
from commands.rules.lifecycle import EDITABLE, drafted
from commands.spreading import tell
from storage import cards, confirmations, deliveries, ledger, people, runs
from storage.runvalues import Run, RunState
from storage.values import Card, CardKind, Destination

RUN = Argument("run", Kind.NUMBER)
RUN_CARDS = (CardKind.RUN, CardKind.PREVIEW)
"""What shows how a run stands."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something done to a run: in which transaction, when, and by whom.

    `actor` is None for the bot itself. `where` is a channel that hears of it anyway.
    """

    session: AsyncSession
    now: datetime
    actor: int | None = None
    where: Destination | None = None


class Records:
    """Keeps what is done to runs: in their rows, in the ledger, and told to the coordinators."""

    def __init__(self, *, policy: RunPolicy) -> None:
        self._channels = policy.coordinators

    async def keep(self, act: Act, run: Run, action: str, **details: object) -> None:
        """Keep a run's changed values and put it on record. No names belong into `details`.

        Messages that show the run are looked at again.
        """
        await runs.save(act.session, run)
        await ledger.append(
            act.session,
            at=act.now,
            actor=act.actor,
            action=action,
            subject=f"run:{run.number}",
            details=details,
        )
        await cards.look_again(act.session, RUN_CARDS, run.number, act.now)

    async def void(self, act: Act, run: Run, state: RunState, action: str) -> Run:
        """End a run's proposal: nothing that was confirmed counts any more."""
        count = await confirmations.void(act.session, run.number)
        voided = replace(
            run,
            state=state,
            digest=None,
            terms=None,
            proposed_by=None,
            proposed_at=None,
            expires_at=None,
        )
        await self.keep(act, voided, action, digest=run.digest, confirmations=count)
        return voided

    async def reopen(self, act: Act, run: Run) -> tuple[Run, tuple[Line, ...]]:
        """End the proposal of a run that is about to be changed, and say so.

        A run that is not proposed stays as it is.
        """
        if run.state is not RunState.PROPOSED:
            return run, ()
        counts = await deliveries.counts(act.session, run.number)
        state = drafted(sum(each.deliveries for each in counts))
        voided = await self.void(act, run, state, "run.voided")
        said = line("run.voided", run=run.number, name=run.name, who=await _name(act))
        await self.tell(act, run, said)
        return voided, (said,)

    async def tell(self, act: Act, run: Run, *said: Line) -> None:
        """Tell the coordinators' channels, but for the one that hears it anyway."""
        await self.show(act, run, reply(*said))

    async def show(self, act: Act, run: Run, said: Reply) -> None:
        """Tell them something with what chats with more than text can show."""
        await self.announce(act, said, run=run.number)

    async def announce(self, act: Act, said: Reply, *, run: int | None = None) -> None:
        """Tell them something that may concern no run, or several."""
        await tell(act.session, self._channels, said, now=act.now, heard_in=act.where, run=run)


def act_of(call: Call) -> Act:
    """Return what a command does as an act of its speaker."""
    return Act(call.session, call.now, call.person.key, call.where)


def as_card(run: Run, *said: Line) -> Reply:
    """Return sentences about a run as its card, with what can be pressed for it."""
    card = Card(CardKind.RUN, run.number, run.digest or "")
    return reply(*said, buttons=run_buttons(run), card=card)


async def run_meant(call: Call, *, lock: bool = True) -> Run | Line:
    """Return the run of the argument RUN, locked, or a sentence that there is none."""
    number = call.number(RUN.name)
    run = await runs.get(call.session, number, lock=lock)
    return run or line("run.no_such", number=number, prefix=call.prefix)


async def run_to_change(act: Act, number: int) -> Run | Line:
    """Return a run, locked, or a sentence that it cannot be changed. Raises LookupError."""
    run = await runs.get(act.session, number, lock=True)
    if run is None:
        raise LookupError(f"no run {number}")
    return run if run.state in EDITABLE else not_now(run)


def not_now(run: Run) -> Line:
    """Return a sentence that something cannot be done with a run as it stands."""
    return line("run.not_now", run=run.number, name=run.name, state=state_line(run))


def state_line(run: Run) -> Line:
    """Return the words for where a run stands."""
    return line(f"run.state.{run.state}")


def stated(reason: str) -> Line | str:
    """Return a reason as it is said: whoever objects by a button gives none."""
    return reason or line("object.no_reason")


async def _name(act: Act) -> str:
    return "" if act.actor is None else (await people.get(act.session, act.actor)).name
