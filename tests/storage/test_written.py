"""What stands of an earlier run where it was put right more than once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from storage import runs, written
from storage.database import Database
from storage.deliveries import DeliveryRow
from storage.runvalues import DeliveryState, Run, RunKind
from tests import prepared

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
ADA = prepared.page("User talk:Ada")


async def sent(database: Database, minutes: int, of_run: int | None = None) -> Run:
    """Keep a run, or a correction of one, that was saved so many minutes past noon."""
    run = await prepared.confirmed(database, [ADA])
    kind = RunKind.CORRECTION if of_run else RunKind.MESSAGE
    async with database.transaction() as session:
        await runs.save(session, replace(run, kind=kind, of_run=of_run))
        await session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.run == run.number)
            .values(
                state=DeliveryState.SENT,
                revid=run.number,
                saved_at=NOON + timedelta(minutes=minutes),
            )
        )
    return run


@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 1)])
async def test_the_correction_that_was_sent_last_stands(
    database: Database, first: int, second: int
) -> None:
    run = await sent(database, 0)
    corrections = [await sent(database, minutes, run.number) for minutes in (first, second)]
    last = corrections[0] if first > second else corrections[1]
    async with database.reading() as session:
        [found] = await written.written(session, run.number)
        to_ada = await written.written_to(session, run.number, ADA.wiki, ADA.title)
    assert found.run == last.number
    assert to_ada == found
