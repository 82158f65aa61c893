"""The desk where anybody proposes an event, and takes it back or makes it better while it waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from commands.advising import Advising
from commands.declaration import Argument, Call, Command, Kind, Who
from commands.details import REPEATABLE, Unfit, described, fit_text
from commands.eventdesk import EVENT, record, shown, standing
from commands.grammar import excerpt, nearest, plain
from commands.messages import Line, Reply, line, reply
from commands.offsets import Misunderstood
from commands.paging import PAGE, page_of
from commands.policy import EventPolicy
from commands.promotionpolicy import PromotionPolicy
from commands.proposalcard import as_card, headed
from commands.proposalwords import FIELDS, Said, heard, said_again
from commands.spreading import tell
from commands.when import Understood, understand
from storage import events, people, proposals
from storage.promotionvalues import Proposal, ProposalState
from storage.values import Event, EventState

_DAY = timedelta(days=1)
_MOST_LINES = 8
_MOST_LOOSE = 5
_LONGEST_LINE = 400
"""In letters; IRC has room for about as many in one line, and a longer one is not typed again."""
_SOME_TIME = "next tuesday 17:00 UTC"
EDIT = "proposal edit"


class Proposals:
    """What is proposed waits here. `new_uid` makes an iCalendar UID (RFC 5545, 3.8.4.7)."""

    def __init__(
        self,
        *,
        policy: EventPolicy,
        promotion: PromotionPolicy,
        advising: Advising,
        new_uid: Callable[[], str],
    ) -> None:
        self._policy = policy
        self._promotion = promotion
        self._advising = advising
        self._new_uid = new_uid

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "propose",
                Who.IDENTIFIED,
                "help.propose",
                "propose | Write your first bot | when: 15 december 17:00 UTC | speaker: Ada"
                " | about: From an idea to a bot that edits, in an hour",
                self.propose,
                (
                    Argument("title", Kind.TEXT, optional=True),
                    Argument("parts", Kind.PARTS, optional=True),
                ),
                writes=True,
                form="propose | TITLE | when: TIME [| field: value]…",
            ),
            Command(
                "proposal edit",
                Who.IDENTIFIED,
                "help.proposal_edit",
                "proposal edit 7 | when: thursday 18:00 UTC | about: With time for questions",
                self.edit,
                (
                    EVENT,
                    Argument("fields", Kind.FIELDS, choices=FIELDS, repeatable=REPEATABLE),
                ),
                writes=True,
            ),
            Command(
                "proposal withdraw",
                Who.IDENTIFIED,
                "help.proposal_withdraw",
                "proposal withdraw 7",
                self.withdraw,
                (EVENT,),
                writes=True,
            ),
            Command(
                "proposals",
                Who.IDENTIFIED,
                "help.proposals",
                "proposals",
                self.waiting,
                (PAGE,),
                pressable=True,
            ),
        )

    async def propose(self, call: Call) -> Reply:
        """Keep a proposal and put it before the coordinators."""
        said = heard(call.text("title", ""), call.parts("parts"))
        if problem := await self._refused(call, said):
            return reply(*problem)
        time = understand(said.when, now=call.now, zone=call.person.zone)
        if isinstance(time, Misunderstood):
            return reply(time.problem, self._again(call, said))
        kind, doubts = self._kind(said)
        event = self._described(call, said, self._bare(call, kind, time))
        if isinstance(event, Unfit):
            return reply(event.problem, line("proposals.nothing_kept"))
        event = await self._keep(call, event)
        await record(call, "event.proposed", event)
        return await self._kept(call, event, said, (*time.doubts, *doubts))

    async def edit(self, call: Call) -> Reply:
        """Change a proposal that waits."""
        found = await self._own(call)
        if isinstance(found, Line):
            return reply(found)
        event, proposal = found
        fields = dict(call.fields)
        doubts: tuple[Line, ...] = ()
        if when := "".join(fields.pop("when", ())):
            time = understand(when, now=call.now, zone=call.person.zone or event.zone)
            if isinstance(time, Misunderstood):
                return reply(time.problem)
            event, doubts = replace(event, starts_at=time.instant, zone=time.zone), time.doubts
        changed = described(event, fields, policy=self._policy, network=call.identity.network)
        if isinstance(changed, Unfit):
            return reply(changed.problem)
        await events.save(call.session, changed, now=call.now)
        wake_at = min(proposal.wake_at or changed.starts_at, changed.starts_at)
        await proposals.save(call.session, replace(proposal, wake_at=wake_at))
        await record(call, "event.proposal_edited", changed, fields=sorted(call.fields))
        said = line("proposals.edited", standing=standing(call, changed), **_facts(changed))
        return reply(said, *doubts, *await self._advising.at_once(call, changed, EDIT))

    async def withdraw(self, call: Call) -> Reply:
        """Take a proposal back; coordinators need not decide any more."""
        found = await self._own(call)
        if isinstance(found, Line):
            return reply(found)
        event, proposal = found
        gone = replace(proposal, state=ProposalState.WITHDRAWN, wake_at=None, decided_at=call.now)
        await proposals.save(call.session, gone)
        await record(call, "event.withdrawn", event)
        said = reply(line("proposals.withdrawn", **_facts(event)))
        await tell(
            call.session,
            self._promotion.coordinators,
            said,
            now=call.now,
            heard_in=call.where,
        )
        return said

    async def waiting(self, call: Call) -> Reply:
        """List what waits for a decision: all of it for coordinators, others see their own."""
        decides = call.person.coordinator_since is not None
        found = [
            each
            for each in await proposals.undecided(call.session)
            if decides or each.person == call.person.key
        ]
        private = call.where is not None and call.where not in self._promotion.coordinators
        if not found:
            return reply(line("proposals.none", prefix=call.prefix), private=private)
        page = page_of(call, found, _MOST_LINES)
        lines = [await _entry(call, each) for each in page.items]
        how = [line("proposals.how_to_decide", prefix=call.prefix)] if decides else []
        return reply(
            *lines,
            *page.hint(call, "proposals"),
            *how,
            private=private,
            buttons=page.buttons("proposals"),
        )

    async def _refused(self, call: Call, said: Said) -> tuple[Line, ...]:
        """Return what lacks before a proposal can be kept at all, or why none more is taken."""
        if not said.title:
            return (line("proposals.no_title", prefix=call.prefix, when=_SOME_TIME),)
        title = fit_text("title", said.title)
        if isinstance(title, Unfit):
            return (title.problem, line("proposals.nothing_kept"))
        if not said.when:
            return (line("proposals.no_when"), self._again(call, said))
        mine = [
            each
            for each in await proposals.undecided(call.session)
            if each.person == call.person.key
        ]
        if len(mine) >= self._promotion.most_open:
            return (line("proposals.too_many", count=len(mine), prefix=call.prefix),)
        lately = await proposals.lately(call.session, call.person.key, call.now - _DAY)
        if lately >= self._promotion.most_a_day:
            return (line("proposals.too_fast", count=lately),)
        return ()

    def _again(self, call: Call, said: Said) -> Line:
        typed = call.prefix + said_again(said, _SOME_TIME)
        if len(typed) > _LONGEST_LINE:
            return line("proposals.again_with", when=_SOME_TIME)
        return line("proposals.again", typed=typed)

    def _kind(self, said: Said) -> tuple[str, tuple[Line, ...]]:
        """Return the kind that is meant: that, or the one most like it, or else the first."""
        kinds = tuple(self._policy.kinds)
        given = "".join(said.fields.get("kind", ()))
        if not given:
            return kinds[0], ()
        same = [kind for kind in kinds if plain(kind) == plain(given)]
        if same:
            return same[0], ()
        taken = (*nearest(given, kinds), kinds[0])[0]
        return taken, (line("proposals.kind_taken", kind=taken, kinds=kinds),)

    def _bare(self, call: Call, kind: str, time: Understood) -> Event:
        here = () if call.where is None else (call.where,)
        return Event(
            number=0,
            uid=self._new_uid(),
            kind=kind,
            title="",
            starts_at=time.instant,
            zone=time.zone,
            duration=self._policy.kinds[kind].duration,
            state=EventState.PROPOSED,
            channels=self._policy.channels or here,
            usual=bool(self._policy.channels),
        )

    def _described(self, call: Call, said: Said, event: Event) -> Event | Unfit:
        fields = {name: values for name, values in said.fields.items() if name != "kind"}
        named = {"title": (said.title,), **fields}
        return described(event, named, policy=self._policy, network=call.identity.network)

    async def _keep(self, call: Call, event: Event) -> Event:
        event = await events.add(call.session, event, created_by=call.person.key, now=call.now)
        await proposals.add(
            call.session,
            event.number,
            identity=call.identity,
            wake_at=min(call.now + self._promotion.repeat, event.starts_at),
            now=call.now,
        )
        return event

    async def _kept(self, call: Call, event: Event, said: Said, doubts: tuple[Line, ...]) -> Reply:
        """Put a new proposal before the coordinators, and answer whoever has made it."""
        proposal = await proposals.get(call.session, event.number)
        if proposal is None:
            raise LookupError(f"proposal {event.number} was not kept")
        card = await as_card(call.session, event, proposal, call, standing=standing(call, event))
        here = call.where in self._promotion.coordinators
        await tell(
            call.session,
            self._promotion.coordinators,
            headed(card, line("proposals.new")),
            now=call.now,
            heard_in=call.where,
        )
        parts = tuple(excerpt(each) for each in said.loose[:_MOST_LOOSE])
        loose = [line("proposals.loose", parts=parts)] if parts else []
        advice = await self._advising.at_once(call, event, EDIT)
        kept = line("proposals.kept", standing=standing(call, event), **_facts(event))
        told = self._told(call, event)
        answer = reply(kept, *doubts, *loose, *advice, told)
        return replace(answer, buttons=card.buttons, card=card.card) if here else answer

    def _told(self, call: Call, event: Event) -> Line:
        key = "proposals.told" if self._promotion.coordinators else "proposals.told_nobody"
        return line(key, number=event.number, prefix=call.prefix)

    async def _own(self, call: Call) -> tuple[Event, Proposal] | Line:
        """Return the proposal that the speaker may change, locked, or why he cannot."""
        number = call.number(EVENT.name)
        event = await events.get(call.session, number, lock=True)
        proposal = await proposals.get(call.session, number)
        if event is None or proposal is None:
            return line("proposals.no_such", number=number, prefix=call.prefix)
        may = call.person.key == proposal.person or call.person.coordinator_since is not None
        if not may:
            return line("proposals.not_yours", number=number)
        if proposal.state is not ProposalState.OPEN:
            return line("proposals.is_decided", number=number, prefix=call.prefix)
        return event, proposal


async def _entry(call: Call, proposal: Proposal) -> Line:
    event = await events.get(call.session, proposal.event)
    if event is None:
        raise LookupError(f"no event {proposal.event}")
    return line(
        "proposals.entry",
        who=(await people.get(call.session, proposal.person)).name,
        starts=shown(call, event, event.starts_at),
        waits=call.now - proposal.proposed_at,
        **_facts(event),
    )


def _facts(event: Event) -> dict[str, int | str]:
    return {"number": event.number, "title": event.title, "kind": event.kind}
