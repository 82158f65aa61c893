"""Wikis that stop the bot, and messages taken back there: as MediaWiki itself tells it."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chatbot.wiki.sites import PywikibotWiki
from storage import stops
from storage.database import Database
from storage.runvalues import RunState, Stop, StopKind
from tests.delivering import QUICK, delivering, until, until_sent, until_state
from tests.peers.delivery_fixtures import messages, newcomers
from tests.peers.mediawiki import ADMIN, BOT, MediaWiki
from tests.prepared import all_deliveries, confirmed, said, stands

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

Sites = dict[str, PywikibotWiki]
Peers = dict[str, MediaWiki]

TALK, STOP_PAGE = f"User talk:{BOT}", f"User:{BOT}/Stop"
LONG = timedelta(hours=1)
SLOW = replace(QUICK, stop_pages={"metawiki": STOP_PAGE})


@pytest.fixture(autouse=True)
async def seconds_of_its_own() -> None:
    """A wiki tells in whole seconds when a page was edited, and what time it is.

    What the last test wrote lies so far back that it counts as before this one by any reading.
    """
    await asyncio.sleep(3 - time.time() % 1)


async def stop(database: Database) -> Stop:
    """Wait until a wiki stops the bot."""
    found: list[Stop] = []

    async def stopped() -> bool:
        async with database.reading() as session:
            found.extend(await stops.standing(session))
        return bool(found)

    await until(stopped)
    return found[0]


@pytest.mark.parametrize("title", [TALK, STOP_PAGE])
async def test_an_edit_by_somebody_else_stops_that_wiki_alone(
    database: Database,
    wikis: Peers,
    metawiki: MediaWiki,
    connected: Sites,
    tmp_path: Path,
    title: str,
) -> None:
    audience = newcomers(wikis, 21)
    run = await confirmed(database, audience)
    async with delivering(database, connected, folder=tmp_path, settings=SLOW, canary_pause=LONG):
        await until_sent(database, run, 5)
        edit = metawiki.visitor.edit(title, f"Please stop, after {run.number}.")
        found = await stop(database)
    assert (found.wiki, found.kind, found.page) == ("metawiki", StopKind.PAGE, title)
    assert (found.by, found.revid) == (ADMIN, edit["newrevid"])
    assert await stands(database, run) is RunState.CANARY


async def test_a_block_stops_that_wiki_and_the_others_go_on(
    database: Database, wikis: Peers, metawiki: MediaWiki, connected: Sites, tmp_path: Path
) -> None:
    audience = newcomers(wikis, 12)
    metawiki.visitor.change(action="block", user=BOT, expiry="infinite", reason="Too many")
    try:
        run = await confirmed(database, audience, state=RunState.RUNNING)
        async with delivering(database, connected, folder=tmp_path):
            found = await stop(database)
            await until_sent(database, run, 8)
    finally:
        metawiki.visitor.change(action="unblock", user=BOT)
    assert (found.wiki, found.kind, found.by) == ("metawiki", StopKind.BLOCK, ADMIN)
    by_wiki = {each.wiki: messages(wikis, [each])[each.number] for each in audience}
    assert by_wiki == {"metawiki": 0, "enwiki": 1, "svwiki": 1}
    assert (await said(database, run))[-1] != "run.progress.halted"


async def test_a_message_that_is_taken_back_in_the_pause_halts_the_run(
    database: Database, metawiki: MediaWiki, meta: PywikibotWiki, tmp_path: Path
) -> None:
    audience = newcomers({"metawiki": metawiki}, 8)
    metawiki.visitor.edit(audience[0].title, "Welcome.")
    run = await confirmed(database, audience)
    async with delivering(database, {"metawiki": meta}, folder=tmp_path, canary_pause=LONG):
        await until_sent(database, run, 5)
        first = (await all_deliveries(database, run))[0]
        assert first.revid is not None
        metawiki.visitor.change(action="edit", title=first.recipient.title, undo=first.revid)
        metawiki.run_jobs()
        await until_state(database, run, RunState.HALTED)
    assert sum(messages({"metawiki": metawiki}, audience).values()) == 5
