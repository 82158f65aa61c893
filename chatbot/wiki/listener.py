"""What the bot hears of a wiki after it has written there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from chatbot.wiki import hearing
from chatbot.wiki.threaded import Threaded, batch_of
from commands.heard import Changes, Thanks, Whereabouts


class ListeningWiki(Threaded):
    """The part of `commands.heard.Hearing` that is not in `commands.wikis.Wiki`."""

    async def own_name(self) -> str:
        """Return what the bot's account is called."""
        return self._settings.username

    async def changes(self, since: datetime, *, namespaces: Collection[int]) -> Changes:
        """Return the edits since then, oldest first."""
        return await self._reading(lambda session: hearing.changes(session.ask, since, namespaces))

    async def changes_kept_since(self) -> datetime | None:
        """Return when the oldest change was made that the wiki still tells of."""
        return await self._reading(lambda session: hearing.kept_since(session.ask))

    async def whereabouts(self, revids: Sequence[int]) -> Mapping[int, Whereabouts]:
        """Return where revisions stand by now."""
        return await self._reading(
            lambda session: hearing.whereabouts(session.ask, revids, batch=batch_of(session))
        )

    async def thanks(self, since: datetime) -> Sequence[Thanks]:
        """Return the thanks to the bot since then."""
        username = self._settings.username
        return await self._reading(lambda session: hearing.thanks(session.ask, username, since))
