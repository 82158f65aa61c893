"""What destinations want to hear of is kept, each destination once and no account with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storage import events, people, subscriptions
from storage.database import Database
from storage.subscriptions import SubscriptionRow
from storage.values import Destination, Event, Identity, Place, Subscription

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ADA = Identity("libera", "ada")
IN_PRIVATE = Destination("libera", Place.PERSON, "ada")
CHANNEL = Destination("libera", Place.CHANNEL, "#talks")
PAGE = Destination("metawiki", Place.PAGE, "Project:Pump")


async def kept(database: Database, *found: Subscription) -> None:
    async with database.transaction() as session:
        person = await people.ensure(session, ADA, NOW)
        for each in found:
            await subscriptions.keep(session, each, person=person.key, now=NOW)


async def test_each_destination_has_one_subscription(database: Database) -> None:
    first = Subscription(CHANNEL, topics=("lua",))
    last = Subscription(CHANNEL, kinds=("tech-talk",), languages=("sv",))
    private, page = Subscription(IN_PRIVATE), Subscription(PAGE, topics=("lua", "wikidata"))
    await kept(database, first, private, page, last)
    async with database.transaction() as session:
        assert await subscriptions.everywhere(session) == (last, private, page)
        assert await subscriptions.pages(session) == (page,)
        assert await subscriptions.of(session, CHANNEL) == last
        await subscriptions.drop(session, CHANNEL)
        await subscriptions.drop(session, IN_PRIVATE)
        assert await subscriptions.of(session, IN_PRIVATE) is None
        assert await subscriptions.everywhere(session) == (page,)


async def test_no_account_stands_with_a_subscription(database: Database) -> None:
    await kept(database, Subscription(IN_PRIVATE))
    async with database.reading() as session:
        (row,) = await session.scalars(select(SubscriptionRow))
        assert "ada" not in row.address
        assert await subscriptions.of(session, IN_PRIVATE) == Subscription(IN_PRIVATE)


async def test_nobody_unknown_subscribes(database: Database) -> None:
    stranger = Destination("libera", Place.PERSON, "nobody")
    with pytest.raises(LookupError):
        await kept(database, Subscription(stranger))


async def test_topics_and_languages_are_those_that_events_have_had(database: Database) -> None:
    hour = timedelta(hours=1)
    async with database.transaction() as session:
        person = await people.ensure(session, ADA, NOW)
        for number, topics, language in ((1, ("lua", "wikidata"), "sv"), (2, ("lua",), None)):
            event = Event(
                0, str(number), "tech-talk", "T", NOW, "UTC", hour, topics=topics, language=language
            )
            await events.add(session, event, created_by=person.key, now=NOW)
        assert await events.themes(session) == (
            frozenset({"lua", "wikidata"}),
            frozenset({"sv"}),
        )
