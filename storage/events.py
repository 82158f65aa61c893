"""Events as they were registered, and how far ahead the reminders of series are planned."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.values import Destination, Event, EventState, Place


class EventRow(Table):
    """One event or series."""

    __tablename__ = "event"

    number: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    title: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    zone: Mapped[str]
    duration: Mapped[timedelta]
    state: Mapped[str]
    sequence: Mapped[int]
    recurrence_rule: Mapped[str | None]
    exdates: Mapped[list[str]]
    offsets: Mapped[list[int] | None]
    speakers: Mapped[list[str]]
    host: Mapped[str | None]
    topics: Mapped[list[str]]
    language: Mapped[str | None]
    link: Mapped[str | None]
    stream: Mapped[str | None]
    cancel_reason: Mapped[str | None]
    channels: Mapped[list[str]]
    created_by: Mapped[int] = mapped_column(ForeignKey("person.key"))
    created_at: Mapped[datetime]
    planned_until: Mapped[datetime | None] = mapped_column(index=True)
    """For a series: reminders are planned up to here, later ones not yet."""
    description: Mapped[str | None]
    capacity: Mapped[int | None]
    test: Mapped[bool] = mapped_column(default=False)
    usual: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0, index=True)
    """The edition of the programme in which something of it was last changed."""


class ProgrammeRow(Table):
    """How often something was changed that may be shown: one row, which is always there."""

    __tablename__ = "programme"

    key: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]


async def add(session: AsyncSession, event: Event, *, created_by: int, now: datetime) -> Event:
    """Keep a new event and return it with its number. `event.number` is not looked at."""
    row = EventRow(uid=event.uid, created_by=created_by, created_at=now, changed_at=now)
    _fill(row, event)
    session.add(row)
    await session.flush()
    await touch(session, row.number)
    return replace(event, number=row.number, created_at=now, changed_at=now)


# Made once: to make them takes longer than to run them.
_BY_NUMBER = select(EventRow).where(EventRow.number == bindparam("number"))
_TO_CHANGE = _BY_NUMBER.with_for_update().execution_options(populate_existing=True)


async def get(session: AsyncSession, number: int, *, lock: bool = False) -> Event | None:
    """Return an event; `lock` when it is about to be changed in this transaction."""
    row = await session.scalar(_TO_CHANGE if lock else _BY_NUMBER, {"number": number})
    return None if row is None else value(row)


async def save(session: AsyncSession, event: Event, *, now: datetime) -> None:
    """Keep an event's changed values."""
    row = await session.get_one(EventRow, event.number)
    _fill(row, event)
    row.changed_at = now
    await session.flush()
    await touch(session, event.number)


async def touch(session: AsyncSession, number: int, *, changed_at: datetime | None = None) -> None:
    """Note that something was changed that is shown of an event.

    `changed_at` is given where its readers are to take the event itself for changed.

    Whoever changes another event waits for this transaction's end, so that a reader who knows
    an edition has seen all before it.
    """
    edition = await session.scalar(
        update(ProgrammeRow)
        .values(version=ProgrammeRow.version + 1)
        .returning(ProgrammeRow.version)
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        update(EventRow)
        .where(EventRow.number == number)
        .values(version=edition, **({} if changed_at is None else {"changed_at": changed_at}))
        .execution_options(synchronize_session=False)
    )


async def themes(session: AsyncSession) -> tuple[frozenset[str], frozenset[str]]:
    """Return the topics and the languages that events have had."""
    topics = await session.scalars(select(EventRow.topics))
    languages = await session.scalars(select(EventRow.language).distinct())
    return (
        frozenset(each for some in topics for each in some),
        frozenset(each for each in languages if each),
    )


