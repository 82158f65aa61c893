"""Notices: planned once, claimed with a lease, settled by whoever holds them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.event import listens_for, remove

from storage import events, notices, people, reminders
from storage.database import Database
from storage.notices import NoticeRow
from storage.values import (
    Destination,
    Event,
    Identity,
    Notice,
    NoticeKind,
    NoticeState,
    Place,
    Planned,
)

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CHANNEL = Destination("libera", Place.CHANNEL, "#talks")
OTHER = Destination("libera", Place.CHANNEL, "#other")
START = NOW + timedelta(hours=3)


async def tell(
    database: Database,
    due_at: datetime = NOW,
    destination: Destination = CHANNEL,
    event: int | None = None,
) -> None:
    async with database.transaction() as session:
        await notices.plan(
            session,
            kind=NoticeKind.PROGRESS,
            due_at=due_at,
            destination=destination,
            event=event,
            reply={"lines": [], "private": False},
        )


async def claim(database: Database, now: datetime = NOW, holder: str = "one") -> list[int]:
    async with database.transaction() as session:
        claimed = await notices.claim(
            session, networks=["libera"], holder=holder, now=now, lease=MINUTE, limit=10
        )
    return [notice.number for notice in claimed]


async def event_with(database: Database, *offsets: timedelta) -> int:
    async with database.transaction() as session:
        alice = await people.ensure(session, Identity("libera", "alice"), NOW)
        event = await events.add(
            session,
            Event(0, "uid", "tech-talk", "Wikidata", START, "UTC", HOUR),
            created_by=alice.key,
            now=NOW,
        )
        await reminders.plan(session, event.number, [planned(offset) for offset in offsets])
    return event.number


def planned(offset: timedelta, destination: Destination = CHANNEL) -> Planned:
    return Planned(f"{offset} {destination}", START - offset, destination, START, offset)


async def states(database: Database) -> list[NoticeState]:
    async with database.reading() as session:
        rows = await session.scalars(select(NoticeRow.state).order_by(NoticeRow.number))
    return [NoticeState(state) for state in rows]


async def test_what_is_due_is_claimed_in_the_order_in_which_it_was_due(database: Database) -> None:
    await tell(database, NOW)
    await tell(database, NOW - MINUTE)
    await tell(database, NOW + MINUTE)
    assert await claim(database) == [2, 1]


async def test_another_networks_notices_are_left_alone(database: Database) -> None:
    await tell(database, destination=Destination("oftc", Place.CHANNEL, "#talks"))
    assert await claim(database) == []
    async with database.reading() as session:
        assert await notices.next_due(session, ["libera"]) is None
        assert await notices.next_due(session, ["libera", "oftc"]) == NOW


async def test_a_lease_keeps_others_out_until_it_runs_out(database: Database) -> None:
    await tell(database)
    assert await claim(database) == [1]
    assert await claim(database, NOW + MINUTE / 2, "two") == []
    assert await claim(database, NOW + MINUTE, "two") == [1]


async def test_only_the_holder_lengthens_and_settles(database: Database) -> None:
    await tell(database)
    await claim(database)
    await claim(database, NOW + MINUTE, "two")
    async with database.transaction() as session:
        assert not await notices.hold(session, 1, holder="one", until=NOW + 9 * MINUTE)
        await notices.finish(session, [1], NoticeState.SENT, holder="one", now=NOW)
        await notices.postpone(session, 1, holder="one", until=NOW, fault="away")
        assert await notices.hold(session, 1, holder="two", until=NOW + 9 * MINUTE)
        assert await notices.next_due(session, ["libera"]) == NOW + 9 * MINUTE
    assert await states(database) == [NoticeState.CLAIMED]


async def test_what_is_settled_is_never_claimed_again(database: Database) -> None:
    await tell(database)
    await claim(database)
    async with database.transaction() as session:
        await notices.finish(session, [1], NoticeState.SENT, holder="one", now=NOW)
        assert not await notices.hold(session, 1, holder="one", until=NOW + MINUTE)
    assert await claim(database, NOW + HOUR) == []
    async with database.reading() as session:
        assert await notices.next_due(session, ["libera"]) is None


async def test_a_postponed_notice_waits_for_its_next_try(database: Database) -> None:
    await tell(database)
    await claim(database)
    async with database.transaction() as session:
        await notices.postpone(session, 1, holder="one", until=NOW + MINUTE, fault="away")
    assert await claim(database) == []
    assert await claim(database, NOW + MINUTE) == [1]


async def test_what_waits_for_a_network_need_not_wait_once_it_is_back(database: Database) -> None:
    await tell(database)
    await claim(database)
    async with database.transaction() as session:
        await notices.postpone(session, 1, holder="one", until=NOW + HOUR, fault="away")
        await notices.hurry(session, "oftc", NOW + MINUTE)
    assert await claim(database, NOW + MINUTE) == []
    async with database.transaction() as session:
        await notices.hurry(session, "libera", NOW + MINUTE)
    assert await claim(database, NOW + MINUTE) == [1]


async def test_a_start_ends_the_leases_of_the_process_before(database: Database) -> None:
    await tell(database)
    await claim(database)
    async with database.transaction() as session:
        await notices.release(session, NOW)
    assert await claim(database, holder="two") == [1]


async def test_planning_again_changes_nothing_that_is_planned_or_said(database: Database) -> None:
    number = await event_with(database, HOUR, 2 * HOUR)
    await claim(database, NOW + HOUR)
    async with database.transaction() as session:
        await notices.finish(session, [2], NoticeState.SENT, holder="one", now=NOW)
        await reminders.plan(session, number, [planned(HOUR), planned(2 * HOUR)])
        assert await session.scalar(select(func.count()).select_from(NoticeRow)) == 2
    assert await states(database) == [NoticeState.PENDING, NoticeState.SENT]


async def test_a_change_forgets_what_is_ahead_but_not_what_is_late(database: Database) -> None:
    number = await event_with(database, HOUR, 2 * HOUR)
    async with database.transaction() as session:
        await reminders.drop(session, number, after=START - 2 * HOUR)
        left = await reminders.pending(session, number)
    assert [notice.offset for notice in left] == [2 * HOUR]


async def test_one_destination_can_be_forgotten_alone(database: Database) -> None:
    number = await event_with(database, HOUR)
    async with database.transaction() as session:
        await reminders.plan(session, number, [planned(HOUR, OTHER)])
        await reminders.drop_for(session, number, OTHER)
        left = await reminders.pending(session, number)
    assert [notice.destination for notice in left] == [CHANNEL]


async def test_what_is_due_together_is_found_together_and_settled_by_one(
    database: Database,
) -> None:
    await event_with(database, HOUR, 2 * HOUR, timedelta(0))
    now = START - MINUTE
    await claim(database, now)
    async with database.transaction() as session:
        one = Notice(1, NoticeKind.REMINDER, now, CHANNEL, event=1, occurrence=START, offset=HOUR)
        due = await reminders.due_with(session, one, now)
        await notices.finish(session, [1], NoticeState.SENT, holder="one", now=now)
        await reminders.absorb(session, [1, 2], now)
        assert await reminders.said(session, one) == {START: HOUR}
    assert sorted(notice.number for notice in due) == [1, 2]
    assert await states(database) == [NoticeState.SENT, NoticeState.MERGED, NoticeState.PENDING]


async def test_news_is_superseded_by_later_news_of_the_same_matter(database: Database) -> None:
    number = await event_with(database)
    await tell(database, event=number)
    await tell(database, destination=OTHER, event=number)
    await tell(database)
    first = Notice(1, NoticeKind.PROGRESS, NOW, CHANNEL, event=number)
    async with database.transaction() as session:
        assert not await notices.superseded(session, first)
    await tell(database, event=number)
    async with database.transaction() as session:
        assert await notices.superseded(session, first)


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_waking_looks_into_the_index_of_what_is_open(database: Database) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []

    @listens_for(Engine, "before_cursor_execute")
    def keep(
        _c: object, _u: object, statement: str, values: tuple[object, ...], *_: object
    ) -> None:
        if "notice" in statement:
            asked.append((statement, values))

    await claim(database)
    async with database.reading() as session:
        await notices.next_due(session, ["libera", "oftc"])
    remove(Engine, "before_cursor_execute", keep)
    assert len(asked) == 3
    async with database.engine.connect() as connection:
        for statement, values in tuple(asked):
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            steps = [row.detail for row in plan]
            assert any("ix_notice_open (network=" in step for step in steps)
            assert not any(step.startswith("SCAN notice") for step in steps)
