"""What came of a run, read from storage: for the chat and for the report."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from commands.rules.audience import Step
from commands.rules.outcomes import Outcomes, outcomes
from storage import deliveries, funnels, optouts, reactions
from storage.heard import Addressee, Reaction, ReactionKind
from storage.runvalues import Delivery, LeftOut, Run


async def outcomes_of(session: AsyncSession, run: Run) -> Outcomes:
    """Return what came of a run by now."""
    return await outcomes_from(
        session,
        run,
        delivered=await deliveries.of_run(session, run.number),
        left_out=await funnels.left_out(session, run.number),
        heard=await reactions.of_run(session, run.number, tuple(ReactionKind)),
    )


async def outcomes_from(
    session: AsyncSession,
    run: Run,
    *,
    delivered: Sequence[Delivery],
    left_out: Sequence[LeftOut],
    heard: Sequence[Reaction],
) -> Outcomes:
    """Return the same for who has read all about the run already."""
    asked = {
        Addressee(to.wiki, to.user, to.human): to.number
        for to in (each.recipient for each in delivered)
        if to.user
    }
    listed = await optouts.opted_out(session, tuple(asked))
    started = run.started_at
    return outcomes(
        run,
        delivered,
        heard,
        opted_out={asked[who] for who, entry in listed.items() if started and entry.at >= started},
        held_out=sum(each.step == Step.HELD_OUT for each in left_out),
    )
