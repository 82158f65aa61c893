"""Persons, identities, appointments, links and codes."""

from datetime import UTC, datetime, timedelta

from storage import linking, people
from storage.database import Database
from storage.values import Identity, Person

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ALICE = Identity("libera", "alice")
ALICE_HOME = Identity("oftc", "alice")


async def known(database: Database, identity: Identity) -> Person:
    async with database.transaction() as session:
        return await people.ensure(session, identity, NOW)


async def test_an_identity_has_one_person(database: Database) -> None:
    first = await known(database, ALICE)
    assert await known(database, ALICE) == first
    assert (await known(database, ALICE_HOME)).key != first.key


async def test_an_appointment_lasts_until_it_is_ended(database: Database) -> None:
    alice = await known(database, ALICE)
    async with database.transaction() as session:
        assert await people.appoint(session, alice.key, NOW)
        assert not await people.appoint(session, alice.key, NOW)
        assert [person.key for person in await people.coordinators(session)] == [alice.key]
        assert await people.dismiss(session, alice.key, NOW)
        assert not await people.dismiss(session, alice.key, NOW)
        assert await people.coordinators(session) == ()


async def test_who_ever_was_coordinator_is_known_by_network(database: Database) -> None:
    alice, bob = await known(database, ALICE), await known(database, Identity("libera", "bob"))
    await known(database, Identity("libera", "carol"))
    async with database.transaction() as session:
        for key in (alice.key, bob.key):
            await people.appoint(session, key, NOW)
            await people.dismiss(session, key, NOW)
        await people.appoint(session, alice.key, NOW)
        found = await people.ever_coordinators(session, "libera")
        assert found == {"alice": True, "bob": False}
        assert await people.ever_coordinators(session, "oftc") == {}


async def test_joined_identities_are_one_person_and_stay_linked_after_a_split(
    database: Database,
) -> None:
    one, other = await known(database, ALICE), await known(database, ALICE_HOME)
    async with database.transaction() as session:
        await linking.join(session, kept=one.key, joined=other.key, now=NOW)
        assert await people.identities(session, one.key) == (ALICE, ALICE_HOME)
        alone = await linking.split(session, ALICE_HOME, NOW)
        assert await people.identities(session, one.key) == (ALICE,)
        assert await people.identities(session, alone) == (ALICE_HOME,)
        assert set(await linking.links(session)) == {(one.key, other.key), (one.key, alone)}


async def test_a_code_is_good_once(database: Database) -> None:
    alice = await known(database, ALICE)
    until = NOW + timedelta(minutes=10)
    async with database.transaction() as session:
        await linking.keep_code(session, "hash", person=alice.key, expires_at=until)
        assert await linking.use_code(session, "hash", NOW) == alice.key
        assert await linking.use_code(session, "hash", NOW) is None


async def test_a_code_ages(database: Database) -> None:
    alice = await known(database, ALICE)
    async with database.transaction() as session:
        await linking.keep_code(session, "hash", person=alice.key, expires_at=NOW)
        assert await linking.use_code(session, "hash", NOW) is None


async def test_a_code_dies_after_five_wrong_tries(database: Database) -> None:
    alice = await known(database, ALICE)
    until = NOW + timedelta(minutes=10)
    async with database.transaction() as session:
        await linking.keep_code(session, "hash", person=alice.key, expires_at=until)
        for _ in range(linking.MOST_WRONG_TRIES):
            assert await linking.use_code(session, "guess", NOW) is None
        assert await linking.use_code(session, "hash", NOW) is None
