"""Message runs: their text, options, and where each stands.

Who is written to stands in `storage.deliveries`, who is not in `storage.funnels`, who said yes
or no in `storage.confirmations`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Text, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.events import EventRow
from storage.runvalues import Particulars, Run, RunKind, RunState, Terms


class RunRow(Table):
    """One run. Everything that the digest covers stands here or in its deliveries."""

    __tablename__ = "run"

    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    created_by: Mapped[int] = mapped_column(ForeignKey("person.key"))
    created_at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(Text, default="")
    draft: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    footer: Mapped[str] = mapped_column(Text, default="")
    message_source: Mapped[str] = mapped_column(default="")
    audience_source: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default=RunKind.MESSAGE, server_default=RunKind.MESSAGE)
    of_run: Mapped[int | None] = mapped_column(ForeignKey("run.number"))
    language: Mapped[str] = mapped_column(default="", server_default="")
    particulars: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    recipe: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    event: Mapped[int | None] = mapped_column(ForeignKey(EventRow.number))
    not_before: Mapped[datetime | None]
    not_after: Mapped[datetime | None]
    signup: Mapped[str] = mapped_column(default="", server_default="")
    listens: Mapped[timedelta | None]
    live: Mapped[bool] = mapped_column(default=False)
    revisions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    warned: Mapped[str] = mapped_column(default="")
    digest: Mapped[str | None]
    expiry: Mapped[timedelta | None]
    proposer_may_confirm: Mapped[bool | None]
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
    proposed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    started_by: Mapped[list[int]] = mapped_column(default=list)
    confirmed_by: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    rests_until: Mapped[datetime | None]
    approvals: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    halted_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
    halt_reason: Mapped[str | None]
    finished_at: Mapped[datetime | None]


async def add(session: AsyncSession, name: str, *, created_by: int, now: datetime) -> Run:
    """Keep a new, empty draft."""
    row = RunRow(name=name, state=RunState.DRAFT, created_by=created_by, created_at=now)
    session.add(row)
    await session.flush()
    return _value(row)


async def get(session: AsyncSession, number: int, *, lock: bool = False) -> Run | None:
    """Return a run; `lock` when it is about to be changed in this transaction."""
    row = await session.get(RunRow, number, with_for_update=lock, populate_existing=lock)
    return None if row is None else _value(row)


async def save(session: AsyncSession, run: Run) -> None:
    """Keep a run's changed values."""
    row = await session.get_one(RunRow, run.number)
    for name, value in _kept(run).items():
        setattr(row, name, value)
    await session.flush()


async def in_state(session: AsyncSession, states: Collection[RunState]) -> tuple[Run, ...]:
    """Return the runs that stand in one of these states, oldest first."""
    rows = await session.scalars(
        select(RunRow).where(RunRow.state.in_(states)).order_by(RunRow.number)
    )
    return tuple(_value(row) for row in rows)


async def latest(session: AsyncSession, limit: int, *, skip: int = 0) -> tuple[Run, ...]:
    """Return the newest runs, newest first, without the first `skip`."""
    rows = await session.scalars(
        select(RunRow).order_by(RunRow.number.desc()).limit(limit).offset(skip)
    )
    return tuple(_value(row) for row in rows)


async def putting_right(session: AsyncSession, number: int) -> tuple[Run, ...]:
    """Return the corrections and retractions of a run, oldest first."""
    rows = await session.scalars(
        select(RunRow).where(RunRow.of_run == number).order_by(RunRow.number)
    )
    return tuple(_value(row) for row in rows)


async def of_event(session: AsyncSession, event: int) -> tuple[Run, ...]:
    """Return the runs that invite to an event, oldest first."""
    rows = await session.scalars(
        select(RunRow).where(RunRow.event == event).order_by(RunRow.number)
    )
    return tuple(_value(row) for row in rows)


async def count(session: AsyncSession) -> int:
    """Return how many runs there are."""
    return await session.scalar(select(func.count()).select_from(RunRow)) or 0


_SAME = (
    "number",
    "name",
    "created_by",
    "subject",
    "draft",
    "body",
    "footer",
    "message_source",
    "audience_source",
    "of_run",
    "language",
    "event",
    "not_before",
    "not_after",
    "signup",
    "listens",
    "live",
    "warned",
    "digest",
    "proposed_by",
    "proposed_at",
    "expires_at",
    "started_at",
    "rests_until",
    "approvals",
    "halted_by",
    "halt_reason",
    "finished_at",
)
"""What is the same in a row and in a value."""


def _kept(run: Run) -> dict[str, Any]:
    return {name: getattr(run, name) for name in _SAME} | {
        "state": run.state,
        "kind": run.kind,
        "recipe": dict(run.recipe),
        "particulars": asdict(run.particulars),
        "revisions": {wiki: dict(pages) for wiki, pages in run.revisions.items()},
        "expiry": run.terms.expiry if run.terms else None,
        "proposer_may_confirm": run.terms.proposer_may_confirm if run.terms else None,
        "started_by": list(run.started_by),
        "confirmed_by": list(run.confirmed_by),
    }


def _value(row: RunRow) -> Run:
    return Run(
        **{name: getattr(row, name) for name in _SAME},
        state=RunState(row.state),
        kind=RunKind(row.kind),
        recipe=row.recipe,
        particulars=_particulars(row.particulars),
        revisions=row.revisions,
        terms=_terms(row),
        started_by=tuple(row.started_by),
        confirmed_by=tuple(row.confirmed_by),
    )


def _particulars(kept: Mapping[str, Any]) -> Particulars:
    right_to_left = tuple(kept.get("right_to_left", ()))
    return Particulars(**{**kept, "right_to_left": right_to_left})


def _terms(row: RunRow) -> Terms | None:
    if row.expiry is None or row.proposer_may_confirm is None:
        return None
    return Terms(row.expiry, row.proposer_may_confirm)
