"""What the bot keeps up to date on wiki pages, and how its last try went."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table


class PublicationRow(Table):
    """One page. `digest` is that of what the bot wrote there, `revid` the revision it became."""

    __tablename__ = "publication"

    wiki: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    event: Mapped[int | None] = mapped_column(ForeignKey("event.number"))
    digest: Mapped[str]
    revid: Mapped[int | None]
    tried_at: Mapped[datetime | None]
    trouble: Mapped[str | None]
    """What coordinators were told last, so that they are not told the same again."""
