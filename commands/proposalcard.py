"""A proposed event as coordinators see it: what it would be, who proposes it, how it stands."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from commands.eventcard import essentials
from commands.grammar import excerpt
from commands.messages import Line, Reply, line, reply
from commands.readers import Reader
from commands.rules.buttons import proposal_buttons
from storage import people
from storage.promotionvalues import Proposal, ProposalState
from storage.values import Card, CardKind, Event

_MOST_OF_ABOUT = 300


async def as_card(
    session: AsyncSession, event: Event, proposal: Proposal, to: Reader, *, standing: Line
) -> Reply:
    """Return a proposal as its card; `standing` says when it would take place."""
    who = (await people.get(session, proposal.person)).name
    about = event.description or ""
    told = [line("proposals.about", about=excerpt(about, _MOST_OF_ABOUT))] if about else []
    said = (
        line("proposals.by", who=who, number=event.number),
        *essentials(event, to, standing=standing),
        *told,
        *_stands(event, proposal, to.prefix),
    )
    waiting = proposal.state is ProposalState.OPEN
    buttons = proposal_buttons(event) if waiting else ()
    return reply(*said, buttons=buttons, card=Card(CardKind.EVENT, event.number))


def headed(card: Reply, said: Line) -> Reply:
    """Return a card with a sentence before it."""
    return replace(card, lines=(said, *card.lines))


def _stands(event: Event, proposal: Proposal, prefix: str) -> list[Line]:
    if proposal.state is ProposalState.OPEN:
        return [line("proposals.decide", number=event.number, prefix=prefix)]
    if proposal.state is ProposalState.DECLINED:
        return [line("proposals.is_declined", number=event.number, reason=proposal.reason or "–")]
    if proposal.state is ProposalState.WITHDRAWN:
        return [line("proposals.is_withdrawn", number=event.number)]
    return [line("proposals.is_lapsed", number=event.number)]
