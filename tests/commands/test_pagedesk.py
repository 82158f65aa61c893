"""Coordinators read how the wiki pages stand, and have them written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.pagedesk import PageDesk
from commands.rules.pagekeeping import Trouble
from storage import events, people, publications, stops
from storage.database import Database
from storage.publicationvalues import Kept, Wanted
from storage.runvalues import Stop, StopKind
from storage.values import Identity
from tests.commands.conversation import Conversation
from tests.pagekeeping import TALK

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)


@pytest.fixture
async def chat(database: Database) -> Conversation:
    conversation = Conversation(database, PageDesk().commands(), NOW)
    await conversation.appoint(["alice"])
    return conversation


async def keep(database: Database, wanted: Wanted, **different: object) -> None:
    """Keep a page that stands as it does after a try."""
    async with database.transaction() as session:
        await publications.keep(session, "metawiki", [wanted], now=NOW)
        kept = await publications.claim(session, "metawiki", holder="x", now=NOW, lease=LEASE)
        assert kept is not None
        changed = replace(kept, **different)  # type: ignore[arg-type] # checked at run time
        await publications.settle(session, changed, holder="x", until=None)


async def test_where_no_page_is_kept_it_is_said_how_to_have_some(chat: Conversation) -> None:
    assert "calendar_pages" in await chat.say("pages")
    assert "calendar_pages" in await chat.say("pages update")


async def test_pages_are_listed_with_what_is_wrong(chat: Conversation, database: Database) -> None:
    await keep(database, Wanted("a", Kept.CALENDAR, "Calendar"), written_at=NOW)
    await keep(database, Wanted("b", Kept.UPCOMING, "Next"), trouble=Trouble.NO_MARKS)
    async with database.transaction() as session:
        alice = await people.ensure(session, Identity("libera", "alice"), NOW)
        for uid in ("1", "2"):
            await events.add(session, replace(TALK, uid=uid), created_by=alice.key, now=NOW)
    for each in (1, 2):
        wanted = Wanted(f"event {each}", Kept.EVENT, f"Calendar/{each}", each)
        await keep(database, wanted, written_at=NOW - timedelta(hours=each))
    async with database.transaction() as session:
        await stops.stop(session, Stop("metawiki", StopKind.PAGE, "Stop", 7, "Grace", NOW))
    told = await chat.say("pages")
    assert "Calendar: [[Calendar]] on metawiki, written Tue 1 Dec 2026 12:00 UTC." in told
    assert "Coming events: [[Next]] on metawiki, not written by me yet." in told
    assert "2 events have their own pages on metawiki, written last Tue 1 Dec 2026 11:00" in told
    assert "<!-- Bellringer: upcoming --> <!-- Bellringer: end of upcoming -->" in told
    assert "Grace has edited Stop" in told


async def test_many_troubles_are_told_in_short(chat: Conversation, database: Database) -> None:
    for each in range(9):
        wanted = Wanted(f"{each}", Kept.CALENDAR, f"Calendar {each}")
        await keep(database, wanted, trouble=Trouble.PROTECTED, reason="protectedpage")
    told = await chat.say("pages")
    assert told.count("is protected") == 5
    assert "4 more pages have trouble." in told


async def test_who_asks_has_all_pages_looked_at_now(chat: Conversation, database: Database) -> None:
    await keep(database, Wanted("a", Kept.CALENDAR, "Calendar"), digest="d", revid=7)
    assert "I look at the page now." in await chat.say("pages update")
    async with database.reading() as session:
        assert await publications.next_due(session, "metawiki") == NOW
    assert chat.wakes


async def test_only_coordinators_may(chat: Conversation) -> None:
    for command in ("pages", "pages update"):
        assert "coordinator" in await chat.say(command, account="mallory")
