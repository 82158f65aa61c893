"""Sightings made an audience: everybody is looked up on the wikis, all wikis at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chatbot.errands.gathering import Gathering
from chatbot.errands.inquiring import Inquiring
from chatbot.errands.together import together
from commands.policy import RunPolicy
from commands.rules.audience import Audience, looked_at_again
from commands.rules.facts import Known, Wants
from commands.rules.filters import Note
from commands.rules.lists import Unread
from commands.rules.recipe import Recipe
from commands.rules.selection import Frame, Selected, sift
from commands.rules.sightings import Sighting
from commands.rules.ways import USUAL, offered
from commands.wikis import SiteFacts, Wiki
from storage.runvalues import LeftOut, Recipient, Way


class Survey:
    """Looks people up. All methods raise WikiTrouble."""

    def __init__(
        self, *, wikis: Mapping[str, Wiki], inquiring: Inquiring, policy: RunPolicy
    ) -> None:
        self._wikis = wikis
        self._inquiring = inquiring
        self._policy = policy

    async def sites(self) -> Mapping[str, SiteFacts]:
        """Return the facts of all wikis: a list may name any of them."""
        found = await together(_site(wiki) for wiki in self._wikis.values())
        return {site.wiki: site for site in found}

    async def select(
        self,
        sightings: Sequence[Sighting],
        unread: Sequence[Unread],
        *,
        recipe: Recipe,
        notes: Sequence[Note],
        now: datetime,
        gathering: Gathering,
    ) -> Selected:
        """Return the audience that sightings come to, asking all that must be known for it."""
        frame = Frame(
            recipe=recipe,
            sites=await self.sites(),
            own={},
            ways={},
            home=self._policy.home,
            now=now,
            unified=self._policy.unified,
            canary=self._policy.canary,
            notes=notes,
        )
        known = Known()
        while isinstance(
            found := sift(sightings, known=known, frame=frame, unreadable=unread), Wants
        ):
            known = await self._inquiring.answered(known, found, gathering)
            frame = await self._standing_on(known.pages, frame)
        return found

    async def again(
        self,
        recipients: Sequence[Recipient],
        left_out: Sequence[LeftOut],
        *,
        recipe: Recipe,
        notes: Sequence[Note],
        now: datetime,
        gathering: Gathering,
    ) -> Audience:
        """Return an audience as it is by now; who is left out by now stands in its funnel.

        Nobody is but those who may not be written to by now, and those whom runs have reached
        meanwhile, as the recipe asks for it: two runs may have been prepared side by side.
        """
        as_chosen = Recipe(sources=(), rest=recipe.rest, not_reached_by=recipe.not_reached_by)
        sightings = [
            Sighting(each.wiki, each.as_listed, title=each.title, reason=each.reason)
            for each in recipients
        ]
        selected = await self.select(
            sightings, (), recipe=as_chosen, notes=notes, now=now, gathering=gathering
        )
        return looked_at_again(left_out, selected.audience)

    async def _standing_on(self, wikis: Iterable[str], frame: Frame) -> Frame:
        """Return a frame with how the bot stands on these wikis, of perhaps hundreds, as well."""
        new = [name for name in wikis if name not in frame.own]
        found = await together(self._standing(name, frame.sites[name]) for name in new)
        standings = dict(zip(new, found, strict=True))
        return replace(
            frame,
            own={**frame.own, **{name: each.account for name, each in standings.items()}},
            ways={**frame.ways, **{name: each.ways for name, each in standings.items()}},
        )

    async def _standing(self, name: str, site: SiteFacts) -> _Standing:
        account = await self._wikis[name].account()
        allowed = self._policy.ways.get(name, USUAL)
        return _Standing(account.name, offered(allowed, site=site, rights=account.rights))


@dataclass(frozen=True, slots=True)
class _Standing:
    """The bot on a wiki: what it is called there, and how it may write to people."""

    account: str
    ways: Sequence[Way]


async def _site(wiki: Wiki) -> SiteFacts:
    return await wiki.site()
