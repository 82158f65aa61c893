"""Groups that became supergroups: they have another id, and keep what was planned for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from chatbot.clock import Clock
from chatbot.config import TELEGRAM
from chatbot.telegram.addresses import Spot, spot
from storage import places
from storage.database import Database


class Moves:
    """Knows where chats went. Rows and configuration keep the id by which they know a chat."""

    def __init__(self, *, database: Database, chats: Collection[str], clock: Clock) -> None:
        self._database = database
        self._configured = {spot(address).chat for address in chats}
        self._clock = clock
        self._new: dict[int, int] = {}

    async def load(self) -> None:
        """Learn of the moves before this start."""
        async with self._database.reading() as session:
            found = await places.moves(session, TELEGRAM)
        self._new = {int(old): int(new) for old, new in found.items()}

    async def note(self, old: int, new: int) -> None:
        """Keep that a chat goes on under a new id."""
        if self._new.get(old) == new:
            return
        async with self._database.transaction() as session:
            await places.move(session, TELEGRAM, str(old), str(new), self._clock())
        self._new[old] = new

    def today(self, at: Spot) -> Spot:
        """Return where something must be said now."""
        chat = at.chat
        while chat in self._new:
            chat = self._new[chat]
        return replace(at, chat=chat)

    def known(self, at: Spot) -> Spot:
        """Return the spot as rows and configuration know it."""
        chat = at.chat
        old = {new: old for old, new in self._new.items()}
        while chat in old and chat not in self._configured:
            chat = old[chat]
        return replace(at, chat=chat)
