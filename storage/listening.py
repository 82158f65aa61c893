"""After which runs to listen, and where their messages stand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import runs
from storage.deliveries import DeliveryRow
from storage.heard import Sent
from storage.runs import RunRow
from storage.runvalues import DeliveryState, Run, RunKind, RunState

_UNFINISHED = (RunState.CANARY, RunState.RUNNING, RunState.HALTED)
_LONGEST = timedelta(days=366)
"""Nobody listens longer after the end of a run."""


async def listened(session: AsyncSession, now: datetime, usual: timedelta) -> tuple[Run, ...]:
    """Return the runs after which to listen, oldest first: under way, or over not long ago.

    `usual` is how long after its end for a run that says nothing of its own.
    """
    ended = RunRow.finished_at > now - _LONGEST
    numbers = await session.scalars(
        select(RunRow.number)
        .where(
            RunRow.kind == RunKind.MESSAGE,
            RunRow.started_at.is_not(None),
            or_(RunRow.state.in_(_UNFINISHED), and_(RunRow.finished_at.is_not(None), ended)),
        )
        .order_by(RunRow.number)
    )
    found = [await runs.get(session, number) for number in numbers]
    return tuple(run for run in found if run is not None and _open(run, now, usual))


async def sent(session: AsyncSession, numbers: Collection[int]) -> tuple[Sent, ...]:
    """Return where the messages of these runs were saved, oldest first."""
    rows = await session.execute(
        select(
            DeliveryRow.run,
            DeliveryRow.number,
            DeliveryRow.wiki,
            DeliveryRow.user,
            DeliveryRow.revid,
            DeliveryRow.saved_title,
            DeliveryRow.saved_at,
        )
        .where(
            DeliveryRow.run.in_(numbers),
            DeliveryRow.state == DeliveryState.SENT,
        )
        .order_by(DeliveryRow.saved_at, DeliveryRow.run, DeliveryRow.number)
    )
    return tuple(
        Sent(run, number, wiki, user, revid, title, saved_at)
        for run, number, wiki, user, revid, title, saved_at in rows
        if saved_at is not None
    )


def _open(run: Run, now: datetime, usual: timedelta) -> bool:
    listens = usual if run.listens is None else run.listens
    if not listens:
        return False
    return run.finished_at is None or now < run.finished_at + listens
