"""What people did is kept once, told once, and how far was read outlives a restart."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage import reactions, watermarks
from storage.database import Database
from storage.heard import Reaction, ReactionKind, Suggestion
from tests import prepared

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
KINDS = (ReactionKind.REPLY, ReactionKind.MAIL)
REPLY = Reaction("1:reply:enwiki:7", ReactionKind.REPLY, NOW, run=1, recipient=1, wiki="enwiki")


async def begun(database: Database) -> int:
    run = await prepared.confirmed(database, prepared.recipients([("enwiki", "Ada")]))
    return run.number


async def test_the_same_is_kept_once(database: Database) -> None:
    heard = replace(REPLY, run=await begun(database))
    async with database.transaction() as session:
        (kept,) = await reactions.add(session, [heard, heard])
        assert await reactions.add(session, [heard]) == ()
        assert await reactions.get(session, kept.number) == kept


async def test_what_was_told_is_not_told_again(database: Database) -> None:
    heard = replace(REPLY, run=await begun(database))
    quiet = replace(heard, once="other", kind=ReactionKind.SIGN_UP)
    async with database.transaction() as session:
        await reactions.add(session, [heard, quiet])
        assert await reactions.waiting_since(session, KINDS) == (True, None)
        assert len(await reactions.take_untold(session, KINDS, NOW)) == 1
        assert await reactions.take_untold(session, KINDS, NOW + timedelta(hours=1)) == ()
        assert await reactions.waiting_since(session, KINDS) == (False, NOW)


async def test_recipients_who_ask_to_stop_are_counted_until_that_is_declined(
    database: Database,
) -> None:
    run = await begun(database)
    asked = replace(REPLY, run=run, suggestion=Suggestion.OPEN)
    again = replace(asked, once="again")
    async with database.transaction() as session:
        one, other = await reactions.add(session, [asked, again])
        assert await reactions.asked_to_stop(session, run, since=None) == 1
        assert await reactions.asked_to_stop(session, run, since=NOW + HOUR) == 0
        for each in (one, other):
            await reactions.decide(session, each.number, Suggestion.DECLINED)
        assert await reactions.asked_to_stop(session, run, since=NOW) == 0


async def test_a_watermark_is_kept(database: Database) -> None:
    async with database.transaction() as session:
        assert await watermarks.get(session, "enwiki") is None
        await watermarks.put(session, "enwiki", "a")
    async with database.transaction() as session:
        await watermarks.put(session, "enwiki", "b")
    async with database.reading() as session:
        assert await watermarks.get(session, "enwiki") == "b"
