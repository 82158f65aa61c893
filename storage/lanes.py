"""One row a wiki: its queue of deliveries, held by one process at a time for a lease, or pausing.

Every claim of a delivery renews the lease in the same transaction (see `storage.claims`), so
whoever lost the lane claims nothing more.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.database import claim as claim_rows
from storage.database import insert_once
from storage.deliveries import UNDER_WAY, DeliveryRow, unsettled
from storage.runs import RunRow
from storage.runvalues import DeliveryState

_FORGOTTEN_AFTER = timedelta(hours=1)
"""A lane that nobody took for so long after its pause had nothing to do, and starts anew."""


class LaneRow(Table):
    """One wiki's queue: held by one process at a time, or pausing."""

    __tablename__ = "lane"

    wiki: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    pause_reason: Mapped[str | None]
    setbacks: Mapped[int] = mapped_column(default=0)
    """How many times in a row it paused without a save in between, or as if so many."""


class LaneLost(Exception):  # noqa: N818 - a state of the world that the engine plans around
    """Somebody else holds the lane by now."""


_LANE = LaneRow.metadata.tables[LaneRow.__tablename__]

RENEWAL = (
    update(_LANE)
    .where(_LANE.c.wiki == bindparam("of_wiki"), _LANE.c.holder == bindparam("of_holder"))
    .values(lease_until=bindparam("until"))
    .returning(_LANE.c.wiki)
)
"""Keeps a lane longer, and returns it while its holder has it."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a lane does nothing, and until when."""

    wiki: str
    until: datetime
    reason: str


async def ensure(session: AsyncSession, wikis: Collection[str]) -> None:
    """Make sure that each of these wikis has its lane."""
    for wiki in sorted(wikis):
        await session.execute(insert_once(session, LaneRow).values(wiki=wiki, setbacks=0))


async def take(
    session: AsyncSession,
    wikis: Collection[str],
    *,
    holder: str,
    canary: int,
    now: datetime,
    lease: timedelta,
) -> dict[str, int]:
    """Take all lanes among these wikis that have work, are free and do not pause.

    Return their wikis, those where most wait first, with how many setbacks in a row each has
    had; those of a lane that had no work for long are forgotten. A lane whose lease ran out is
    free, and so is one that `holder` has, who names no wiki that he is busy with.
    """
    rows = await claim_rows(
        session,
        LaneRow,
        LaneRow.wiki,
        where=(
            LaneRow.wiki.in_(wikis),
            or_(
                LaneRow.lease_until.is_(None),
                LaneRow.lease_until <= now,
                LaneRow.holder == holder,
            ),
            or_(LaneRow.paused_until.is_(None), LaneRow.paused_until <= now),
            _has_work(canary, now),
        ),
        order_by=(LaneRow.wiki,),
        limit=len(wikis),
        values={
            "holder": holder,
            "lease_until": now + lease,
            "paused_until": None,
            "pause_reason": None,
            "setbacks": case(
                (LaneRow.paused_until <= now - _FORGOTTEN_AFTER, 0), else_=LaneRow.setbacks
            ),
        },
    )
    setbacks = {row.wiki: row.setbacks for row in rows}
    return {wiki: setbacks[wiki] for wiki in await _biggest_first(session, setbacks)}


async def renew(session: AsyncSession, wiki: str, *, holder: str, until: datetime) -> None:
    """Keep a lane longer. Raises LaneLost when somebody else holds it by now."""
    kept = await session.execute(RENEWAL, renewal(wiki, holder=holder, until=until))
    if kept.first() is None:
        raise LaneLost(wiki)


def renewal(wiki: str, *, holder: str, until: datetime) -> dict[str, Any]:
    """Return the parameters of RENEWAL."""
    return {"of_wiki": wiki, "of_holder": holder, "until": until}


