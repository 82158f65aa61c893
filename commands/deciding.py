"""The desk where coordinators decide about proposed events, and whoever proposed is told."""

from __future__ import annotations

from dataclasses import replace

from commands.advising import Advising
from commands.declaration import Argument, Call, Command, Kind, Who
from commands.details import Unfit, fit_text
from commands.eventdesk import EVENT, as_card, record, shown, standing
from commands.grammar import next_word, plain
from commands.messages import Line, Reply, kept, line, reply
from commands.offsets import Misunderstood
from commands.planning import Planning
from commands.policy import EventPolicy
from commands.promotionlines import planned
from commands.promotionpolicy import PromotionPolicy
from commands.promotionsteps import made
from commands.rules import announcements
from commands.spreading import tell
from commands.when import understand
from storage import events, notices, proposals, wishes
from storage.promotionvalues import Proposal, ProposalState
from storage.values import Event, EventState, NoticeKind

_REFUSED = {
    ProposalState.ACCEPTED: "proposals.is_accepted",
    ProposalState.WITHDRAWN: "proposals.is_withdrawn",
}


class Deciding:
    """Accepts proposals, or declines them."""

    def __init__(
        self,
        *,
        policy: EventPolicy,
        promotion: PromotionPolicy,
        planning: Planning,
        advising: Advising,
    ) -> None:
        self._policy = policy
        self._promotion = promotion
        self._planning = planning
        self._advising = advising

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "accept",
                Who.COORDINATOR,
                "help.accept",
                "accept 7 workshop thursday 18:00 Europe/Stockholm",
                self.accept,
                (EVENT, Argument("how", Kind.TEXT, optional=True)),
                writes=True,
                pressable=True,
                form="accept N [KIND] [WHEN]",
            ),
            Command(
                "decline",
                Who.COORDINATOR,
                "help.decline",
                "decline 7 | We had this topic last month",
                self.decline,
                (EVENT, Argument("reason", Kind.PART, optional=True)),
                writes=True,
                pressable=True,
            ),
        )

    async def accept(self, call: Call) -> Reply:
        """Make an event of a proposal: reminders are planned, and everybody concerned is told."""
        found = await self._to_decide(call)
        if isinstance(found, Line):
            return reply(found)
        proposed, proposal = found
        wanted, doubts = self._as_asked(call, proposed)
        if isinstance(wanted, Line):
            return reply(wanted)
        event = await self._schedule(call, wanted, proposal)
        said = line(
            "event.added",
            number=event.number,
            title=event.title,
            kind=event.kind,
            standing=standing(call, event),
        )
        advice = await self._advising.at_once(call, event)
        steps = await made(call.session, event, self._promotion.book, call.now)
        return as_card(event, call.now, said, *doubts, *advice, *planned(call, event, steps))

    async def decline(self, call: Call) -> Reply:
        """Decide against a proposal, and tell whoever has made it why."""
        found = await self._to_decide(call)
        if isinstance(found, Line):
            return reply(found)
        event, proposal = found
        if proposal.state is ProposalState.DECLINED:
            why = proposal.reason or "–"
            return reply(line("proposals.is_declined", number=event.number, reason=why))
        reason = fit_text("reason", call.text("reason", ""))
        if isinstance(reason, Unfit):
            return reply(reason.problem)
        await self._decide(call, proposal, ProposalState.DECLINED, reason)
        await record(call, "event.declined", event)
        key = "proposals.declined_for" if reason else "proposals.declined"
        told = line(key, number=event.number, title=event.title, reason=reason, prefix="!")
        await self._tell_proposer(call, proposal, told)
        said = line("proposals.you_declined", number=event.number, title=event.title)
        await self._tell_coordinators(call, said)
        return reply(said)

    async def _to_decide(self, call: Call) -> tuple[Event, Proposal] | Line:
        """Return the proposal meant, locked, or a sentence why nothing is to be decided."""
        number = call.number(EVENT.name)
        event = await events.get(call.session, number, lock=True)
        proposal = await proposals.get(call.session, number)
        if event is None or proposal is None:
            return line("proposals.no_such", number=number, prefix=call.prefix)
        if refused := _REFUSED.get(proposal.state):
            return line(refused, number=number)
        return event, proposal

    def _as_asked(self, call: Call, proposed: Event) -> tuple[Event | Line, tuple[Line, ...]]:
        """Return the event as the coordinator wants it: of another kind, at another time."""
        event, rest = self._of_kind(proposed, call.text("how", ""))
        if not rest:
            if event.starts_at <= call.now:
                return line("proposals.past", number=event.number, prefix=call.prefix), ()
            return event, ()
        time = understand(rest, now=call.now, zone=call.person.zone or event.zone)
        if isinstance(time, Misunderstood):
            return time.problem, ()
        return replace(event, starts_at=time.instant, zone=time.zone), time.doubts

    def _of_kind(self, event: Event, how: str) -> tuple[Event, str]:
        word, rest = next_word(how)
        kind = next((each for each in self._policy.kinds if plain(each) == plain(word)), None)
        if kind is None:
            return event, how
        usual = self._policy.kinds.get(event.kind)
        lasts = self._policy.kinds[kind].duration
        # Who proposed it may have said how long it takes.
        own = usual is None or event.duration != usual.duration
        return replace(event, kind=kind, duration=event.duration if own else lasts), rest

    async def _schedule(self, call: Call, proposed: Event, proposal: Proposal) -> Event:
        here = () if call.where is None else (call.where,)
        event = replace(
            proposed,
            state=EventState.SCHEDULED,
            sequence=proposed.sequence + 1,
            channels=proposed.channels or here,
        )
        await events.save(call.session, event, now=call.now)
        await self._planning.replan(call.session, event, call.now)
        hearers = await self._planning.hearers(call.session, event)
        elsewhere = [each for each in hearers if each != call.where]
        said = announcements.added(event, call.now)
        await self._planning.announce(call.session, event, said, elsewhere, now=call.now)
        await self._decide(call, proposal, ProposalState.ACCEPTED, None)
        await record(call, "event.accepted", event, kind=event.kind)
        told = line(
            "proposals.accepted",
            number=event.number,
            title=event.title,
            starts=shown(call, event, event.starts_at),
            prefix="!",
        )
        await self._tell_proposer(call, proposal, told)
        await self._tell_coordinators(
            call, line("proposals.you_accepted", number=event.number, title=event.title)
        )
        return event

    async def _decide(
        self, call: Call, proposal: Proposal, state: ProposalState, reason: str | None
    ) -> None:
        decided = replace(
            proposal,
            state=state,
            wake_at=None,
            decided_at=call.now,
            decided_by=call.person.key,
            reason=reason,
        )
        await proposals.save(call.session, decided)

    async def _tell_proposer(self, call: Call, proposal: Proposal, said: Line) -> None:
        """Tell the decision in private, unless the speaker decided about his own."""
        if proposal.person == call.person.key:
            return
        await notices.plan(
            call.session,
            kind=NoticeKind.ANSWER,
            due_at=call.now,
            destination=wishes.told(proposal.identity),
            reply=kept(reply(said)),
        )

    async def _tell_coordinators(self, call: Call, said: Line) -> None:
        """Tell those who may be about to decide too; their cards show it already."""
        channels = self._promotion.coordinators
        await tell(call.session, channels, reply(said), now=call.now, heard_in=call.where)
