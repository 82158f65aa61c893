"""Puts the parts together that make feeds and pictures of the programme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from structlog.typing import FilteringBoundLogger

from chatbot.clock import Clock
from chatbot.programme import Programme
from chatbot.publish.cards import Cards, CardSettings
from chatbot.publish.feeds.feeds import Feeds, FeedSettings
from chatbot.text import Texts
from storage.database import Database

_NOBODYS = "Bellringer"
"""Whose events they are where nobody says it."""


@dataclass(frozen=True, slots=True)
class Feeding:
    """What makes feeds and cards."""

    feeds: Feeds
    cards: Cards

    async def card(self, number: int) -> tuple[bytes, str] | None:
        """Return an event's card and what it shows, as `chatbot.documents` wants it."""
        picture = await self.cards.of(number)
        return (picture.png, picture.alt) if picture else None


def made_feeding(
    *,
    database: Database,
    programme: Programme,
    texts: Texts,
    title: str,
    address: str,
    kinds: tuple[str, ...],
    clock: Clock,
    log: FilteringBoundLogger,
) -> Feeding:
    """Return what makes feeds and cards of the programme.

    `title` is the community's name, `address` where the web face begins, `kinds` are the kinds
    of events in the operator's order.
    """
    community = title or _NOBODYS
    feeds = Feeds(
        programme=programme,
        database=database,
        words=texts.words,
        settings=FeedSettings(
            community=community,
            address=address,
            page=partial(event_page, address),
            language=texts.languages[0],
        ),
        clock=clock,
        log=log,
    )
    settings = CardSettings(community=community, kinds=kinds)
    cards = Cards(programme=programme, texts=texts, settings=settings, clock=clock)
    return Feeding(feeds, cards)


def own_feed(address: str, token: str) -> str:
    """Return where the feed of whoever has this token stands."""
    return f"{address}/feeds/person/{token}.ics"


def event_page(address: str, number: int, occurrence: datetime | None) -> str:
    """Return the page of an event, or of one occurrence of a series."""
    page = f"{address}/event/{number}"
    return page if occurrence is None else f"{page}/{occurrence.astimezone(UTC).date()}"
