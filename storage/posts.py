"""Posts to social networks: drafted, approved by a coordinator, sent once.

`wake_at` is when somebody has to look at a row again: a draft when it was to go out and when its
event begins, what is approved when it goes out, what is being sent when the lease ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.database import claim as claim_rows
from storage.database import insert_once
from storage.postvalues import COUNTED, OPEN, Post, PostState, once


class PostRow(Table):
    """One post to one account. `once` is what it is about, so that nothing is posted twice."""

    __tablename__ = "post"
    __table_args__ = (UniqueConstraint("account", "once"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[int] = mapped_column(ForeignKey("event.number"), index=True)
    occurrence: Mapped[datetime]
    offset: Mapped[timedelta]
    account: Mapped[str]
    once: Mapped[str]
    language: Mapped[str]
    text: Mapped[str]
    alt: Mapped[str]
    link: Mapped[str | None]
    facts: Mapped[str]
    edited: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(index=True)
    drafted_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    claimed_by: Mapped[str | None]
    unsure: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    posted_at: Mapped[datetime | None]
    address: Mapped[str | None]
    """Where it can be read once it was posted."""
    fault: Mapped[str | None]


async def add(session: AsyncSession, post: Post, *, wake_at: datetime | None) -> Post | None:
    """Keep a new post and return it with its number; None when it was planned before."""
    values = _values(post) | {"drafted_at": post.drafted_at, "wake_at": wake_at, "unsure": False}
    statement = insert_once(session, PostRow).values(**values).returning(PostRow.number)
    number = await session.scalar(statement)
    return None if number is None else await get(session, number)


async def get(session: AsyncSession, number: int, *, lock: bool = False) -> Post | None:
    """Return a post; `lock` when it is about to be changed in this transaction."""
    found = select(PostRow).where(PostRow.number == number)
    if lock:
        found = found.with_for_update()
    row = await session.scalar(found.execution_options(populate_existing=True))
    return None if row is None else _value(row)


async def save(session: AsyncSession, post: Post, *, wake_at: datetime | None) -> None:
    """Keep a post's changed values. Whoever is sending it has it no more."""
    await session.execute(
        update(PostRow)
        .where(PostRow.number == post.number)
        .values(**_values(post), unsure=post.unsure, wake_at=wake_at, claimed_by=None)
        .execution_options(synchronize_session=False)
    )


async def of_event(session: AsyncSession, event: int) -> tuple[Post, ...]:
    """Return all posts about an event, by number, to be changed."""
    return await _all(
        session,
        select(PostRow).where(PostRow.event == event).order_by(PostRow.number).with_for_update(),
    )


async def open_ones(session: AsyncSession, *, since: datetime) -> tuple[Post, ...]:
    """Return what waits, and what went out or was dropped since then, by when it is due."""
    rows = select(PostRow).where(
        PostRow.state.in_(OPEN | {PostState.SENDING}) | (PostRow.due_at >= since)
    )
    return await _all(session, rows.order_by(PostRow.due_at, PostRow.number))


async def events_concerned(session: AsyncSession, now: datetime) -> frozenset[int]:
    """Return the events about which something is to be posted, or is out and not over yet."""
    rows = select(PostRow.event).where(
        PostRow.state.in_(OPEN) | ((PostRow.state == PostState.POSTED) & (PostRow.occurrence > now))
    )
    return frozenset((await session.scalars(rows.distinct())).all())


async def count(
    session: AsyncSession, account: str, *, since: datetime, before: datetime, besides: int = 0
) -> int:
    """Return how many posts an account has that are due in a span and take a place in it."""
    found = select(func.count()).where(
        PostRow.account == account,
        PostRow.state.in_(COUNTED),
        PostRow.due_at >= since,
        PostRow.due_at < before,
        PostRow.number != besides,
    )
    return await session.scalar(found) or 0


