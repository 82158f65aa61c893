"""Messages handed to the MassMessage extension: once, never again, and found where they stand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chatbot.wiki.sites import PywikibotWiki
from commands.rules.pace import WikiPace
from storage.database import Database
from storage.runvalues import DeliveryState, Recipient, Run, RunState, Way
from tests.delivering import QUICK, delivering, until_deliveries, until_state
from tests.peers.delivery_fixtures import newcomers
from tests.peers.faulty_proxy import Fault
from tests.peers.mass_message_answers import MESSENGER, MassMessageProxy
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_fixtures import Connect
from tests.prepared import all_deliveries, as_it_was_at_the_start, cancel, confirmed, halt, resume

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

SENT, FAILED = DeliveryState.SENT, DeliveryState.FAILED
SLOW = replace(QUICK, paces={"metawiki": WikiPace(edits_per_minute=30)})
IMPATIENT = replace(QUICK, handed_over=timedelta(seconds=2))


@pytest.fixture
def extended(metawiki: MediaWiki) -> Iterator[MassMessageProxy]:
    """Metawiki with the extension."""
    proxy = MassMessageProxy(wiki=metawiki)
    with proxy.running():
        yield proxy


@pytest.fixture
def bot(connect: Connect, metawiki: MediaWiki, extended: MassMessageProxy) -> PywikibotWiki:
    """The bot on metawiki with the extension."""
    return connect(metawiki, api=extended.api, messenger=MESSENGER)


@pytest.fixture
def audience(metawiki: MediaWiki) -> list[Recipient]:
    """Three who are written to by the extension."""
    people = newcomers({"metawiki": metawiki}, 3)
    return [replace(each, way=Way.MASS_MESSAGE) for each in people]


def standing(wiki: MediaWiki, audience: list[Recipient]) -> list[int]:
    """Count the messages on each page."""
    texts = [wiki.visitor.text(each.title) or "" for each in audience]
    return [text.count("== Tech talk in December ==") for text in texts]


async def test_what_was_handed_over_is_found_where_it_stands(
    database: Database,
    metawiki: MediaWiki,
    bot: PywikibotWiki,
    extended: MassMessageProxy,
    audience: list[Recipient],
    tmp_path: Path,
) -> None:
    run = await confirmed(database, audience)
    async with delivering(database, {"metawiki": bot}, folder=tmp_path, settings=QUICK):
        await until_deliveries(database, run, lambda _: len(extended.jobs) == 3)
        extended.run_jobs()
        await until_state(database, run)
    settled = await all_deliveries(database, run)
    assert [each.state for each in settled] == [SENT] * 3
    for each in settled:
        newest = metawiki.visitor.history(each.recipient.title)[0]
        assert (newest["revid"], newest["user"]) == (each.revid, MESSENGER)
    [sent] = extended.handed_over()
    assert "page-message" not in sent
    mark = f"b{run.number}-{(run.digest or '')[:6]}"
    assert sent["message"].endswith(f"~~~~\n<!-- {mark}-0000 -->")
    assert sent["spamlist"] == f"User:Bellringer/Delivery lists/{mark}-0001"


async def test_those_tried_out_are_handed_over_before_the_rest_and_opt_outs_never(
    database: Database,
    metawiki: MediaWiki,
    bot: PywikibotWiki,
    extended: MassMessageProxy,
    audience: list[Recipient],
    tmp_path: Path,
) -> None:
    run = await confirmed(database, audience)
    metawiki.visitor.edit(audience[2].title, "[[Category:Opted-out of message delivery]]")
    async with delivering(database, {"metawiki": bot}, folder=tmp_path, canary=1):
        await until_deliveries(database, run, lambda _: bool(extended.jobs))
        assert [job.title for job in extended.jobs] == [audience[0].title]
        extended.run_jobs()
        await until_deliveries(database, run, lambda _: bool(extended.jobs))
        extended.run_jobs()
        await until_state(database, run)
    ends = [(each.state, each.outcome) for each in await all_deliveries(database, run)]
    assert ends == [(SENT, ""), (SENT, ""), (DeliveryState.SKIPPED, "opted-out")]
    assert standing(metawiki, audience) == [1, 1, 0]


@pytest.mark.parametrize("reaches", [True, False], ids=["came", "never came"])
async def test_a_lost_answer_is_never_followed_by_a_second_message(
    database: Database,
    metawiki: MediaWiki,
    bot: PywikibotWiki,
    extended: MassMessageProxy,
    audience: list[Recipient],
    tmp_path: Path,
    reaches: bool,
) -> None:
    extended.faults.append(Fault("massmessage", reaches_wiki=reaches))
    run = await confirmed(database, audience)
    async with delivering(database, {"metawiki": bot}, folder=tmp_path, settings=IMPATIENT):
        await until_deliveries(database, run, lambda _: bool(extended.handed_over()))
        await until_deliveries(database, run, lambda _: len(extended.jobs) == (3 if reaches else 0))
        extended.run_jobs()
        await until_state(database, run)
    settled = await all_deliveries(database, run)
    unseen = (FAILED, "handed-over-unseen", False)
    ends = {(each.state, each.outcome, each.retriable) for each in settled}
    assert ends == ({(SENT, "", False)} if reaches else {unseen})
    assert len(extended.handed_over()) == 1
    assert standing(metawiki, audience) == [int(reaches)] * 3


async def test_a_database_from_before_hands_nothing_over_again(
    database: Database,
    metawiki: MediaWiki,
    bot: PywikibotWiki,
    extended: MassMessageProxy,
    audience: list[Recipient],
    tmp_path: Path,
) -> None:
    run = await confirmed(database, audience)
    async with delivering(database, {"metawiki": bot}, folder=tmp_path):
        await until_deliveries(database, run, lambda _: len(extended.jobs) == 3)
    await as_it_was_at_the_start(database, run.number)
    extended.run_jobs()
    async with delivering(database, {"metawiki": bot}, folder=tmp_path):
        await until_state(database, run)
    assert {each.state for each in await all_deliveries(database, run)} == {SENT}
    assert len(extended.handed_over()) == 1
    assert standing(metawiki, audience) == [1, 1, 1]


async def test_a_refusal_halts_the_run_and_another_day_it_is_handed_over(
    database: Database,
    metawiki: MediaWiki,
    bot: PywikibotWiki,
    extended: MassMessageProxy,
    audience: list[Recipient],
    tmp_path: Path,
) -> None:
    extended.sender_may = False
    run = await confirmed(database, audience)
    async with delivering(database, {"metawiki": bot}, folder=tmp_path) as alarm:
        await until_state(database, run, RunState.HALTED)
        assert not extended.jobs
        extended.sender_may = True
        await resume(database, run)
        alarm.ring()
        await until_deliveries(database, run, lambda _: len(extended.jobs) == 3)
        extended.run_jobs()
        await until_state(database, run)
    assert standing(metawiki, audience) == [1, 1, 1]


@pytest.mark.parametrize("stop", [halt, cancel])
async def test_texts_of_their_own_leave_one_by_one_until_somebody_stops_the_run(
    database: Database,
    metawiki: MediaWiki,
    bot: PywikibotWiki,
    extended: MassMessageProxy,
    audience: list[Recipient],
    tmp_path: Path,
    stop: Callable[[Database, Run], Awaitable[None]],
) -> None:
    run = await confirmed(database, audience, body="There will be a talk, $user.")
    async with delivering(database, {"metawiki": bot}, folder=tmp_path, settings=SLOW) as alarm:
        await until_deliveries(database, run, lambda _: bool(extended.jobs))
        await stop(database, run)
        alarm.ring()
        extended.run_jobs()
        await asyncio.sleep(2.5)  # so long that the next text would have left
    assert len(extended.handed_over()) == 1
    assert standing(metawiki, audience) == [1, 0, 0]


async def test_two_whose_pages_lead_to_one_get_one_message(
    database: Database,
    metawiki: MediaWiki,
    bot: PywikibotWiki,
    extended: MassMessageProxy,
    audience: list[Recipient],
    tmp_path: Path,
) -> None:
    [third] = newcomers({"metawiki": metawiki}, 1)
    for each in audience[:2]:
        metawiki.visitor.edit(each.title, f"#REDIRECT [[{third.title}]]")
    run = await confirmed(database, audience)
    async with delivering(database, {"metawiki": bot}, folder=tmp_path):
        await until_deliveries(database, run, lambda _: bool(extended.jobs))
        assert [job.title for job in extended.jobs] == [third.title, audience[2].title]
        extended.run_jobs()
        await until_state(database, run)
    ends = [(each.state, each.outcome) for each in await all_deliveries(database, run)]
    assert ends == [(SENT, ""), (DeliveryState.SKIPPED, "duplicate"), (SENT, "")]


@pytest.mark.parametrize("reaches", [True, False], ids=["came", "never came"])
async def test_a_lost_answer_to_the_list_keeps_nobody_from_the_message(
    database: Database,
    metawiki: MediaWiki,
    bot: PywikibotWiki,
    extended: MassMessageProxy,
    audience: list[Recipient],
    tmp_path: Path,
    reaches: bool,
) -> None:
    extended.faults.append(Fault("edit", reaches_wiki=reaches))
    run = await confirmed(database, audience)
    async with delivering(database, {"metawiki": bot}, folder=tmp_path):
        await until_deliveries(database, run, lambda _: len(extended.jobs) == 3)
        extended.run_jobs()
        await until_state(database, run)
    assert [each.state for each in await all_deliveries(database, run)] == [SENT] * 3
    assert len(extended.handed_over()) == 1
    assert standing(metawiki, audience) == [1, 1, 1]


@pytest.mark.parametrize("reaches", [True, False], ids=["came", "never came"])
async def test_after_a_refusal_a_list_that_was_not_emptied_counts_as_handed_over(
    database: Database,
    metawiki: MediaWiki,
    bot: PywikibotWiki,
    extended: MassMessageProxy,
    audience: list[Recipient],
    tmp_path: Path,
    reaches: bool,
) -> None:
    refusal = {"error": {"code": "never-heard-of", "info": "about it"}}
    extended.faults += [
        Fault.saying(refusal, action="massmessage"),
        Fault("edit", reaches_wiki=reaches, passing=1),
    ]
    run = await confirmed(database, audience)
    async with delivering(database, {"metawiki": bot}, folder=tmp_path, settings=IMPATIENT):
        await until_state(database, run, RunState.HALTED)
    assert {each.outcome for each in await all_deliveries(database, run)} == {"refused"}
    await resume(database, run)
    async with delivering(database, {"metawiki": bot}, folder=tmp_path, settings=IMPATIENT):
        if reaches:
            await until_deliveries(database, run, lambda _: len(extended.jobs) == 3)
            extended.run_jobs()
        await until_state(database, run)
    settled = await all_deliveries(database, run)
    ends = {(each.state, each.outcome, each.retriable) for each in settled}
    unseen = (FAILED, "handed-over-unseen", False)
    assert ends == ({(SENT, "", False)} if reaches else {unseen})
    assert standing(metawiki, audience) == [int(reaches)] * 3
