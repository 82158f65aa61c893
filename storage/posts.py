"""Posts to social networks: drafted, approved by a coordinator, sent once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table


class PostRow(Table):
    """One post to one account. `once` is what it is about, so that nothing is posted twice."""

    __tablename__ = "post"
    __table_args__ = (UniqueConstraint("account", "once"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[int] = mapped_column(ForeignKey("event.number"), index=True)
    occurrence: Mapped[datetime]
    account: Mapped[str]
    once: Mapped[str]
    language: Mapped[str]
    text: Mapped[str]
    alt: Mapped[str]
    link: Mapped[str | None]
    state: Mapped[str]
    due_at: Mapped[datetime]
    drafted_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    claimed_by: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    posted_at: Mapped[datetime | None]
    address: Mapped[str | None]
    """Where it can be read once it was posted."""
    fault: Mapped[str | None]
