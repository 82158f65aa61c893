"""Whom runs have reached: for those that leave out who was written to before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.deliveries import DeliveryRow
from storage.runs import RunRow
from storage.runvalues import DeliveryState, Recipient, RunKind


@dataclass(frozen=True, slots=True)
class Reach:
    """An account that got the message of a run, and when. `human` is empty where not known."""

    run: int
    at: datetime
    wiki: str
    title: str
    user: str | None
    human: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A run that has written to somebody, or may be writing to him now (not `sent`)."""

    run: int
    sent: bool


_DELIVERY = DeliveryRow.metadata.tables[DeliveryRow.__tablename__]
_RUN = RunRow.metadata.tables[RunRow.__tablename__]

# Asked with every message of a run that lets people rest, and made once (see storage.optouts).
_CONTACT = (
    select(_DELIVERY.c.run, _DELIVERY.c.state)
    .join(_RUN, _RUN.c.number == _DELIVERY.c.run)
    .where(
        or_(
            _DELIVERY.c.human == bindparam("human"),
            and_(
                _DELIVERY.c.user.in_(bindparam("names", expanding=True)),
                _DELIVERY.c.wiki == bindparam("wiki"),
            ),
        ),
        or_(
            and_(
                _DELIVERY.c.state == DeliveryState.SENT, _DELIVERY.c.saved_at > bindparam("since")
            ),
            _DELIVERY.c.state == DeliveryState.CLAIMED,
        ),
        _DELIVERY.c.run != bindparam("besides"),
        _RUN.c.kind == RunKind.MESSAGE,
    )
    .order_by(_DELIVERY.c.state == DeliveryState.CLAIMED, _DELIVERY.c.run.desc())
    .limit(1)
)


async def contact(
    session: AsyncSession,
    recipient: Recipient,
    names: Collection[str],
    *,
    besides: int,
    since: datetime,
) -> Contact | None:
    """Return a run besides this one that has written to a recipient since an instant.

    Where there is none, one whose message to him may be on its way. He is known by his human on
    all wikis, and by his names on his own.
    """
    asked = {"human": recipient.human or None, "names": list(names), "wiki": recipient.wiki}
    row = (await session.execute(_CONTACT, {**asked, "besides": besides, "since": since})).first()
    return None if row is None else Contact(row.run, row.state == DeliveryState.SENT)


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
