"""How long before any event that they come to persons want to be told, once and for all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table


class StandingWishRow(Table):
    """One person's wish, told to one account of his. `offsets` are seconds before the start."""

    __tablename__ = "standing_wish"

    person: Mapped[int] = mapped_column(ForeignKey("person.key"), primary_key=True)
    identity: Mapped[int] = mapped_column(ForeignKey("identity.key"))
    offsets: Mapped[list[int]]
    said_at: Mapped[datetime]
