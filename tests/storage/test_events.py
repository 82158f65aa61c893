"""Events come back as they were kept; what may still take place is found by its index."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from storage import events, people, wishes
from storage.database import Database
from storage.values import Destination, Event, EventState, Identity, Place

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALICE = Identity("libera", "alice")
EVENT = Event(
    number=0,
    uid="a@test",
    kind="tech-talk",
    title="Wikidata",
    starts_at=NOW + DAY,
    zone="Europe/Stockholm",
    duration=HOUR,
)
FULL = replace(
    EVENT,
    sequence=3,
    recurrence_rule="FREQ=WEEKLY",
    exdates=(date(2026, 12, 9),),
    offsets=(DAY, timedelta(0)),
    channels=(Destination("libera", Place.CHANNEL, "#talks"),),
    speakers=("Ada", "Grace"),
    host="Alan",
    topics=("wikidata",),
    language="sv",
    link="https://example.org/",
    stream="https://example.org/s",
)


async def keep(database: Database, *those: Event) -> list[Event]:
    async with database.transaction() as session:
        alice = await people.ensure(session, ALICE, NOW)
        return [
            await events.add(
                session, replace(each, uid=f"{index}@test"), created_by=alice.key, now=NOW
            )
            for index, each in enumerate(those)
        ]


@pytest.mark.parametrize("event", [EVENT, FULL], ids=["bare", "full"])
async def test_an_event_comes_back_as_it_was_kept(database: Database, event: Event) -> None:
    (kept,) = await keep(database, event)
    async with database.reading() as session:
        assert await events.get(session, kept.number) == kept
    assert kept == replace(event, number=1, uid="0@test")


async def test_a_change_is_kept(database: Database) -> None:
    (kept,) = await keep(database, EVENT)
    changed = replace(FULL, number=kept.number, uid=kept.uid, title="Lexemes", zone="UTC")
    async with database.transaction() as session:
        await events.get(session, kept.number, lock=True)
        await events.save(session, changed, now=NOW)
    async with database.reading() as session:
        assert await events.get(session, kept.number) == changed


async def test_what_may_still_take_place_is_found(database: Database) -> None:
    old = replace(EVENT, starts_at=NOW - DAY)
    series = replace(old, recurrence_rule="FREQ=WEEKLY")
    cancelled = replace(EVENT, state=EventState.CANCELLED)
    kept = await keep(database, old, series, series, cancelled, EVENT)
    async with database.transaction() as session:
        await events.planned_to(session, kept[1].number, NOW + DAY)
    async with database.reading() as session:
        assert await events.coming(session, since=NOW) == (kept[1], kept[4])


async def test_the_series_planned_least_far_is_planned_next(database: Database) -> None:
    await keep(database, FULL, FULL, EVENT)
    async with database.transaction() as session:
        assert await events.planned_least(session) is None
        await events.planned_to(session, 1, NOW + 2 * DAY)
        await events.planned_to(session, 2, NOW + DAY)
        found = await events.next_to_plan(session, before=NOW + 3 * DAY)
        assert found is not None
        assert (found[0].number, found[1]) == (2, NOW + DAY)
        assert await events.planned_least(session) == NOW + DAY
        assert await events.next_to_plan(session, before=NOW + HOUR) is None


async def test_wishes_are_kept_once_for_each_account(database: Database) -> None:
    (event,) = await keep(database, EVENT)
    bob = Identity("libera", "bob")
    async with database.transaction() as session:
        await people.ensure(session, bob, NOW)
        for offsets, identity in (((HOUR, HOUR), ALICE), ((DAY, HOUR), ALICE), ((DAY,), bob)):
            await wishes.add(session, event.number, offsets, identity=identity, person=1, now=NOW)
        assert await wishes.of(session, event.number) == {
            wishes.told(ALICE): (DAY, HOUR),
            wishes.told(bob): (DAY,),
        }
        assert await wishes.drop(session, event.number, ALICE) == 2
        assert await wishes.of(session, event.number) == {wishes.told(bob): (DAY,)}
