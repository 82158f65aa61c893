"""Whether a recipient has opted out on another of his wikis, looked at right before the save."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from commands.wikis import Wiki, WikiTrouble
from storage.runvalues import Recipient


class Elsewhere:
    """Looks at a recipient's other talk pages, all wikis at once.

    `patience` is how long one may take to answer, in seconds.
    """

    def __init__(self, *, wikis: Mapping[str, Wiki], patience: float) -> None:
        self._wikis = wikis
        self._patience = patience

    async def opted_out(self, recipient: Recipient) -> str | None:
        """Return on which page he says that he wants no messages, None where on none.

        Raises WikiTrouble where a wiki does not answer and none says it. Wikis that are not
        configured any more are not asked.
        """
        asked: dict[str, list[str]] = {}
        for wiki, title in recipient.others:
            if wiki in self._wikis:
                asked.setdefault(wiki, []).append(title)
        looks = (self._look(wiki, titles) for wiki, titles in asked.items())
        found = await asyncio.gather(*looks, return_exceptions=True)
        for each in found:
            if isinstance(each, str):
                return each
        for each in found:
            if isinstance(each, BaseException):
                raise each
        return None

    async def _look(self, wiki: str, titles: list[str]) -> str | None:
        try:
            async with asyncio.timeout(self._patience):
                pages = await self._wikis[wiki].pages(titles)
        except TimeoutError as late:
            raise WikiTrouble(wiki, "no answer in time") from late
        return next((f"{wiki}: {page.title}" for page in pages.values() if page.opted_out), None)
