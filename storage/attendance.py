"""Who said that he comes to an event, who waits for a place, and how each is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import (
    ForeignKey,
    String,
    bindparam,
    cast,
    delete,
    func,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from storage import events
from storage.columns import Table
from storage.events import EventRow
from storage.notices import NoticeRow
from storage.people import IdentityRow, key_of
from storage.values import (
    AttendanceState,
    Attendee,
    Destination,
    EventState,
    Identity,
    NoticeKind,
    Place,
)
from storage.wishes import WishRow

_TAKEN = (AttendanceState.COMING, AttendanceState.OFFERED)
_BEST_FIRST = (
    AttendanceState.COMING,
    AttendanceState.OFFERED,
    AttendanceState.WAITING,
    AttendanceState.LAPSED,
)


class AttendanceRow(Table):
    """One person's word that he comes to one event, to every occurrence of a series."""

    __tablename__ = "attendance"

    event: Mapped[int] = mapped_column(ForeignKey("event.number"), primary_key=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.key"), primary_key=True, index=True)
    said_at: Mapped[datetime]
    """Since when he stands in line."""
    state: Mapped[str] = mapped_column(default="coming", index=True)
    private: Mapped[bool] = mapped_column(default=False)
    identity: Mapped[int | None] = mapped_column(ForeignKey("identity.key"))
    """By which he is told of the event in private."""
    offsets: Mapped[list[int] | None]
    """In seconds before the start; None where he did not say how long before."""
    offered_until: Mapped[datetime | None] = mapped_column(index=True)
    """Until when the place that became free waits for his answer."""


# Asked for with every event shown, and made once: to make it takes longer than to run it.
_COUNT = (
    select(func.count())
    .select_from(AttendanceRow)
    .where(AttendanceRow.event == bindparam("event"), AttendanceRow.state == AttendanceState.COMING)
)


async def of(session: AsyncSession, event: int) -> tuple[Attendee, ...]:
    """Return all on an event's list in the order in which they stand in line."""
    first = (
        select(func.min(IdentityRow.key))
        .where(IdentityRow.person == AttendanceRow.person)
        .scalar_subquery()
    )
    account = aliased(IdentityRow)
    rows = await session.execute(
        select(AttendanceRow, account.network, account.account)
        .outerjoin(account, account.key == func.coalesce(AttendanceRow.identity, first))
        .where(AttendanceRow.event == event)
        .order_by(AttendanceRow.said_at, AttendanceRow.person)
        .execution_options(populate_existing=True)
    )
    return tuple(_value(row, network, name) for row, network, name in rows)


async def save(session: AsyncSession, event: int, attendee: Attendee) -> None:
    """Keep how somebody stands on an event's list. The caller has the event locked."""
    row = await session.get(AttendanceRow, (event, attendee.person))
    if row is None:
        row = AttendanceRow(event=event, person=attendee.person)
        session.add(row)
    row.said_at, row.state, row.private = attendee.since, attendee.state, attendee.private
    row.offered_until = attendee.offered_until
    row.offsets = _seconds(attendee.offsets)
    row.identity = await _identity(session, attendee.told)
    await session.flush()
    await events.touch(session, event)


async def drop(session: AsyncSession, event: int, person: int) -> None:
    """Take somebody off an event's list. The caller has the event locked."""
    await session.execute(
        delete(AttendanceRow)
        .where(AttendanceRow.event == event, AttendanceRow.person == person)
        .execution_options(synchronize_session=False)
    )
    await events.touch(session, event)


async def silence(session: AsyncSession, event: int, person: int) -> tuple[Attendee, ...]:
    """Keep that somebody who comes is not told of it before. Return him where he was."""
    found = await of(session, event)
    told = tuple(each for each in found if each.person == person and each.offsets != ())
    for each in told:
        await save(session, event, replace(each, offsets=()))
    return told


async def join(session: AsyncSession, *, kept: int, joined: int) -> tuple[int, ...]:
    """Let `kept` come to whatever `joined` came to.

    Return the events on whose lists both stood: they have one fewer now. He stands as the better
    placed of the two, and is told by the account that `kept` said it with.
    """
    his = select(AttendanceRow.event).where(AttendanceRow.person == kept)
    twice = await session.scalars(
        select(AttendanceRow).where(AttendanceRow.person == joined, AttendanceRow.event.in_(his))
    )
    both = sorted(twice.all(), key=lambda row: row.event)
    for row in both:
        # All before the first is changed, as whoever changes one of them does.
        await events.get(session, row.event, lock=True)
    for row in both:
        await _absorb(session, row, await session.get_one(AttendanceRow, (row.event, kept)))
    await session.execute(
        update(AttendanceRow)
        .where(AttendanceRow.person == joined)
        .values(person=kept)
        .execution_options(synchronize_session=False)
    )
    return tuple(row.event for row in both)


async def split(session: AsyncSession, identity: Identity, alone: int) -> None:
    """Give a person of his own whatever was said by an account that is his alone now."""
    await session.execute(
        update(AttendanceRow)
        .where(AttendanceRow.identity == key_of(identity))
        .values(person=alone)
        .execution_options(synchronize_session=False)
    )


async def count(session: AsyncSession, event: int) -> int:
    """Return how many come."""
    return await session.scalar(_COUNT, {"event": event}) or 0


async def taken(session: AsyncSession, event: int) -> int:
    """Return how many places are taken or offered to somebody."""
    found = await session.scalar(
        select(func.count())
        .select_from(AttendanceRow)
        .where(AttendanceRow.event == event, AttendanceRow.state.in_(_TAKEN))
    )
    return found or 0


async def events_of(session: AsyncSession, person: int, *, since: datetime) -> tuple[int, ...]:
    """Return the events that a person comes to and that start at or after `since`, or recur."""
    found = await session.scalars(
        select(AttendanceRow.event)
        .join(EventRow, EventRow.number == AttendanceRow.event)
        .where(
            AttendanceRow.person == person,
            AttendanceRow.state == AttendanceState.COMING,
            EventRow.state != EventState.CANCELLED,
            or_(EventRow.starts_at >= since, EventRow.planned_until.is_not(None)),
        )
        .order_by(AttendanceRow.event)
    )
    return tuple(found)


async def unsettled(session: AsyncSession, now: datetime) -> tuple[int, ...]:
    """Return the events of which somebody's offer has run out, or a free place waits for one."""
    # Two questions, each with an index of its own: it is asked after every command.
    run_out = select(AttendanceRow.event).where(AttendanceRow.offered_until <= now)
    waiting = select(AttendanceRow.event).where(AttendanceRow.state == AttendanceState.WAITING)
    held = (
        select(func.count())
        .select_from(AttendanceRow)
        .where(AttendanceRow.event == EventRow.number, AttendanceRow.state.in_(_TAKEN))
        .scalar_subquery()
    )
    free = select(EventRow.number).where(
        EventRow.number.in_(waiting),
        EventRow.state == EventState.SCHEDULED,
        or_(EventRow.starts_at > now, EventRow.planned_until.is_not(None)),
        or_(EventRow.capacity.is_(None), EventRow.capacity > held),
    )
    found = await session.scalars(union(run_out, free))
    return tuple(sorted(found))


async def next_deadline(session: AsyncSession, *, after: datetime) -> datetime | None:
    """Return when the next offer runs out after an instant."""
    return await session.scalar(
        select(func.min(AttendanceRow.offered_until)).where(AttendanceRow.offered_until > after)
    )


async def _absorb(session: AsyncSession, joined: AttendanceRow, kept: AttendanceRow) -> None:
    """Let one row stand for two of one human, and keep him from being told twice."""
    best = min(joined, kept, key=lambda row: _BEST_FIRST.index(AttendanceState(row.state)))
    kept.state, kept.offered_until = best.state, best.offered_until
    kept.said_at = min(joined.said_at, kept.said_at)
    kept.private = kept.private or joined.private
    if joined.identity is not None:
        asked = select(WishRow.key).where(
            WishRow.event == joined.event, WishRow.identity == joined.identity
        )
        await session.execute(
            delete(NoticeRow)
            .where(
                NoticeRow.event == joined.event,
                NoticeRow.kind == NoticeKind.REMINDER,
                NoticeRow.wake_at.is_not(None),
                NoticeRow.place == Place.PERSON,
                NoticeRow.address == cast(joined.identity, String),
                ~asked.exists(),
            )
            .execution_options(synchronize_session=False)
        )
    await session.delete(joined)
    await session.flush()
    await events.touch(session, kept.event)


async def _identity(session: AsyncSession, told: Destination | None) -> int | None:
    if told is None:
        return None
    return await session.scalar(select(key_of(Identity(told.network, told.address))))


def _value(row: AttendanceRow, network: str | None, account: str | None) -> Attendee:
    told = Destination(network, Place.PERSON, account) if network and account else None
    offsets = row.offsets
    return Attendee(
        person=row.person,
        since=row.said_at,
        state=AttendanceState(row.state),
        told=told,
        private=row.private,
        offsets=None if offsets is None else tuple(timedelta(seconds=each) for each in offsets),
        offered_until=row.offered_until,
    )


def _seconds(offsets: Sequence[timedelta] | None) -> list[int] | None:
    return None if offsets is None else [round(each.total_seconds()) for each in offsets]
