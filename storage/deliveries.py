"""One row a recipient, one row a lane: claimed, settled, counted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table


class DeliveryRow(Table):
    """One recipient's message and its state."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("run", "wiki", "title"),
        Index("ix_delivery_next", "wiki", "state", "run", "number"),
    )

    run: Mapped[int] = mapped_column(ForeignKey("run.number"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    wiki: Mapped[str]
    title: Mapped[str]
    user: Mapped[str | None]
    as_listed: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    revid: Mapped[int | None]
    saved_title: Mapped[str | None]
    saved_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    retriable: Mapped[bool] = mapped_column(default=False)


class LaneRow(Table):
    """One wiki's queue of deliveries: held by one process at a time, for a lease."""

    __tablename__ = "lane"

    wiki: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    pause_reason: Mapped[str | None]
