"""Where a wiki's community allowed the bot's messages: one link a wiki, with an end.

Earlier ones stay on record; the last one given holds.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.runvalues import Approval


class ApprovalRow(Table):
    """One approval as a coordinator gave it."""

    __tablename__ = "approval"

    key: Mapped[int] = mapped_column(primary_key=True)
    wiki: Mapped[str] = mapped_column(index=True)
    link: Mapped[str]
    until: Mapped[datetime]
    given_by: Mapped[int] = mapped_column(ForeignKey("person.key"))
    given_at: Mapped[datetime]


async def give(session: AsyncSession, approval: Approval, *, person: int, now: datetime) -> None:
    """Keep a wiki's approval, in place of an earlier one."""
    session.add(
        ApprovalRow(
            wiki=approval.wiki,
            link=approval.link,
            until=approval.until,
            given_by=person,
            given_at=now,
        )
    )
    await session.flush()


async def latest(session: AsyncSession) -> tuple[Approval, ...]:
    """Return each wiki's last approval, whether it has ended or not, by wiki."""
    newest = select(func.max(ApprovalRow.key)).group_by(ApprovalRow.wiki)
    rows = await session.scalars(
        select(ApprovalRow).where(ApprovalRow.key.in_(newest)).order_by(ApprovalRow.wiki)
    )
    return tuple(Approval(row.wiki, row.link, row.until) for row in rows)
