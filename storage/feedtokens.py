"""The unguessable addresses of persons' own feeds, kept so that nobody can read them here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table


class FeedTokenRow(Table):
    """One token: its SHA-256, whose it is, and when it was given up."""

    __tablename__ = "feed_token"

    digest: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.key"), index=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
