"""The report of a run, as a person reads it in a spreadsheet."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from storage import claims, funnels
from storage.database import Database
from storage.deliveries import DeliveryRow
from storage.runvalues import DeliveryState, LeftOut, Run
from tests.chatbot.reporting.reported import reports
from tests.prepared import confirmed, recipients

AUDIENCE = recipients([("enwiki", "Anna"), ("enwiki", "Bert")])
SAVED_AT = datetime(2026, 12, 1, 12, 0, 5, tzinfo=UTC)


async def written(database: Database, run: Run, folder: Path) -> list[dict[str, str]]:
    await reports(database, folder).write(run.number)
    with (folder / f"run-{run.number}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


async def test_it_says_what_became_of_everybody(database: Database, tmp_path: Path) -> None:
    run = await confirmed(database, AUDIENCE)
    saved = claims.Saved(1, 99, "User talk:Anna", SAVED_AT)
    async with database.transaction() as session:
        await claims.record(session, run.number, "enwiki", [saved])
        row = await session.get_one(DeliveryRow, (run.number, 2))
        row.state, row.outcome, row.retriable = DeliveryState.FAILED, "protected", True
        left = LeftOut("enwiki", "User talk:Cleo", "Cleo", "opted-out", "User talk:Cleo")
        await funnels.keep(session, run.number, [], [left])
    sent, failed, left_out = await written(database, run, tmp_path)
    assert (sent["state"], sent["saved at (UTC)"]) == ("sent", "2026-12-01 12:00:05")
    assert (sent["revision"], sent["read back"]) == ("https://en.example/?oldid=99", "yes")
    assert (failed["revision"], failed["read back"]) == ("", "")
    assert (failed["state"], failed["reason"], failed["may be retried"]) == (
        "failed",
        "protected",
        "yes",
    )
    assert (left_out["page"], left_out["reason"]) == ("User talk:Cleo", "opted-out")


async def test_no_cell_is_a_formula(database: Database, tmp_path: Path) -> None:
    listed = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", 'plain, "quoted"']
    audience = [
        replace(each, as_listed=text)
        for each, text in zip(
            recipients(("enwiki", text) for text in "abcdef"), listed, strict=True
        )
    ]
    rows = await written(database, await confirmed(database, audience), tmp_path)
    assert [row["as listed"] for row in rows] == [
        *(f"'{text}" for text in listed[:5]),
        listed[5],
    ]
