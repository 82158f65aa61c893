"""The append-only, hash-chained log of everything decided: who (by key), what, when.

Each entry's digest is SHA-256 over the digest before it and the entry's canonical JSON. The
database refuses changes by trigger; `verify` finds what was changed behind its back. The tip
stands apart, so that entries cut off the end are missed too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ForeignKey, Text, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.values import LedgerEntry

_BEGINNING = "0" * 64
_LOCK = 0x62656C6C


class LedgerRow(Table):
    """One entry. Numbers have no gaps."""

    __tablename__ = "ledger"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
    action: Mapped[str]
    subject: Mapped[str]
    details: Mapped[str] = mapped_column(Text)
    previous: Mapped[str]
    digest: Mapped[str]


class LedgerTipRow(Table):
    """The last entry's number and digest, in a single row."""

    __tablename__ = "ledger_tip"

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    digest: Mapped[str]


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the chain does not hold: at or right after which entry, and how."""

    number: int
    how: str
    """`changed`, `missing`, `unlinked` (reordered or replaced) or `cut_off`."""


async def append(
    session: AsyncSession,
    *,
    at: datetime,
    actor: int | None,
    action: str,
    subject: str,
    details: Mapping[str, object] | None = None,
) -> int:
    """Append an entry in the caller's transaction and return its number.

    `actor` is a person's key, None for the operator or the bot itself. Names and accounts do
    not belong into `subject` or `details`: what stands here stands for ever.
    """
    tip = await _lock_tip(session)
    words = json.dumps(details or {}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    number = tip.number + 1
    row = LedgerRow(
        number=number,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        details=words,
        previous=tip.digest,
    )
    row.digest = _digest(row)
    session.add(row)
    tip.number, tip.digest = number, row.digest
    await session.flush()
    return number


async def latest(session: AsyncSession, limit: int) -> tuple[LedgerEntry, ...]:
    """Return the newest entries, newest first."""
    rows = await session.scalars(select(LedgerRow).order_by(LedgerRow.number.desc()).limit(limit))
    return tuple(_value(row) for row in rows)


async def last_of(
    session: AsyncSession, subject: str, actions: Collection[str]
) -> LedgerEntry | None:
    """Return the newest entry that tells of one of these actions on a subject."""
    row = await session.scalar(
        select(LedgerRow)
        .where(LedgerRow.subject == subject, LedgerRow.action.in_(actions))
        .order_by(LedgerRow.number.desc())
        .limit(1)
    )
    return None if row is None else _value(row)


async def verify(session: AsyncSession) -> tuple[int, tuple[Broken, ...]]:
    """Walk the whole chain. Return how many entries stand and every place where it breaks."""
    broken: list[Broken] = []
    previous, number = _BEGINNING, 0
    rows = await session.stream_scalars(select(LedgerRow).order_by(LedgerRow.number))
    async for row in rows:
        broken += _faults(row, number + 1, previous)
        previous, number = row.digest, row.number
    tip = await session.get(LedgerTipRow, 1)
    if (tip.number, tip.digest) != (number, previous) if tip else number:
        broken.append(Broken(number, "cut_off"))
    return number, tuple(broken)


def _faults(row: LedgerRow, expected: int, previous: str) -> list[Broken]:
    faults = []
    if row.number != expected:
        faults.append(Broken(expected, "missing"))
    elif row.previous != previous:
        faults.append(Broken(row.number, "unlinked"))
    if _digest(row) != row.digest:
        faults.append(Broken(row.number, "changed"))
    return faults


async def _lock_tip(session: AsyncSession) -> LedgerTipRow:
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    tip = await session.get(LedgerTipRow, 1, populate_existing=True)
    if tip is None:
        tip = LedgerTipRow(key=1, number=0, digest=_BEGINNING)
        session.add(tip)
    return tip


def _digest(row: LedgerRow) -> str:
    instant = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    canonical = json.dumps(
        [row.previous, row.number, instant, row.actor, row.action, row.subject, row.details],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _value(row: LedgerRow) -> LedgerEntry:
    details: dict[str, Any] = json.loads(row.details)
    return LedgerEntry(
        number=row.number,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        details=details,
        previous=row.previous,
        digest=row.digest,
    )
