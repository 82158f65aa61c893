"""Slow work: taken up once, in order within a run, given back or settled."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import errands, people, runs
from storage.database import Database
from storage.runvalues import Errand, ErrandKind
from storage.values import Destination, Identity, Place

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
ALICE = Identity("libera", "alice")
HERE = Destination("libera", Place.CHANNEL, "#coordinators")


@pytest.fixture
async def asked(database: Database) -> list[int]:
    """Two errands of one run and one of another, in this order."""
    async with database.transaction() as session:
        person = (await people.ensure(session, ALICE, NOW)).key
        first = await runs.add(session, "First", created_by=person, now=NOW)
        second = await runs.add(session, "Second", created_by=person, now=NOW)
        return [
            await errands.ask(
                session,
                ErrandKind.PREVIEW,
                run=run.number,
                person=person,
                identity=ALICE,
                answer_to=HERE,
                now=NOW,
                arguments={"x": "y"},
            )
            for run in (first, first, second)
        ]


async def take(database: Database, holder: str = "me", now: datetime = NOW) -> Errand | None:
    async with database.transaction() as session:
        return await errands.claim(session, holder=holder, now=now, lease=LEASE)


async def next_due(database: Database) -> datetime | None:
    async with database.reading() as session:
        return await errands.next_due(session)


async def test_errands_of_one_run_are_done_one_after_another(
    database: Database, asked: list[int]
) -> None:
    taken = [await take(database) for _ in range(3)]
    assert [each and each.number for each in taken] == [asked[0], asked[2], None]
    async with database.transaction() as session:
        assert await errands.finish(session, asked[0], holder="me")
    following = await take(database)
    assert following is not None
    assert following.number == asked[1]
    assert (following.identity, following.answer_to) == (ALICE, HERE)
    assert following.arguments == {"x": "y"}


async def test_a_lease_that_ran_out_frees_the_errand_and_its_end_is_not_the_first_holders(
    database: Database, asked: list[int]
) -> None:
    await take(database)
    again = await take(database, "you", NOW + LEASE)
    assert again is not None
    assert (again.number, again.attempts) == (asked[0], 2)
    async with database.transaction() as session:
        assert not await errands.finish(session, asked[0], holder="me")
        assert await errands.finish(session, asked[0], holder="you")


async def test_an_errand_given_back_waits(database: Database, asked: list[int]) -> None:
    later = NOW + timedelta(seconds=30)
    for _ in range(2):
        taken = await take(database)
        assert taken is not None
        async with database.transaction() as session:
            assert await errands.postpone(session, taken.number, holder="me", until=later)
    assert await take(database) is None
    assert await next_due(database) == later
    assert await take(database, now=later) is not None


async def test_nothing_is_due_once_all_is_done(database: Database, asked: list[int]) -> None:
    assert await next_due(database) == NOW
    for _ in asked:
        taken = await take(database)
        assert taken is not None
        async with database.transaction() as session:
            await errands.finish(session, taken.number, holder="me")
    assert await next_due(database) is None


async def test_a_process_alone_with_its_database_ends_all_leases(
    database: Database, asked: list[int]
) -> None:
    await take(database)
    async with database.transaction() as session:
        await errands.release(session, NOW)
    again = await take(database, "you")
    assert again is not None
    assert again.number == asked[0]
