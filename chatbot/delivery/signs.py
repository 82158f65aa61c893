"""Whether a wiki tells the bot to stop, looked at often while its lane works."""

from __future__ import annotations

from collections.abc import Collection

from chatbot.delivery.holding import Holding
from chatbot.delivery.rhythm import Rhythm
from chatbot.delivery.stopping import Stopping
from commands.rules.signs import told_to_stop
from commands.wikis import Wiki
from storage import stops
from storage.runvalues import Run


class SignWatch:
    """Reads a wiki's signs in a rhythm."""

    def __init__(
        self,
        *,
        wiki: Wiki,
        holding: Holding,
        stopping: Stopping,
        stop_page: str | None,
        rhythm: Rhythm,
    ) -> None:
        self._wiki = wiki
        self._holding = holding
        self._stopping = stopping
        self._pages = [stop_page] if stop_page else []
        self._rhythm = rhythm

    def look_at_once(self) -> None:
        """Let the next look be due now."""
        self._rhythm.at_once()

    def count(self) -> None:
        """Note an edit."""
        self._rhythm.count()

    @property
    def due(self) -> bool:
        """Whether it is time to look."""
        return self._rhythm.due

    async def stopped(self, runs: Collection[Run]) -> bool:
        """Look. Return whether the wiki stops the bot as of now. Raises WikiTrouble, LaneLost."""
        self._rhythm.looked()
        signs = await self._wiki.signs(self._pages)
        wiki, now = self._wiki.name, self._holding.now()
        since = min(run.started_at or now for run in runs)
        if told_to_stop(signs, wiki, since=since, last=None, now=now) is None:
            return False
        async with self._holding.transaction() as session:
            last = await stops.last(session, wiki)
            new = told_to_stop(signs, wiki, since=since, last=last, now=now)
            return new is not None and await self._stopping.stop(session, new)
