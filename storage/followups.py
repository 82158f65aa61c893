"""What hosts are asked after their events, how often they were, and whether they answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table


class FollowUpRow(Table):
    """One question to the host of one occurrence."""

    __tablename__ = "follow_up"
    __table_args__ = (UniqueConstraint("event", "occurrence"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[int] = mapped_column(ForeignKey("event.number"))
    occurrence: Mapped[datetime]
    asked: Mapped[int] = mapped_column(default=0)
    """How often he was asked."""
    state: Mapped[str]
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
