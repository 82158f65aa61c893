"""Wikis that refuse, limit, fall silent or are gone in the middle of a run, and come back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatbot.wiki.sites import PywikibotWiki
from commands.rules.pace import WikiPace
from storage import stops
from storage.database import Database
from storage.runvalues import DeliveryState, RunState
from tests.chatbot.test_delivery_course import until_stopped
from tests.delivering import QUICK, delivering, until_sent, until_state
from tests.peers.delivery_fixtures import messages, newcomers
from tests.peers.faulty_proxy import Fault, FaultyProxy
from tests.peers.mediawiki import BOT, MediaWiki, running_wikis
from tests.peers.wiki_fixtures import Connect
from tests.prepared import all_deliveries, confirmed, resume, said, stands

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

UNHURRIED = replace(QUICK, paces={name: WikiPace(900) for name in ("metawiki", "enwiki", "svwiki")})


@pytest.fixture
def own_wiki() -> Iterator[MediaWiki]:
    """A wiki that no other test needs to be up."""
    with running_wikis(["metawiki"]) as running:
        yield running["metawiki"]


@pytest.mark.parametrize(
    "php",
    [
        "$wgReadOnly = 'Moving to another machine';",
        "$wgRateLimits['edit'] = [ 'user' => [ 4, 1 ] ];",
    ],
    ids=["read-only", "rate-limiting"],
)
async def test_a_wiki_that_takes_nothing_for_a_while_loses_nobody(
    database: Database,
    wikis: dict[str, MediaWiki],
    connected: dict[str, PywikibotWiki],
    tmp_path: Path,
    php: str,
) -> None:
    audience = newcomers(wikis, 36)
    run = await confirmed(database, audience)
    async with delivering(database, connected, folder=tmp_path, settings=UNHURRIED):
        await until_sent(database, run, 8)
        with wikis["enwiki"].overridden(php):
            await until_sent(database, run, 27)
            assert await stands(database, run) is RunState.RUNNING
        await until_state(database, run)
    assert set(messages(wikis, audience).values()) == {1}


async def test_a_wiki_s_own_limit_is_kept(
    database: Database, metawiki: MediaWiki, connect: Connect, proxy: FaultyProxy, tmp_path: Path
) -> None:
    audience = newcomers({"metawiki": metawiki}, 10)
    run = await confirmed(database, audience)
    site = {"metawiki": connect(metawiki, api=proxy.api)}
    with metawiki.overridden("$wgRateLimits['edit'] = [ 'user' => [ 5, 1 ] ];"):
        async with delivering(database, site, folder=tmp_path):
            await until_state(database, run)
    assert len(proxy.edits()) == len(audience)


async def test_a_wiki_that_is_gone_for_a_while_loses_nobody(
    database: Database, own_wiki: MediaWiki, connect: Connect, tmp_path: Path
) -> None:
    audience = newcomers({"metawiki": own_wiki}, 20)
    run = await confirmed(database, audience)
    site = {"metawiki": connect(own_wiki)}
    async with delivering(database, site, folder=tmp_path, settings=UNHURRIED):
        await until_sent(database, run, 8)
        own_wiki.stop()
        own_wiki.start()
        await until_state(database, run)
    assert set(messages({"metawiki": own_wiki}, audience).values()) == {1}


@pytest.mark.parametrize(
    "fault",
    [
        Fault(reaches_wiki=True),
        Fault(reaches_wiki=True, answer=b"<html>Bad gateway</html>", status=502),
        Fault(),
        Fault(answer=b"<html>Over capacity</html>", status=503),
        Fault(answer=b"Too many requests", status=429),
        Fault.error("maxlag", lag=7),
        Fault.error("badtoken"),
        Fault.error("assertuserfailed"),
        Fault.error("editconflict"),
        Fault.error("internal_api_error_DBQueryError"),
    ],
    ids=[
        "answer lost",
        "answer replaced",
        "request lost",
        "over capacity",
        "too many requests",
        "lagged",
        "bad token",
        "session lost",
        "conflict",
        "database error",
    ],
)
async def test_whatever_becomes_of_an_edit_each_gets_one_message(
    database: Database,
    metawiki: MediaWiki,
    connect: Connect,
    proxy: FaultyProxy,
    tmp_path: Path,
    fault: Fault,
) -> None:
    audience = newcomers({"metawiki": metawiki}, 4)
    run = await confirmed(database, audience)
    proxy.faults = [fault]
    site = {"metawiki": connect(metawiki, api=proxy.api)}
    async with delivering(database, site, folder=tmp_path):
        await until_state(database, run)
    assert proxy.faults == []
    assert set(messages({"metawiki": metawiki}, audience).values()) == {1}


async def test_a_block_in_mid_run_stops_the_wiki_until_it_is_lifted(
    database: Database, own_wiki: MediaWiki, connect: Connect, tmp_path: Path
) -> None:
    audience = newcomers({"metawiki": own_wiki}, 12)
    run = await confirmed(database, audience)
    site = {"metawiki": connect(own_wiki)}
    async with delivering(database, site, folder=tmp_path, settings=UNHURRIED) as alarm:
        await until_sent(database, run, 7)
        own_wiki.visitor.change(action="block", user=BOT, expiry="infinite")
        await until_stopped(database, "metawiki")
        assert await stands(database, run) is RunState.RUNNING
        own_wiki.visitor.change(action="unblock", user=BOT)
        async with database.transaction() as session:
            await stops.lift(session, "metawiki", datetime.now(UTC))
        alarm.ring()
        await until_state(database, run)
    assert set(messages({"metawiki": own_wiki}, audience).values()) == {1}


async def test_a_block_from_talk_pages_alone_halts_the_run_and_says_why(
    database: Database, own_wiki: MediaWiki, connect: Connect, tmp_path: Path
) -> None:
    audience = newcomers({"metawiki": own_wiki}, 12)
    run = await confirmed(database, audience)
    site = {"metawiki": connect(own_wiki)}
    async with delivering(database, site, folder=tmp_path, settings=UNHURRIED):
        await until_sent(database, run, 7)
        own_wiki.visitor.change(
            action="block", user=BOT, expiry="infinite", partial=True, namespacerestrictions=3
        )
        await until_state(database, run, RunState.HALTED)
    assert (await said(database, run))[-1] == "run.progress.halted"
    assert sum(messages({"metawiki": own_wiki}, audience).values()) < 12


async def test_a_message_that_the_wiki_takes_for_spam_halts_after_the_first_few(
    database: Database, metawiki: MediaWiki, meta: PywikibotWiki, tmp_path: Path
) -> None:
    audience = newcomers({"metawiki": metawiki}, 12)
    run = await confirmed(database, audience)
    with metawiki.overridden("$wgSpamRegex = [ '/There will be/' ];"):
        async with delivering(database, {"metawiki": meta}, folder=tmp_path):
            await until_state(database, run, RunState.HALTED)
    settled = await all_deliveries(database, run)
    assert [each.outcome for each in settled] == 5 * ["spam-blacklisted"] + 7 * [""]
    assert {each.state for each in settled[5:]} == {DeliveryState.PENDING}


async def test_protected_pages_in_a_row_halt_the_run_and_can_be_retried(
    database: Database, metawiki: MediaWiki, meta: PywikibotWiki, tmp_path: Path
) -> None:
    audience = newcomers({"metawiki": metawiki}, 8)
    run = await confirmed(database, audience)
    with metawiki.overridden("$wgNamespaceProtection[NS_USER_TALK] = [ 'siteadmin' ];"):
        async with delivering(database, {"metawiki": meta}, folder=tmp_path):
            await until_state(database, run, RunState.HALTED)
    failed = [each.outcome for each in await all_deliveries(database, run)]
    assert failed == 5 * ["protected"] + 3 * [""]
    await resume(database, run)
    async with delivering(database, {"metawiki": meta}, folder=tmp_path):
        await until_state(database, run)
    assert set(messages({"metawiki": metawiki}, audience).values()) == {1}
