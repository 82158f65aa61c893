"""Tokens of personal feeds: one a person, none of them readable, all of them revocable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage import feedtokens, linking, people
from storage.database import Database
from storage.feedtokens import Holder
from storage.values import Identity

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


async def _person(database: Database, name: str) -> int:
    async with database.transaction() as session:
        return (await people.ensure(session, Identity("libera", name), NOW)).key


async def _holder(database: Database, token: str) -> Holder | None:
    async with database.reading() as session:
        return await feedtokens.holder(session, token)


async def test_a_token_is_known_by_whoever_has_it(database: Database) -> None:
    alice = await _person(database, "alice")
    async with database.transaction() as session:
        await feedtokens.keep(session, "one", person=alice, now=NOW)
    assert await _holder(database, "one") == Holder(alice, revoked=False)
    assert await _holder(database, "on") is None


async def test_a_new_token_ends_the_old_one(database: Database) -> None:
    alice, later = await _person(database, "alice"), NOW + timedelta(days=1)
    async with database.transaction() as session:
        await feedtokens.keep(session, "one", person=alice, now=NOW)
        await feedtokens.keep(session, "two", person=alice, now=later)
    assert await _holder(database, "one") == Holder(alice, revoked=True)
    assert await _holder(database, "two") == Holder(alice, revoked=False)
    async with database.reading() as session:
        assert await feedtokens.since(session, alice) == later


async def test_a_token_is_revoked_once(database: Database) -> None:
    alice, bob = await _person(database, "alice"), await _person(database, "bob")
    async with database.transaction() as session:
        await feedtokens.keep(session, "one", person=alice, now=NOW)
        await feedtokens.keep(session, "two", person=bob, now=NOW)
        assert await feedtokens.revoke(session, alice, NOW)
        assert not await feedtokens.revoke(session, alice, NOW)
        assert await feedtokens.since(session, alice) is None
    assert await _holder(database, "two") == Holder(bob, revoked=False)


async def test_who_is_joined_keeps_one_feed(database: Database) -> None:
    alice, also = await _person(database, "alice"), await _person(database, "also")
    async with database.transaction() as session:
        await feedtokens.keep(session, "one", person=alice, now=NOW)
        await feedtokens.keep(session, "two", person=also, now=NOW)
        await linking.join(session, kept=alice, joined=also, now=NOW)
        await feedtokens.join(session, kept=alice, joined=also, now=NOW)
    assert await _holder(database, "one") == Holder(alice, revoked=False)
    assert await _holder(database, "two") == Holder(alice, revoked=True)


async def test_who_is_joined_brings_his_feed_along(database: Database) -> None:
    alice, also = await _person(database, "alice"), await _person(database, "also")
    async with database.transaction() as session:
        await feedtokens.keep(session, "two", person=also, now=NOW)
        await feedtokens.join(session, kept=alice, joined=also, now=NOW)
    assert await _holder(database, "two") == Holder(alice, revoked=False)
