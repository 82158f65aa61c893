"""Counts who signed up for what a run invites to: of its recipients, and of those held out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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
    """Reads where people sign up. `home` is the wiki of pages that name none.

    Asked are that one and the wikis of a run: one that is away elsewhere, of hundreds, keeps
    nobody from counting. Only a page that may stand elsewhere is looked for on all.
    """

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
        if not run.signup and run.event is None:
            return
        invited = await self._invited(run)
        signed = await self._signed(run, {each.wiki for each in invited})
        if not signed:
            return
        found = [each for each in invited if self._is_in(each, signed)]
        async with self._database.transaction() as session:
            await reactions.add(session, found)

    async def _signed(self, run: Run, wikis: Collection[str]) -> frozenset[Account]:
        """Return who signed up; `wikis` are those of the run."""
        if run.signup:
            return await self._on_wiki(run.signup, wikis)
        async with self._database.reading() as session:
            names, _ = await editors.attending(session, [run.event or 0])
        return frozenset(("", name) for name in names)

    async def _on_wiki(self, place: str, wikis: Collection[str]) -> frozenset[Account]:
        named = source(place)
        if not isinstance(named, Page):
            return frozenset()
        sites = await self._sites({self._home, *wikis})
        found = place_of(named, home=self._home, sites=sites)
        if found is None or self._may_be_elsewhere(found, sites):
            sites = await self._sites(self._wikis)
            found = place_of(named, home=self._home, sites=sites)
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

    def _may_be_elsewhere(self, found: Account, sites: Mapping[str, SiteFacts]) -> bool:
        """Return whether what looks like a page of home may be one of a wiki not asked yet."""
        wiki, title = found
        prefix, colon, _ = title.lstrip(":").partition(":")
        return bool(colon) and wiki == self._home and namespace_number(prefix, sites[wiki]) is None

    async def _sites(self, wikis: Iterable[str]) -> Mapping[str, SiteFacts]:
        """Return what is known of those wikis that are configured."""
        asked = sorted(self._wikis.keys() & set(wikis))
        return {name: await self._wikis[name].site() for name in asked}

    async def _invited(self, run: Run) -> list[Reaction]:
        """Return all who could have signed up, each as if he had."""
        async with self._database.reading() as session:
            written = await deliveries.of_run(session, run.number)
            left_out = await funnels.left_out(session, run.number)
        held_out = [each for each in left_out if each.step == Step.HELD_OUT]
        sites = await self._sites(each.wiki for each in held_out)
        now = self._clock()
        found = [
            _signed_up(run, each.recipient.wiki, each.recipient.user, each.recipient.number, now)
            for each in written
            if each.recipient.user
        ]
        accounts = [(each.wiki, self._account(each.wiki, each.title, sites)) for each in held_out]
        found += [
            _signed_up(run, wiki, account[1], None, now) for wiki, account in accounts if account
        ]
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
