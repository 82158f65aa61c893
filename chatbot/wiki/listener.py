"""What the bot hears of a wiki after it has written there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from chatbot.wiki import hearing
from chatbot.wiki.threaded import Threaded
from commands.heard import Changes, Thanks, Whereabouts


class ListeningWiki(Threaded):
    """The part of `commands.heard.Hearing` that is not in `commands.wikis.Wiki`."""

    async def own_name(self) -> str:
        """Return what the bot's account is called."""
        return self._settings.username

    async def changes(self, since: datetime, *, namespaces: Collection[int]) -> Changes:
        """Return the edits since then, oldest first."""
        with self._trouble_named():
            return await hearing.changes(self._ask, since, namespaces)

    async def changes_kept_since(self) -> datetime | None:
        """Return when the oldest change was made that the wiki still tells of."""
        with self._trouble_named():
            return await hearing.kept_since(self._ask)

    async def whereabouts(self, revids: Sequence[int]) -> Mapping[int, Whereabouts]:
        """Return where revisions stand by now."""
        with self._trouble_named():
            return await hearing.whereabouts(self._ask, revids, batch=await self._batch())

    async def thanks(self, since: datetime) -> Sequence[Thanks]:
        """Return the thanks to the bot since then."""
        username = self._settings.username
        with self._trouble_named():
            return await hearing.thanks(self._ask, username, since)
