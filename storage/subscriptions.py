"""Who wants to hear of which events: channels, chats, persons and pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table


class SubscriptionRow(Table):
    """One destination's wishes; an empty list asks for all. `address` as in `storage.addresses`."""

    __tablename__ = "subscription"
    __table_args__ = (UniqueConstraint("network", "place", "address"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    network: Mapped[str]
    place: Mapped[str]
    address: Mapped[str]
    kinds: Mapped[list[str]]
    topics: Mapped[list[str]]
    languages: Mapped[list[str]]
    subscribed_by: Mapped[int] = mapped_column(ForeignKey("person.key"))
    subscribed_at: Mapped[datetime]