async def waking(session: AsyncSession, *, now: datetime, limit: int = 100) -> tuple[Post, ...]:
    """Return drafts that want to be looked at now, to be changed."""
    rows = (
        select(PostRow)
        .where(PostRow.state.in_(OPEN - {PostState.APPROVED}), PostRow.wake_at <= now)
        .order_by(PostRow.wake_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return await _all(session, rows)


async def claim(
    session: AsyncSession, *, account: str, holder: str, now: datetime, lease: timedelta
) -> Post | None:
    """Take the post of an account that is due first, for `lease`.

    One qualifies when it is approved and its time has come, or when whoever was sending it has
    not settled it within his lease: he may have sent it.
    """
    rows = await claim_rows(
        session,
        PostRow,
        PostRow.number,
        where=(
            PostRow.account == account,
            PostRow.state.in_((PostState.APPROVED, PostState.SENDING)),
            PostRow.wake_at <= now,
        ),
        order_by=(PostRow.wake_at, PostRow.number),
        limit=1,
        values={
            "state": PostState.SENDING,
            "claimed_by": holder,
            "wake_at": now + lease,
            "attempts": PostRow.attempts + 1,
        },
    )
    return _value(rows[0]) if rows else None


async def begin(session: AsyncSession, number: int, *, holder: str, until: datetime) -> bool:
    """Note that a claimed post is about to reach the network, and hold it until then.

    Return False when `holder` has it no more.
    """
    return await settle(
        session, number, holder=holder, state=PostState.SENDING, wake_at=until, unsure=True
    )


async def settle(
    session: AsyncSession, number: int, *, holder: str, state: PostState, **values: Any
) -> bool:
    """Say what became of a post that `holder` has claimed. Return False when he has it no more."""
    kept = {"wake_at": None, **values}
    if state is not PostState.SENDING:
        kept["claimed_by"] = None
    settled = await session.scalar(
        update(PostRow)
        .where(
            PostRow.number == number,
            PostRow.state == PostState.SENDING,
            PostRow.claimed_by == holder,
        )
        .values(state=state, **kept)
        .returning(PostRow.number)
        .execution_options(synchronize_session=False)
    )
    return settled is not None


async def release(session: AsyncSession, now: datetime) -> None:
    """End all leases: for the start of a process that has the database to itself."""
    await session.execute(
        update(PostRow)
        .where(PostRow.state == PostState.SENDING, PostRow.wake_at > now)
        .values(wake_at=now, claimed_by=None)
    )


async def next_due(
    session: AsyncSession, *, account: str | None = None, states: Collection[PostState]
) -> datetime | None:
    """Return when the next post in these states wants to be looked at, of an account or of all."""
    found = select(func.min(PostRow.wake_at)).where(PostRow.state.in_(states))
    if account is not None:
        found = found.where(PostRow.account == account)
    return await session.scalar(found)


async def _all(session: AsyncSession, rows: Any) -> tuple[Post, ...]:
    found: Iterable[PostRow] = await session.scalars(rows.execution_options(populate_existing=True))
    return tuple(_value(row) for row in found)


def _values(post: Post) -> dict[str, Any]:
    return {
        "event": post.event,
        "occurrence": post.occurrence,
        "offset": post.offset,
        "account": post.account,
        "once": once(post.event, post.occurrence, post.offset),
        "language": post.language,
        "text": post.text,
        "alt": post.alt,
        "link": post.link,
        "facts": post.facts,
        "edited": post.edited,
        "state": post.state,
        "due_at": post.due_at,
        "approved_by": post.approved_by,
        "attempts": post.attempts,
        "posted_at": post.posted_at,
        "address": post.address,
        "fault": post.fault,
    }


def _value(row: PostRow) -> Post:
    return Post(
        number=row.number,
        event=row.event,
        occurrence=row.occurrence,
        offset=row.offset,
        account=row.account,
        language=row.language,
        text=row.text,
        alt=row.alt,
        link=row.link,
        facts=row.facts,
        state=PostState(row.state),
        due_at=row.due_at,
        drafted_at=row.drafted_at,
        edited=row.edited,
        unsure=row.unsure,
        attempts=row.attempts,
        approved_by=row.approved_by,
        posted_at=row.posted_at,
        address=row.address,
        fault=row.fault,
    )
