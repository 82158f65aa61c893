"""All feeds: of the whole programme, of what somebody chose in an address, and of one person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Clock
from chatbot.feeds import Feed, Form, Revoked
from chatbot.programme import Edition, Programme
from chatbot.publish.feeds import atom, jsonfeed
from chatbot.publish.feeds.calendars import Calendars
from chatbot.publish.feeds.heading import Top
from chatbot.publish.feeds.items import Items
from commands.messages import line
from commands.rules.icalendar import MEDIA_TYPE, Address, Heading, Words
from commands.rules.showcase import Choice, choice
from storage import feedtokens
from storage.database import Database
from storage.feedtokens import Concern
from storage.values import Shown

_COUNTED = timedelta(minutes=15)
"""How often what is soon and what is over is looked at anew in feeds that say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """What the feeds say of themselves.

    `address` is where the web face begins, without a slash at the end; `page` returns where an
    event stands there. `language` is the tag of the language of all sentences.
    """

    community: str
    address: str
    page: Address
    language: str
    refresh: timedelta = timedelta(hours=1)


class Feeds:
    """Makes feeds of the programme as it is, without holding up the event loop."""

    def __init__(
        self,
        *,
        programme: Programme,
        database: Database,
        words: Words,
        settings: FeedSettings,
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self._programme = programme
        self._database = database
        self._words = words
        self._settings = settings
        self._clock = clock
        self._calendars = Calendars(words=words, address=settings.page, log=log)
        self._items = Items(words, settings.page, log)
        self._making = asyncio.Lock()

    async def edition(self, form: Form) -> Hashable:
        """Return what stays the same as long as a feed of this form says the same."""
        version = (await self._programme.now()).version
        if form is Form.CALENDAR:
            return version
        return version, self._clock().timestamp() // _COUNTED.total_seconds()

    async def public(self, form: Form, wanted: Choice) -> Feed:
        """Return the feed of all that is wanted."""
        edition = await self._programme.now()
        return await self._made(self._public, form, wanted, edition)

    async def own(self, token: str) -> Feed | None:
        """Return the calendar of a person, None for a token that nobody ever had.

        Raises Revoked.
        """
        async with self._database.reading() as session:
            holder = await feedtokens.holder(session, token)
            if holder is None:
                return None
            if holder.revoked:
                raise Revoked
            concern = await feedtokens.concern(session, holder.person)
        edition = await self._programme.now()
        return await self._made(self._own, concern, edition)

    async def event(self, number: int) -> Feed | None:
        """Return the calendar of one event, None where there is none for everybody."""
        edition = await self._programme.now()
        if (shown := edition.events.get(number)) is None:
            return None
        heading = Heading(shown.event.title, refresh=self._settings.refresh)
        return await self._made(self._calendar, (shown,), heading)

    async def _made(self, make: Callable[..., Feed], *arguments: object) -> Feed:
        """Make a feed in a thread, one at a time: they share what they keep of each event."""
        async with self._making:
            return await asyncio.to_thread(make, *arguments)

    def _public(self, form: Form, wanted: Choice, edition: Edition) -> Feed:
        top = self._top(form, wanted)
        if form is Form.CALENDAR:
            self._calendars.forget_all_but(edition.events)
            shown = [each for each in edition.events.values() if wanted.takes(each.event)]
            return self._calendar(shown, self._heading(top))
        now = self._clock()
        items = self._items.of(edition.events.values(), wanted, now)
        if form is Form.ATOM:
            return Feed(atom.atom(top, items, now), atom.MEDIA_TYPE)
        return Feed(jsonfeed.json_feed(top, items), jsonfeed.MEDIA_TYPE)

    def _own(self, concern: Concern, edition: Edition) -> Feed:
        top = self._top(Form.CALENDAR, Choice())
        name = self._words(line("feed.name_own", community=top.community))
        # It does not say where it is to be had: whoever gets a copy shall not have the feed.
        heading = replace(self._heading(top), name=name, source=None)
        return self._calendar(_concerning(edition.events.values(), concern), heading)

    def _calendar(self, shown: Iterable[Shown], heading: Heading) -> Feed:
        return Feed(self._calendars.of(shown, heading), MEDIA_TYPE)

    def _heading(self, top: Top) -> Heading:
        return Heading(top.name, top.description, top.source, top.page, self._settings.refresh)

    def _top(self, form: Form, wanted: Choice) -> Top:
        settings = self._settings
        community = settings.community
        query = _query(wanted)
        return Top(
            name=self._name(community, wanted),
            description=self._words(line("feed.about")),
            community=community,
            source=f"{settings.address}/feeds/all.{form}{query}",
            page=f"{settings.address}/{query}",
            language=settings.language,
        )

    def _name(self, community: str, wanted: Choice) -> str:
        chosen = (
            *sorted(wanted.kinds),
            *(f"#{topic}" for topic in sorted(wanted.topics)),
            *sorted(wanted.languages),
        )
        if not chosen:
            return self._words(line("feed.name", community=community))
        return self._words(line("feed.name_chosen", community=community, choice=chosen))


def _query(wanted: Choice) -> str:
    pairs = [
        *(("kind", each) for each in sorted(wanted.kinds)),
        *(("topic", each) for each in sorted(wanted.topics)),
        *(("language", each) for each in sorted(wanted.languages)),
    ]
    return f"?{urlencode(pairs)}" if pairs else ""


def _concerning(shown: Iterable[Shown], concern: Concern) -> list[Shown]:
    choices = [choice(each.kinds, each.topics, each.languages) for each in concern.subscriptions]
    return [
        each
        for each in shown
        if each.event.number in concern.events or any(one.takes(each.event) for one in choices)
    ]
