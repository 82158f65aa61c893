"""The steps by which each event is made known: who takes them, when, and which are done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table


class PromotionStepRow(Table):
    """One step of one event's plan. `step` is its name in the plan, `text` what was said of it."""

    __tablename__ = "promotion_step"
    __table_args__ = (UniqueConstraint("event", "step"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[int] = mapped_column(ForeignKey("event.number"))
    step: Mapped[str]
    doer: Mapped[str]
    due_at: Mapped[datetime]
    state: Mapped[str]
    text: Mapped[str | None]
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    """When something is to be done about it, None once nothing is."""
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
