"""A list made an audience: everybody is looked up on the wikis, all wikis at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from commands.policy import RunPolicy
from commands.rules.audience import Audience, build, looked_at_again, lookups
from commands.rules.lists import Listed, Reading
from commands.rules.ways import USUAL, offered
from commands.wikis import PageFacts, SiteFacts, Wiki
from storage.values import LeftOut, Recipient, Way


class Survey:
    """Looks recipients up. All methods raise WikiTrouble."""

    def __init__(self, *, wikis: Mapping[str, Wiki], policy: RunPolicy) -> None:
        self._wikis = wikis
        self._policy = policy

    async def sites(self) -> Mapping[str, SiteFacts]:
        """Return the facts of all wikis: a list may name any of them."""
        found = await asyncio.gather(*(wiki.site() for wiki in self._wikis.values()))
        return {site.wiki: site for site in found}

    async def audience(self, reading: Reading, *, reason: str) -> Audience:
        """Return the audience of a list as everybody's pages are now."""
        sites = await self.sites()
        asked = lookups(reading.listed, sites)
        found = await asyncio.gather(*(self._look(wiki, asked[wiki]) for wiki in asked))
        return build(
            reading,
            sites=sites,
            pages={wiki: pages for wiki, (_, pages) in zip(asked, found, strict=True)},
            own={wiki: own for wiki, (own, _) in zip(asked, found, strict=True)},
            ways=await self._ways(asked),
            reason=reason,
            unified=self._policy.unified,
        )

    async def again(self, recipients: Sequence[Recipient], left_out: Sequence[LeftOut]) -> Audience:
        """Return an audience as it is by now; who is left out by now stands in its funnel."""
        listed = [Listed(each.wiki, each.title, each.as_listed, each.number) for each in recipients]
        reason = recipients[0].reason if recipients else ""
        found = await self.audience(Reading(tuple(listed), ()), reason=reason)
        return looked_at_again(left_out, found)

    async def _ways(self, asked: Iterable[str]) -> Mapping[str, Sequence[Way]]:
        """Return by which ways each of these wikis may be written to."""
        ways = {}
        for name in asked:
            wiki, allowed = self._wikis[name], self._policy.ways.get(name, USUAL)
            rights = (await wiki.account()).rights
            ways[name] = offered(allowed, site=await wiki.site(), rights=rights)
        return ways

    async def _look(self, wiki: str, titles: Sequence[str]) -> tuple[str, Mapping[str, PageFacts]]:
        account = await self._wikis[wiki].account()
        return account.name, await self._wikis[wiki].pages(titles)