async def stand_still(session: AsyncSession, numbers: Collection[int]) -> None:
    """Wait until nobody changes or adds events, and let nobody until this transaction's end.

    `numbers` are those of which something is about to be planned.
    """
    # Whoever changes an event has it locked before he notes that it changed: the same order here.
    await session.execute(
        select(EventRow)
        .where(EventRow.number.in_(numbers))
        .order_by(EventRow.number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    await session.execute(
        update(ProgrammeRow)
        .values(version=ProgrammeRow.version)
        .execution_options(synchronize_session=False)
    )


async def origin(session: AsyncSession, number: int) -> tuple[int, datetime]:
    """Return who registered or proposed an event, and when. Raises NoResultFound."""
    found = await session.execute(
        select(EventRow.created_by, EventRow.created_at).where(EventRow.number == number)
    )
    person, at = found.one()
    return person, at


async def coming(session: AsyncSession, *, since: datetime) -> tuple[Event, ...]:
    """Return all that may still take place: what starts at or after `since`, and live series.

    In the order of their first start, and no tests. A series is live until `planned_to` says that
    it is over.
    """
    rows = await session.scalars(
        select(EventRow)
        .where(
            EventRow.state == EventState.SCHEDULED,
            EventRow.test.is_(False),
            EventRow.planned_until.is_not(None) | (EventRow.starts_at >= since),
        )
        .order_by(EventRow.starts_at, EventRow.number)
    )
    return tuple(value(row) for row in rows)


async def planned_to(session: AsyncSession, number: int, until: datetime | None) -> None:
    """Keep how far the reminders of a series are planned; None when nothing is left to plan."""
    row = await session.get_one(EventRow, number)
    row.planned_until = until
    await session.flush()


async def next_to_plan(
    session: AsyncSession, *, before: datetime, besides: Collection[int] = ()
) -> tuple[Event, datetime] | None:
    """Return a series that is planned no further than to `before`, and how far it is.

    The caller is about to plan it; what another process plans at this moment is passed over.
    """
    row = await session.scalar(
        select(EventRow)
        .where(EventRow.planned_until <= before, EventRow.number.not_in(besides))
        .order_by(EventRow.planned_until)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return None if row is None or row.planned_until is None else (value(row), row.planned_until)


async def planned_least(session: AsyncSession) -> datetime | None:
    """Return up to when the series that is planned least far ahead is planned."""
    return await session.scalar(select(func.min(EventRow.planned_until)))


def _fill(row: EventRow, event: Event) -> None:
    row.kind, row.title = event.kind, event.title
    row.starts_at, row.zone, row.duration = event.starts_at, event.zone, event.duration
    row.state, row.sequence = event.state, event.sequence
    row.recurrence_rule = event.recurrence_rule
    row.exdates = [day.isoformat() for day in event.exdates]
    row.offsets = _seconds(event.offsets)
    row.speakers, row.topics = list(event.speakers), list(event.topics)
    row.host, row.language = event.host, event.language
    row.link, row.stream = event.link, event.stream
    row.cancel_reason = event.cancel_reason
    row.channels = [str(channel) for channel in event.channels]
    row.description, row.capacity = event.description, event.capacity
    row.test, row.usual = event.test, event.usual


def _seconds(offsets: Sequence[timedelta] | None) -> list[int] | None:
    return None if offsets is None else [round(offset.total_seconds()) for offset in offsets]


def value(row: EventRow) -> Event:
    """Return an event as the frozen value that leaves storage."""
    return Event(
        number=row.number,
        uid=row.uid,
        kind=row.kind,
        title=row.title,
        starts_at=row.starts_at,
        zone=row.zone,
        duration=row.duration,
        state=EventState(row.state),
        sequence=row.sequence,
        recurrence_rule=row.recurrence_rule,
        exdates=tuple(date.fromisoformat(day) for day in row.exdates),
        offsets=None
        if row.offsets is None
        else tuple(timedelta(seconds=seconds) for seconds in row.offsets),
        channels=tuple(_channel(channel) for channel in row.channels),
        speakers=tuple(row.speakers),
        host=row.host,
        topics=tuple(row.topics),
        language=row.language,
        link=row.link,
        stream=row.stream,
        cancel_reason=row.cancel_reason,
        description=row.description,
        capacity=row.capacity,
        test=row.test,
        usual=row.usual,
        created_at=row.created_at,
        changed_at=row.changed_at or row.created_at,
    )


def _channel(text: str) -> Destination:
    network, _, address = text.partition("/")
    return Destination(network, Place.CHANNEL, address)
