"""What long errands keep: parts of what they gather, people considered, global accounts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage import central, considered, errands, gathering, people, runs
from storage.database import Database
from storage.runvalues import ErrandKind
from storage.values import Destination, Identity, Place

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ADA = {"central_id": 7, "name": "Ada"}


async def test_parts_of_an_errand_are_there_again_until_it_is_done(database: Database) -> None:
    errand, _ = await _errand(database)
    async with database.transaction() as session:
        await gathering.keep(session, errand, "articles", {"svwiki": ["Älg"]})
        await gathering.keep(session, errand, "articles", {"svwiki": ["Something else"]})
    async with database.reading() as session:
        assert await gathering.part(session, errand, "articles") == {"svwiki": ["Älg"]}
        assert await gathering.part(session, errand, "people") is None
    async with database.transaction() as session:
        await gathering.forget(session, errand)
        assert await gathering.part(session, errand, "articles") is None


async def test_people_considered_are_found_by_name_in_the_last_audience(
    database: Database,
) -> None:
    _, run = await _errand(database)
    async with database.transaction() as session:
        await considered.keep(session, run, [("Ada", {"home": "metawiki"})])
        await considered.keep(
            session, run, [("Ada", {"home": "svwiki"}), ("Bo", {"home": "metawiki"})]
        )
    async with database.reading() as session:
        assert await considered.named(session, run, "Ada") == ({"home": "svwiki"},)
        assert await considered.named(session, run, "Cleo") == ()


async def test_global_accounts_are_known_while_they_are_fresh(database: Database) -> None:
    async with database.transaction() as session:
        await central.keep(session, {"Ada": ADA, "Nobody": None}, now=NOW)
    async with database.reading() as session:
        known = await central.known(session, ["Ada", "Nobody", "Bo"], since=NOW)
        assert known == {"Ada": ADA, "Nobody": None}
        later = NOW + timedelta(seconds=1)
        assert await central.known(session, ["Ada"], since=later) == {}


async def test_what_was_told_last_counts_and_the_old_is_forgotten(database: Database) -> None:
    names = {f"User {number}": ADA for number in range(1200)}
    later = NOW + timedelta(days=1)
    async with database.transaction() as session:
        await central.keep(session, names, now=NOW)
        await central.keep(session, {"User 7": None}, now=later)
        await central.forget(session, later)
        assert await central.known(session, list(names), since=NOW) == {"User 7": None}


async def _errand(database: Database) -> tuple[int, int]:
    alice = Identity("libera", "alice")
    async with database.transaction() as session:
        person = await people.ensure(session, alice, NOW)
        run = await runs.add(session, "December", created_by=person.key, now=NOW)
        errand = await errands.ask(
            session,
            ErrandKind.AUDIENCE,
            run=run.number,
            person=person.key,
            identity=alice,
            answer_to=Destination("libera", Place.CHANNEL, "#desk"),
            now=NOW,
        )
    return errand, run.number
