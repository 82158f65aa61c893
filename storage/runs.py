"""Message runs: their text, audience with its funnel, confirmations and objections."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Text, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.values import LeftOut, Run, RunState, Terms


class RunRow(Table):
    """One run. Everything that the digest covers stands here or in its deliveries."""

    __tablename__ = "run"

    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    created_by: Mapped[int] = mapped_column(ForeignKey("person.key"))
    created_at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    footer: Mapped[str] = mapped_column(Text)
    message_source: Mapped[str]
    audience_source: Mapped[str]
    live: Mapped[bool]
    revisions: Mapped[dict[str, Any]]
    digest: Mapped[str | None]
    expiry: Mapped[timedelta | None]
    proposer_may_confirm: Mapped[bool | None]
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
    proposed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    halted_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
    halt_reason: Mapped[str | None]
    finished_at: Mapped[datetime | None]


class FunnelRow(Table):
    """One step of a run's funnel."""

    __tablename__ = "funnel"

    run: Mapped[int] = mapped_column(ForeignKey("run.number"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str]
    taken: Mapped[int]
    left: Mapped[int]


class LeftOutRow(Table):
    """One who was listed and is not written to."""

    __tablename__ = "left_out"

    key: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("run.number"), index=True)
    wiki: Mapped[str]
    title: Mapped[str]
    as_listed: Mapped[str]
    step: Mapped[str]
    detail: Mapped[str]


class ConfirmationRow(Table):
    """One person's yes to one digest."""

    __tablename__ = "confirmation"
    __table_args__ = (UniqueConstraint("run", "digest", "person"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("run.number"), index=True)
    digest: Mapped[str]
    person: Mapped[int] = mapped_column(ForeignKey("person.key"))
    identity: Mapped[int] = mapped_column(ForeignKey("identity.key"))
    said_at: Mapped[datetime]


class ObjectionRow(Table):
    """One person's no to a run. It stands until the run is changed and proposed anew."""

    __tablename__ = "objection"

    key: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("run.number"), index=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.key"))
    reason: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime]
    digest: Mapped[str | None]


async def add(session: AsyncSession, name: str, *, created_by: int, now: datetime) -> Run:
    """Keep a new, empty draft."""
    row = RunRow(
        name=name,
        state=RunState.DRAFT,
        created_by=created_by,
        created_at=now,
        subject="",
        body="",
        footer="",
        message_source="",
        audience_source="",
        live=False,
        revisions={},
    )
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
    _fill(row, run)
    await session.flush()


async def in_state(session: AsyncSession, states: Collection[RunState]) -> tuple[Run, ...]:
    """Return the runs that stand in one of these states, oldest first."""
    rows = await session.scalars(
        select(RunRow).where(RunRow.state.in_(states)).order_by(RunRow.number)
    )
    return tuple(_value(row) for row in rows)


async def left_out(session: AsyncSession, number: int) -> tuple[LeftOut, ...]:
    """Return everybody of a run's list who is not written to, in the order of the list."""
    rows = await session.scalars(
        select(LeftOutRow).where(LeftOutRow.run == number).order_by(LeftOutRow.key)
    )
    return tuple(LeftOut(row.wiki, row.title, row.as_listed, row.step, row.detail) for row in rows)


def _fill(row: RunRow, run: Run) -> None:
    row.name, row.state = run.name, run.state
    row.subject, row.body, row.footer = run.subject, run.body, run.footer
    row.message_source, row.audience_source = run.message_source, run.audience_source
    row.live = run.live
    row.revisions = {wiki: dict(pages) for wiki, pages in run.revisions.items()}
    row.digest = run.digest
    row.expiry = run.terms.expiry if run.terms else None
    row.proposer_may_confirm = run.terms.proposer_may_confirm if run.terms else None
    row.proposed_by, row.proposed_at, row.expires_at = (
        run.proposed_by,
        run.proposed_at,
        run.expires_at,
    )
    row.started_at, row.finished_at = run.started_at, run.finished_at
    row.halted_by, row.halt_reason = run.halted_by, run.halt_reason


def _terms(row: RunRow) -> Terms | None:
    if row.expiry is None or row.proposer_may_confirm is None:
        return None
    return Terms(row.expiry, row.proposer_may_confirm)


def _value(row: RunRow) -> Run:
    return Run(
        number=row.number,
        name=row.name,
        state=RunState(row.state),
        created_by=row.created_by,
        subject=row.subject,
        body=row.body,
        footer=row.footer,
        message_source=row.message_source,
        audience_source=row.audience_source,
        live=row.live,
        revisions=row.revisions,
        digest=row.digest,
        terms=_terms(row),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        expires_at=row.expires_at,
        started_at=row.started_at,
        halted_by=row.halted_by,
        halt_reason=row.halt_reason,
        finished_at=row.finished_at,
    )
