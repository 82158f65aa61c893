"""Keeps the messages that show the state of something, for whoever keeps them up to date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from chatbot.clock import Clock
from chatbot.telegram.faces import Face
from storage import cards
from storage.database import Database
from storage.values import Card, Destination

SPACING = timedelta(seconds=4)
"""No message is edited sooner after it was sent or edited."""


class Postings:
    """Keeps cards. `posted` is called after each: somebody must look at it."""

    def __init__(self, *, database: Database, posted: Callable[[], None], clock: Clock) -> None:
        self._database = database
        self._posted = posted
        self._clock = clock

    async def keep(
        self, card: Card, where: Destination, message: int, language: str | None, face: Face
    ) -> None:
        """Keep a card. Raises what the database raises, LookupError for a person unknown to us."""
        async with self._database.transaction() as session:
            await cards.post(
                session,
                card,
                destination=where,
                message=message,
                language=language,
                shown=face.digest,
                wake_at=self._clock() + SPACING,
            )
        self._posted()
