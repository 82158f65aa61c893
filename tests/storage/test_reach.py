"""Whom another run has written to, or may be writing to, a short while ago."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from storage import reach, runs
from storage.database import Database
from storage.deliveries import DeliveryRow
from storage.reach import Contact
from storage.runvalues import DeliveryState, Recipient, Run, RunKind
from tests import prepared

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
ADA = replace(prepared.page("User talk:Ada"), human="central:1")


async def wrote(database: Database, **different: object) -> Run:
    """Keep a run that wrote to Ada at noon, or what is different."""
    run = await prepared.confirmed(database, [ADA])
    values = {"state": DeliveryState.SENT, "saved_at": NOON, **different}
    async with database.transaction() as session:
        await session.execute(
            update(DeliveryRow).where(DeliveryRow.run == run.number).values(values)
        )
    return run


async def contact(
    database: Database, asked: Recipient = ADA, *, besides: int = 0, minutes: int = -1
) -> Contact | None:
    since = NOON + timedelta(minutes=minutes)
    names = ["Nobody", asked.user or ""]
    async with database.reading() as session:
        return await reach.contact(session, asked, names, besides=besides, since=since)


def somebody(wiki: str, user: str, human: str = "") -> Recipient:
    return replace(ADA, wiki=wiki, user=user, human=human)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (somebody("metawiki", "Ada", "central:1"), True),
        (somebody("svwiki", "Ada på svenska", "central:1"), True),
        (somebody("metawiki", "Ada"), True),
        (somebody("svwiki", "Ada"), False),
        (somebody("svwiki", "Ada", "central:2"), False),
        (somebody("metawiki", "Bo"), False),
    ],
)
async def test_a_human_is_known_by_his_key_on_any_wiki_or_by_his_account(
    database: Database, asked: Recipient, found: bool
) -> None:
    run = await wrote(database)
    assert await contact(database, asked) == (Contact(run.number, True) if found else None)


@pytest.mark.parametrize(
    ("different", "minutes", "sent"),
    [
        ({}, -1, True),
        ({}, 0, None),
        ({"state": DeliveryState.CLAIMED, "saved_at": None}, 0, False),
        ({"state": DeliveryState.PENDING, "saved_at": None}, -1, None),
        ({"state": DeliveryState.SKIPPED, "saved_at": None}, -1, None),
        ({"state": DeliveryState.FAILED, "saved_at": None}, -1, None),
    ],
)
async def test_only_what_was_sent_since_then_counts_and_what_may_be_on_its_way(
    database: Database, different: dict[str, object], minutes: int, sent: bool | None
) -> None:
    run = await wrote(database, **different)
    found = await contact(database, minutes=minutes)
    assert found == (None if sent is None else Contact(run.number, sent))


async def test_what_was_sent_tells_more_than_what_may_be_on_its_way(database: Database) -> None:
    first = await wrote(database)
    await wrote(database, state=DeliveryState.CLAIMED, saved_at=None)
    found = await contact(database)
    assert found == Contact(first.number, sent=True)


async def test_neither_the_run_itself_nor_a_correction_counts(database: Database) -> None:
    run = await wrote(database)
    correction = await wrote(database)
    async with database.transaction() as session:
        kept = replace(correction, kind=RunKind.CORRECTION, of_run=run.number)
        await runs.save(session, kept)
    assert await contact(database, besides=run.number) is None
