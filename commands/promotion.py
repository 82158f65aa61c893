"""Promotion carried out: what is due of plans and proposals becomes notices, each once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.eventdesk import standing
from commands.hosts import host_of
from commands.messages import Line, Moment, Reply, Value, kept, line, reply
from commands.planning import Planning
from commands.promotionlines import ticking
from commands.promotionpolicy import PromotionPolicy
from commands.promotionsteps import filled, made, what
from commands.proposalcard import as_card, headed
from commands.readers import Onlooker
from commands.rules.promotion import done, ended, renewed
from commands.rules.schedule import current
from commands.saying import PATIENCE
from commands.spreading import tell
from storage import events, notices, promotion, proposals, wishes
from storage.promotionvalues import Deed, Doer, Proposal, ProposalState, Step, StepState
from storage.values import Event, EventState, Identity, NoticeKind, NoticeState

Carrier = Callable[[AsyncSession, Event, datetime], Awaitable[object]]
"""Does, in the transaction that it is given, what the bot does by itself for an event."""

_HEARD_BY = PATIENCE + timedelta(hours=1)
"""After so long a host has heard his reminder, or never will."""
_PREFIX = "!"


class Promotion:
    """Takes the steps that are due, and looks after proposals that wait.

    `carriers` do what belongs to other parts: without one the coordinators are told what to do
    by hand.
    """

    def __init__(
        self,
        *,
        policy: PromotionPolicy,
        planning: Planning,
        carriers: Mapping[Deed, Carrier],
    ) -> None:
        self._policy = policy
        self._planning = planning
        self._carriers = {Deed.ANNOUNCE: self._announce, **carriers}

    async def take(self, session: AsyncSession, event: Event, step: Step, now: datetime) -> None:
        """See to a step about which something is to be done; the event is locked."""
        await promotion.save(session, await self._taken(session, event, step, now))

    async def renew(self, session: AsyncSession, number: int, now: datetime) -> None:
        """Make the plan of a series for its next occurrence, where it comes round seldom."""
        event = await events.get(session, number, lock=True)
        following = None if event is None else renewed(event, now)
        if event is not None and following is not None:
            await made(session, event, self._policy.book, now, following)

    async def look_after(
        self, session: AsyncSession, event: Event, proposal: Proposal, now: datetime
    ) -> None:
        """Remind coordinators of a proposal that waits, or let it go once its time has come."""
        if event.starts_at <= now:
            await self._lapse(session, event, proposal, now)
            return
        to = Onlooker(now, _PREFIX)
        card = await as_card(session, event, proposal, to, standing=standing(to, event))
        waits = line("proposals.still_waits", waits=now - proposal.proposed_at)
        await tell(session, self._policy.coordinators, headed(card, waits), now=now)
        wake_at = min(now + self._policy.repeat, event.starts_at)
        repeated = proposal.repeated + 1
        await proposals.save(session, replace(proposal, repeated=repeated, wake_at=wake_at))

    async def _lapse(
        self, session: AsyncSession, event: Event, proposal: Proposal, now: datetime
    ) -> None:
        lapsed = replace(proposal, state=ProposalState.LAPSED, wake_at=None, decided_at=now)
        await proposals.save(session, lapsed)
        said = line("proposals.lapsed", prefix=_PREFIX, **_facts(event))
        await self._tell(session, proposal.identity, reply(said), now=now)
        await tell(session, self._policy.coordinators, reply(said), now=now)

    async def _taken(self, session: AsyncSession, event: Event, step: Step, now: datetime) -> Step:
        """Do what a step asks for now, and return it as it stands after that."""
        if event.state is not EventState.SCHEDULED or event.test:
            return ended(step, StepState.DROPPED)
        if step.state is StepState.TOLD:
            await self._unheard(session, event, step, now)
            return replace(step, wake_at=None)
        if step.before >= timedelta(0) and step.occurrence <= now:
            return ended(step, StepState.PASSED)
        if step.doer is not Doer.BOT:
            return await self._remind(session, event, step, now)
        return await self._carry(session, event, step, now)

    async def _carry(self, session: AsyncSession, event: Event, step: Step, now: datetime) -> Step:
        carrier = self._carriers.get(step.deed) if step.deed else None
        if carrier is not None and await carrier(session, event, now) is not False:
            return done(step, None, now)
        by_hand = line(f"promotion.by_hand.{step.deed}", prefix=_PREFIX, **_facts(event))
        ticked = _hint(event, step)
        said = reply(by_hand, ticked, buttons=ticking(event, step))
        await tell(session, self._policy.coordinators, said, now=now)
        return ended(step, StepState.TOLD)

    async def _announce(self, session: AsyncSession, event: Event, now: datetime) -> bool:
        """Tell wherever the event goes; return False where it goes nowhere."""
        hearers = await self._planning.channels(session, event)
        starts = Moment(current(event, now) or event.starts_at, event.zone)
        said = line("promotion.announced", starts=starts, kind=event.kind, **_facts(event))
        await self._planning.announce(session, event, said, hearers, now=now)
        return bool(hearers)

    async def _remind(self, session: AsyncSession, event: Event, step: Step, now: datetime) -> Step:
        """Remind the host in private, or coordinators where he cannot be told anything."""
        host = await host_of(session, event, networks=self._policy.networks)
        said = _reminder(event, step)
        if host is None:
            await tell(session, self._policy.coordinators, said, now=now)
            return ended(step, StepState.TOLD)
        await self._tell(session, host, said, now=now, once=_once(step))
        return replace(step, state=StepState.TOLD, wake_at=now + _HEARD_BY)

    async def _unheard(
        self, session: AsyncSession, event: Event, step: Step, now: datetime
    ) -> None:
        """Tell coordinators what the host could not be told."""
        if await notices.stands(session, _once(step)) is not NoticeState.SENT:
            said = headed(_reminder(event, step), line("promotion.unheard", **_facts(event)))
            await tell(session, self._policy.coordinators, said, now=now)

    async def _tell(
        self,
        session: AsyncSession,
        who: Identity,
        said: Reply,
        *,
        now: datetime,
        once: str | None = None,
    ) -> None:
        await notices.plan(
            session,
            kind=NoticeKind.ANSWER,
            due_at=now,
            destination=wishes.told(who),
            once=once,
            reply=kept(said),
        )


def _reminder(event: Event, step: Step) -> Reply:
    starts = Moment(step.occurrence, event.zone)
    said: tuple[Line, ...] = (
        line("promotion.asked", starts=starts, what=what(step, event), **_facts(event)),
    )
    if step.doer is Doer.TEXT and step.text:
        ready = line("promotion.ready", starts=starts, **_facts(event))
        said = (ready, line("promotion.words", text=filled(step.text, event)))
    return reply(*said, _hint(event, step), buttons=ticking(event, step))


def _hint(event: Event, step: Step) -> Line:
    return line("promotion.tick", number=event.number, step=step.number, prefix=_PREFIX)


def _once(step: Step) -> str:
    return f"promotion:{step.key}:{step.due_at.isoformat()}"


def _facts(event: Event) -> dict[str, Value]:
    return {"number": event.number, "title": event.title}
