"""Messages that were taken back: by others they weigh against their run, by us they do not."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import update

from storage import reverts
from storage.database import Database
from storage.deliveries import DeliveryRow
from storage.runvalues import DeliveryState, Run, RunKind
from tests.prepared import confirmed, recipients

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
PAGES = [("metawiki", "Ada"), ("metawiki", "Bo"), ("svwiki", "Ada")]


async def sent(database: Database, run: Run, *numbers: int) -> None:
    async with database.transaction() as session:
        await session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.run == run.number, DeliveryRow.number.in_(numbers))
            .values(state=DeliveryState.SENT)
        )


async def test_what_was_taken_back_is_counted_once_until_it_is_forgiven(
    database: Database,
) -> None:
    run = await confirmed(database, recipients(PAGES))
    async with database.transaction() as session:
        assert await reverts.see(session, run.number, [1, 2], NOW) == 2
        assert await reverts.see(session, run.number, [2, 3], NOW) == 1
        assert await reverts.weighing(session, run.number) == 3
        await reverts.forgive(session, run.number)
        assert await reverts.weighing(session, run.number) == 0


async def test_what_we_took_back_ourselves_is_known(database: Database) -> None:
    run = await confirmed(database, recipients(PAGES))
    retraction = await confirmed(
        database, recipients(PAGES[1:]), kind=RunKind.RETRACTION, of_run=run.number
    )
    another = await confirmed(database, recipients(PAGES))
    await sent(database, retraction, 1)
    await sent(database, another, 1, 2, 3)
    async with database.reading() as session:
        assert await reverts.ours(session, run.number) == {2}
        assert await reverts.ours(session, another.number) == frozenset()
