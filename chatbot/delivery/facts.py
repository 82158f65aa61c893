"""The state of recipients' pages right before the save, read for a few of them at once."""

from __future__ import annotations

from collections.abc import Callable

from chatbot.delivery.holding import Holding
from chatbot.delivery.pace import Pace
from commands.wikis import PageFacts, Wiki
from storage import claims
from storage.runvalues import Delivery

FRESH_SECONDS = 5.0
"""Facts older than this are read again."""


class Facts:
    """What is known of the pages that come next. `ahead` of 1 reads each right before its save."""

    def __init__(
        self,
        *,
        wiki: Wiki,
        holding: Holding,
        pace: Pace,
        ahead: int,
        monotonic: Callable[[], float],
    ) -> None:
        self._wiki = wiki
        self._holding = holding
        self._pace = pace
        self._ahead = ahead
        self._monotonic = monotonic
        self._known: dict[str, PageFacts] = {}
        self._read_at = monotonic()

    async def of(self, delivery: Delivery) -> PageFacts:
        """Return the state of a recipient's page now. Raises WikiTrouble."""
        title = delivery.recipient.title
        stale = self._monotonic() - self._read_at > FRESH_SECONDS
        if stale or title not in self._known:
            await self._read(delivery)
        return self._known.pop(title)

    async def _read(self, delivery: Delivery) -> None:
        titles = [delivery.recipient.title]
        ahead = min(self._ahead, self._pace.edits_within(FRESH_SECONDS))
        if ahead > 1:
            async with self._holding.transaction() as session:
                following = await claims.upcoming(session, delivery, limit=ahead - 1)
            titles += [recipient.title for recipient in following]
        self._read_at = self._monotonic()
        self._known = dict(await self._wiki.pages(titles))
