"""Whom runs have reached: for those that leave out who was written to before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.deliveries import DeliveryRow
from storage.runs import RunRow
from storage.runvalues import DeliveryState, RunKind


@dataclass(frozen=True, slots=True)
class Reach:
    """An account that got the message of a run, and when. `human` is empty where not known."""

    run: int
    at: datetime
    wiki: str
    title: str
    user: str | None
    human: str


async def reached(
    session: AsyncSession, runs: Collection[int], *, since: datetime | None
) -> tuple[Reach, ...]:
    """Return whom these runs reached, and whom any run reached since an instant.

    Corrections and retractions reach nobody anew.
    """
    asked: list[ColumnElement[bool]] = [DeliveryRow.run.in_(runs)]
    if since is not None:
        asked.append(DeliveryRow.saved_at >= since)
    rows = await session.execute(
        select(
            DeliveryRow.run,
            DeliveryRow.saved_at,
            DeliveryRow.wiki,
            DeliveryRow.title,
            DeliveryRow.user,
            DeliveryRow.human,
        )
        .join(RunRow, RunRow.number == DeliveryRow.run)
        .where(
            or_(*asked),
            DeliveryRow.state == DeliveryState.SENT,
            RunRow.kind == RunKind.MESSAGE,
        )
        .order_by(DeliveryRow.run, DeliveryRow.number)
    )
    return tuple(
        Reach(row.run, row.saved_at, row.wiki, row.title, row.user, row.human)
        for row in rows
        if row.saved_at is not None
    )
