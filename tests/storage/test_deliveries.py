"""Who gets a run's message: frozen, counted, retried."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storage import claims, deliveries
from storage.database import Database
from storage.runvalues import Count, DeliveryState, Run
from tests.prepared import all_deliveries, confirmed, recipients

AUDIENCE = recipients([("enwiki", "Anna"), ("enwiki", "Bert"), ("dewiki", "Cleo")])
NOW = datetime(2026, 12, 1, tzinfo=UTC)


async def ended(database: Database, run: Run, *states: DeliveryState) -> None:
    """Let the deliveries of a run be in these states; failed ones may be retried."""
    for each, state in zip(await all_deliveries(database, run), states, strict=True):
        async with database.transaction() as session:
            row = await session.get_one(deliveries.DeliveryRow, (run.number, each.recipient.number))
            row.state, row.retriable, row.outcome = (
                state,
                state is DeliveryState.FAILED,
                "protected",
            )


async def test_a_frozen_audience_is_read_back_as_it_was(database: Database) -> None:
    run = await confirmed(database, AUDIENCE)
    assert [each.recipient for each in await all_deliveries(database, run)] == AUDIENCE
    assert {each.state for each in await all_deliveries(database, run)} == {DeliveryState.PENDING}


async def test_freezing_again_replaces_a_draft_s_audience(database: Database) -> None:
    run = await confirmed(database, AUDIENCE)
    async with database.transaction() as session:
        await deliveries.freeze(session, run.number, AUDIENCE[:1])
    assert [each.recipient for each in await all_deliveries(database, run)] == AUDIENCE[:1]


async def test_what_has_begun_is_not_frozen_again(database: Database) -> None:
    run = await confirmed(database, AUDIENCE)
    await ended(database, run, DeliveryState.CLAIMED, DeliveryState.PENDING, DeliveryState.PENDING)
    async with database.transaction() as session:
        with pytest.raises(ValueError, match="has begun"):
            await deliveries.freeze(session, run.number, [])


async def test_deliveries_are_counted_by_wiki_and_state(database: Database) -> None:
    run = await confirmed(database, AUDIENCE)
    await ended(database, run, DeliveryState.SENT, DeliveryState.CLAIMED, DeliveryState.PENDING)
    async with database.reading() as session:
        assert set(await deliveries.counts(session, run.number)) == {
            Count("enwiki", DeliveryState.SENT, 1),
            Count("enwiki", DeliveryState.CLAIMED, 1),
            Count("dewiki", DeliveryState.PENDING, 1),
        }
        assert await deliveries.claimed_count(session, run.number) == 1
        assert await deliveries.claimed_count(session) == 1
        assert await deliveries.claimed_count(session, run.number + 1) == 0
        wikis = await deliveries.unfinished_wikis(session, run.number)
    assert wikis == {"enwiki", "dewiki"}


async def test_only_what_may_be_retried_is_put_back(database: Database) -> None:
    run = await confirmed(database, AUDIENCE)
    await ended(database, run, DeliveryState.FAILED, DeliveryState.SENT, DeliveryState.SKIPPED)
    async with database.transaction() as session:
        assert await deliveries.retry(session, run.number) == 1
        assert await deliveries.retry(session, run.number) == 0
    again, *rest = await all_deliveries(database, run)
    assert again == replace(again, state=DeliveryState.PENDING, outcome="", retriable=False)
    assert [each.state for each in rest] == [DeliveryState.SENT, DeliveryState.SKIPPED]


async def test_what_stands_on_the_wiki_is_recorded_whatever_was_thought_of_it(
    database: Database,
) -> None:
    run = await confirmed(database, AUDIENCE)
    await ended(database, run, DeliveryState.FAILED, DeliveryState.SENT, DeliveryState.PENDING)
    assert run.started_at is not None
    found = [claims.Saved(number, 90 + number, "Moved", run.started_at) for number in (1, 2, 3, 9)]
    async with database.transaction() as session:
        assert await claims.record(session, run.number, "enwiki", found) == 1
        assert await claims.record(session, run.number, "enwiki", found) == 0
    first, second, third = await all_deliveries(database, run)
    assert (first.state, first.revid, first.saved_title) == (DeliveryState.SENT, 91, "Moved")
    assert (first.outcome, first.retriable) == ("", False)
    assert (second.revid, third.state) == (None, DeliveryState.PENDING)


@pytest.mark.parametrize(
    ("title", "owner", "anywhere", "found"),
    [
        ("User talk:Bert", None, False, 2),
        ("User talk:Bert", "Bert", False, 2),
        ("User talk:Elsewhere", "Bert", False, 2),
        ("User talk:Elsewhere", "Cleo", False, None),
        ("User talk:Elsewhere", "Cleo", True, 3),
        ("User talk:Anna", "Anna", True, None),
        ("User talk:Elsewhere", "Dora", True, None),
    ],
)
async def test_another_recipient_with_the_same_page_or_owner_is_found(
    database: Database, title: str, owner: str | None, anywhere: bool, found: int | None
) -> None:
    run = await confirmed(database, AUDIENCE)
    anna, *_ = await all_deliveries(database, run)
    async with database.reading() as session:
        other = await claims.same_target(session, anna, title=title, owner=owner, anywhere=anywhere)
    assert other == found


async def test_a_recipient_who_was_skipped_is_nobody_s_double(database: Database) -> None:
    run = await confirmed(database, AUDIENCE)
    await ended(database, run, DeliveryState.PENDING, DeliveryState.SKIPPED, DeliveryState.PENDING)
    anna, *_ = await all_deliveries(database, run)
    async with database.reading() as session:
        title = "User talk:Bert"
        assert not await claims.same_target(session, anna, title=title, owner=None, anywhere=True)


async def test_what_is_read_back_is_verified_where_it_is_the_revision_on_record(
    database: Database,
) -> None:
    run = await confirmed(database, AUDIENCE)
    await ended(database, run, DeliveryState.SENT, DeliveryState.SENT, DeliveryState.SENT)
    async with database.transaction() as session:
        for number in (1, 2, 3):
            row = await session.get_one(deliveries.DeliveryRow, (run.number, number))
            row.revid = 10 * number
        read = [claims.Saved(number, revid, "", NOW) for number, revid in ((1, 10), (2, 99))]
        await claims.record(session, run.number, "enwiki", read)
        await claims.record(session, run.number, "enwiki", [claims.Saved(3, 30, "", NOW)])
    assert [each.verified for each in await all_deliveries(database, run)] == [True, False, False]
