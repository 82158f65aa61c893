"""Events that somebody has proposed: who, whether it is decided, and when to ask for it again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import events
from storage.columns import Table
from storage.people import IdentityRow, key_of
from storage.promotionvalues import Proposal, ProposalState
from storage.values import Event, Identity


class ProposalRow(Table):
    """One proposal; the event itself stands with the others."""

    __tablename__ = "proposal"

    event: Mapped[int] = mapped_column(ForeignKey("event.number"), primary_key=True)
    identity: Mapped[int] = mapped_column(ForeignKey("identity.key"), index=True)
    state: Mapped[str]
    proposed_at: Mapped[datetime]
    repeated: Mapped[int] = mapped_column(default=0)
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the coordinators are to be reminded of it, or it lapses; None once it is decided."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
    reason: Mapped[str | None]


async def add(
    session: AsyncSession, event: int, *, identity: Identity, wake_at: datetime, now: datetime
) -> None:
    """Keep that an event is proposed by somebody who is known."""
    key = await session.scalar(select(key_of(identity)))
    row = ProposalRow(
        event=event,
        identity=key,
        state=ProposalState.OPEN,
        proposed_at=now,
        wake_at=wake_at,
    )
    session.add(row)
    await session.flush()


async def get(session: AsyncSession, event: int) -> Proposal | None:
    """Return an event's proposal. Whoever is about to change it has the event locked."""
    found = await _read(session, _WITH_PROPOSER.where(ProposalRow.event == event))
    return found[0] if found else None


async def save(session: AsyncSession, proposal: Proposal) -> None:
    """Keep a proposal's changed values; who proposed it never changes."""
    row = await session.get_one(ProposalRow, proposal.event)
    row.state, row.reason = proposal.state, proposal.reason
    row.repeated, row.wake_at = proposal.repeated, proposal.wake_at
    row.decided_at, row.decided_by = proposal.decided_at, proposal.decided_by
    await session.flush()


async def undecided(session: AsyncSession) -> tuple[Proposal, ...]:
    """Return all proposals that wait for a decision, oldest first."""
    waiting = _WITH_PROPOSER.where(ProposalRow.state == ProposalState.OPEN)
    return await _read(session, waiting.order_by(ProposalRow.event))


async def lately(session: AsyncSession, person: int, since: datetime) -> int:
    """Return how many proposals a person has made since then, whatever became of them."""
    counted = await session.scalar(
        select(func.count())
        .select_from(ProposalRow)
        .join(IdentityRow, IdentityRow.key == ProposalRow.identity)
        .where(IdentityRow.person == person, ProposalRow.proposed_at > since)
    )
    return counted or 0


async def next_due(
    session: AsyncSession, now: datetime, *, besides: Collection[int] = ()
) -> tuple[Event, Proposal] | None:
    """Return a proposal about which something is to be done, and its event, which is locked."""
    due = (ProposalRow.wake_at <= now, ProposalRow.event.not_in(besides))
    while True:
        number = await session.scalar(
            select(ProposalRow.event).where(*due).order_by(ProposalRow.wake_at).limit(1)
        )
        if number is None:
            return None
        event = await events.get(session, number, lock=True)
        found = await _read(session, _WITH_PROPOSER.where(*due, ProposalRow.event == number))
        if event is not None and found:
            return event, found[0]


async def next_wake(session: AsyncSession) -> datetime | None:
    """Return when something is to be done next about a proposal."""
    return await session.scalar(select(func.min(ProposalRow.wake_at)))


_WITH_PROPOSER = select(ProposalRow, IdentityRow).join(
    IdentityRow, IdentityRow.key == ProposalRow.identity
)


async def _read(
    session: AsyncSession, asked: Select[ProposalRow, IdentityRow]
) -> tuple[Proposal, ...]:
    rows = await session.execute(asked.execution_options(populate_existing=True))
    return tuple(_value(row, proposer) for row, proposer in rows)


def _value(row: ProposalRow, proposer: IdentityRow) -> Proposal:
    return Proposal(
        event=row.event,
        identity=Identity(proposer.network, proposer.account),
        person=proposer.person,
        proposed_at=row.proposed_at,
        state=ProposalState(row.state),
        repeated=row.repeated,
        wake_at=row.wake_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        reason=row.reason,
    )
