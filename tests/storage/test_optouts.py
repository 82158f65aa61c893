"""Our own opt-out list: whom an entry is for."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storage import optouts, people
from storage.database import Database
from storage.heard import Addressee
from storage.values import Identity
from tests import prepared

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


async def put(database: Database, user: str, *, wiki: str = "", human: str = "") -> int | None:
    async with database.transaction() as session:
        alice = await people.ensure(session, Identity("libera", "alice"), NOW)
        return await optouts.add(
            session, user, wiki=wiki, human=human, by=alice.key, why="asked", now=NOW
        )


@pytest.mark.parametrize(
    ("asked", "out"),
    [
        (Addressee("enwiki", "Ada"), True),
        (Addressee("svwiki", "Ada"), True),
        (Addressee("enwiki", "Ad"), False),
        (Addressee("enwiki", "ada"), False),
        (Addressee("enwiki", "Ada (renamed)", "human 1"), True),
        (Addressee("enwiki", "Bo"), False),
        (Addressee("svwiki", "Bo"), True),
        (Addressee("svwiki", "Bo elsewhere", "human 2"), True),
        (Addressee("enwiki", "Bo elsewhere", "human 2"), False),
        (Addressee("enwiki", "Cleo", ""), False),
    ],
)
async def test_an_entry_is_for_a_name_and_for_all_accounts_of_the_human(
    database: Database, asked: Addressee, out: bool
) -> None:
    await put(database, "Ada", human="human 1")
    await put(database, "Bo", wiki="svwiki", human="human 2")
    await put(database, "Dora")
    crowd = [Addressee("enwiki", f"Editor {number}") for number in range(200)]
    async with database.reading() as session:
        assert (asked in await optouts.opted_out(session, [asked])) is out
        assert (asked in await optouts.opted_out(session, [*crowd, asked])) is out
        assert not await optouts.opted_out(session, crowd)


async def test_an_entry_is_for_all_accounts_once_it_is_known_whose_it_is(
    database: Database,
) -> None:
    await put(database, "Ada")
    await put(database, "Ada", human="human 1")
    await put(database, "Ada", human="human 2")
    asked = [Addressee("enwiki", "Ada (renamed)", f"human {number}") for number in (1, 2)]
    async with database.reading() as session:
        assert list(await optouts.opted_out(session, asked)) == asked[:1]


async def test_the_same_is_put_there_once(database: Database) -> None:
    number = await put(database, "Ada")
    assert number is not None
    assert await put(database, "Ada") is None
    assert await put(database, "Ada", wiki="enwiki") is not None
    async with database.reading() as session:
        assert await optouts.count(session) == 2
        assert [each.wiki for each in await optouts.listed(session, 5)] == ["", "enwiki"]
        assert [each.wiki for each in await optouts.listed(session, 5, skip=1)] == ["enwiki"]


@pytest.mark.parametrize(("wiki", "left"), [(None, []), ("", ["enwiki"]), ("enwiki", [""])])
async def test_entries_are_taken_off_of_one_wiki_or_all(
    database: Database, wiki: str | None, left: list[str]
) -> None:
    await put(database, "Ada")
    await put(database, "Ada", wiki="enwiki")
    async with database.transaction() as session:
        assert len(await optouts.remove(session, "Ada", wiki=wiki)) == 2 - len(left)
        assert await optouts.remove(session, "Bo") == ()
        assert [each.wiki for each in await optouts.listed(session, 5)] == left


async def test_a_human_is_known_from_the_last_run_that_wrote_to_him(database: Database) -> None:
    (ada,) = prepared.recipients([("enwiki", "Ada")])
    await prepared.confirmed(database, [replace(ada, human="human 1")])
    async with database.reading() as session:
        assert await optouts.human_of(session, "Ada", wiki="") == "human 1"
        assert await optouts.human_of(session, "Ada", wiki="svwiki") == ""
        assert await optouts.human_of(session, "Bo", wiki="") == ""
