"""What is heard on a dry wiki: nothing, because a folder does not tell who changed a file when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from commands.heard import Changes, Thanks, Whereabouts

ACCOUNT = "Bellringer"


class SilentWiki:
    """The part of `commands.heard.Hearing` that is not in `commands.wikis.Wiki`."""

    async def own_name(self) -> str:
        """Return what the bot's account is called."""
        return ACCOUNT

    async def changes(self, since: datetime, *, namespaces: Collection[int]) -> Changes:
        """Return none."""
        return Changes(())

    async def changes_kept_since(self) -> datetime | None:
        """Return nothing: no change is told of."""
        return None

    async def whereabouts(self, revids: Sequence[int]) -> Mapping[int, Whereabouts]:
        """Return none: pages have no ids here."""
        return {}

    async def thanks(self, since: datetime) -> Sequence[Thanks]:
        """Return none."""
        return ()