async def release(session: AsyncSession, wiki: str, *, holder: str) -> None:
    """Let go of a lane that is well: it has nothing to do, or its holder ends."""
    await _change(session, wiki, holder, holder=None, lease_until=None, setbacks=0)


async def pause(
    session: AsyncSession,
    wiki: str,
    *,
    holder: str,
    until: datetime,
    reason: str,
    setbacks: int,
) -> None:
    """Let go of a lane, which nobody takes before `until`, after so many setbacks in a row."""
    await _change(
        session,
        wiki,
        holder,
        holder=None,
        lease_until=None,
        paused_until=until,
        pause_reason=reason,
        setbacks=setbacks,
    )


async def rest(session: AsyncSession, wiki: str, *, holder: str, until: datetime) -> None:
    """Let go of a lane that is well, and has nothing to do before `until`."""
    await _change(session, wiki, holder, holder=None, lease_until=None, paused_until=until)


async def wake(session: AsyncSession) -> None:
    """End all rests: there may be something to do by now. Pauses stay."""
    await session.execute(
        update(LaneRow)
        .where(LaneRow.pause_reason.is_(None), LaneRow.paused_until.is_not(None))
        .values(paused_until=None)
        .execution_options(synchronize_session=False)
    )


async def went_well(session: AsyncSession, wiki: str, *, holder: str) -> None:
    """Forget earlier setbacks of a lane: it saves again."""
    await _change(session, wiki, holder, setbacks=0)


async def release_all(session: AsyncSession) -> None:
    """End all leases: for the start of a process that has the database to itself."""
    await session.execute(update(LaneRow).values(holder=None, lease_until=None))


async def pauses(session: AsyncSession, now: datetime) -> tuple[Pause, ...]:
    """Return the lanes that pause now, and those that rest: these have no reason."""
    rows = await session.scalars(
        select(LaneRow).where(LaneRow.paused_until > now).order_by(LaneRow.wiki)
    )
    return tuple(
        Pause(row.wiki, row.paused_until, row.pause_reason or "")
        for row in rows
        if row.paused_until is not None
    )


async def next_due(
    session: AsyncSession, wikis: Collection[str], *, holder: str, canary: int, now: datetime
) -> datetime | None:
    """Return when the next lane with work, not held by `holder`, may be taken; None for never.

    A lane that is free and does not pause may be taken at once: it is not waited for.
    """
    rows = await session.execute(
        select(LaneRow.lease_until, LaneRow.paused_until).where(
            LaneRow.wiki.in_(wikis),
            or_(LaneRow.holder.is_(None), LaneRow.holder != holder),
            _has_work(canary, now),
        )
    )
    instants = [max(filter(None, row), default=None) for row in rows]
    return min(filter(None, instants), default=None)


def _has_work(canary: int, now: datetime) -> ColumnElement[bool]:
    return exists().where(
        DeliveryRow.wiki == LaneRow.wiki, DeliveryRow.run == RunRow.number, unsettled(canary, now)
    )


async def _biggest_first(session: AsyncSession, wikis: Collection[str]) -> list[str]:
    rows = await session.execute(
        select(DeliveryRow.wiki, func.count())
        .join(RunRow, RunRow.number == DeliveryRow.run)
        .where(
            DeliveryRow.wiki.in_(wikis),
            DeliveryRow.state == DeliveryState.PENDING,
            RunRow.state.in_(UNDER_WAY),
        )
        .group_by(DeliveryRow.wiki)
    )
    waiting = {wiki: count for wiki, count in rows}  # noqa: C416 - rows are no pairs to mypy
    return sorted(wikis, key=lambda wiki: (-waiting.get(wiki, 0), wiki))


async def _change(session: AsyncSession, wiki: str, held_by: str, **values: Any) -> None:
    await session.execute(
        update(LaneRow)
        .where(LaneRow.wiki == wiki, LaneRow.holder == held_by)
        .values(values)
        .execution_options(synchronize_session=False)
    )
