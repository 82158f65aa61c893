"""Counts who signed up for what a run invites to: of its recipients, and of those held out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chatbot.clock import Clock
from commands.heard import Hearing
from commands.rules.audience import Step
from commands.rules.signatures import signers
from commands.rules.sources import Page, place_of, source
from commands.rules.titles import Title, namespace_number, normalise, root_user
from commands.wikis import SiteFacts
from storage import deliveries, editors, funnels, reactions
from storage.database import Database
from storage.heard import Reaction, ReactionKind
from storage.runvalues import Run

_CATEGORY = 14

Account = tuple[str, str]
"""A wiki, empty where one name is one human on all of them, and a user name."""


class SignUps:
    """Reads where people sign up. `home` is the wiki of pages that name none."""

    def __init__(
        self,
        *,
        database: Database,
        wikis: Mapping[str, Hearing],
        home: str,
        unified: bool,
        clock: Clock,
    ) -> None:
        self._database = database
        self._wikis = wikis
        self._home = home
        self._unified = unified
        self._clock = clock

    async def look(self, run: Run) -> None:
        """Keep who has signed up by now for a run's invitation. Raises WikiTrouble."""
        signed = await self._signed(run)
        if not signed:
            return
        found = [each for each in await self._invited(run) if self._is_in(each, signed)]
        async with self._database.transaction() as session:
            await reactions.add(session, found)

    async def _signed(self, run: Run) -> frozenset[Account]:
        if run.signup:
            return await self._on_wiki(run.signup)
        if run.event is None:
            return frozenset()
        async with self._database.reading() as session:
            names, _ = await editors.attending(session, [run.event])
        return frozenset(("", name) for name in names)

    async def _on_wiki(self, place: str) -> frozenset[Account]:
        sites = {name: await wiki.site() for name, wiki in self._wikis.items()}
        named = source(place)
        found = place_of(named, home=self._home, sites=sites) if isinstance(named, Page) else None
        if found is None:
            return frozenset()
        name, title = found
        prefix, colon, _ = title.partition(":")
        if colon and namespace_number(prefix, sites[name]) == _CATEGORY:
            members = await self._wikis[name].members(title)
            return frozenset(filter(None, (self._account(name, each, sites) for each in members)))
        text = (await self._wikis[name].read(title)).text
        listed = signers(text, home=name, sites=sites).listed
        accounts = (self._account(each.wiki, each.title, sites) for each in listed)
        return frozenset(filter(None, accounts))

    async def _invited(self, run: Run) -> list[Reaction]:
        """Return all who could have signed up, each as if he had."""
        sites = {name: await wiki.site() for name, wiki in self._wikis.items()}
        async with self._database.reading() as session:
            written = await deliveries.of_run(session, run.number)
            left_out = await funnels.left_out(session, run.number)
        now = self._clock()
        found = [
            _signed_up(run, each.recipient.wiki, each.recipient.user, each.recipient.number, now)
            for each in written
            if each.recipient.user
        ]
        for each in left_out:
            held = each.step == Step.HELD_OUT
            account = self._account(each.wiki, each.title, sites) if held else None
            if account:
                found.append(_signed_up(run, each.wiki, account[1], None, now))
        return found

    def _is_in(self, each: Reaction, signed: frozenset[Account]) -> bool:
        return ("", each.who) in signed or (each.wiki, each.who) in signed

    def _account(self, wiki: str, title: str, sites: Mapping[str, SiteFacts]) -> Account | None:
        normal = normalise(title, sites[wiki]) if wiki in sites else None
        user = root_user(normal) if isinstance(normal, Title) else None
        return ("" if self._unified else wiki, user) if user else None


def _signed_up(run: Run, wiki: str, user: str | None, number: int | None, at: datetime) -> Reaction:
    whose = f"held-out:{wiki}:{user}" if number is None else str(number)
    return Reaction(
        once=f"{run.number}:{ReactionKind.SIGN_UP}:{whose}",
        kind=ReactionKind.SIGN_UP,
        at=at,
        run=run.number,
        recipient=number,
        wiki=wiki,
        who=user or "",
    )
