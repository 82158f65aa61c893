"""The issues of the digest: planned, previewed, held or sent, each to each destination once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table


class IssueRow(Table):
    """One issue. `due_at` is when it goes out, and what makes it one and the same."""

    __tablename__ = "issue"

    number: Mapped[int] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(unique=True)
    state: Mapped[str]
    notes: Mapped[list[str]] = mapped_column(default=list)
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    previewed_at: Mapped[datetime | None]
    held_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))


class IssueMailRow(Table):
    """One message to one mailing list, by the Message-ID that it keeps (RFC 5322, 3.6.4)."""

    __tablename__ = "issue_mail"

    issue: Mapped[int] = mapped_column(ForeignKey("issue.number"), primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    message_id: Mapped[str]
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    claimed_by: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None]
