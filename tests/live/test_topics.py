"""Topics on boards: started once, found again on the board itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.wiki.sites import PywikibotWiki
from commands.writes import Outcome, Topic
from storage.database import Database
from storage.runvalues import DeliveryState, Recipient, Way
from tests.delivering import delivering, until_state
from tests.peers.delivery_fixtures import newcomers
from tests.peers.faulty_proxy import Fault
from tests.peers.flow_answers import BOARDS, FlowProxy
from tests.peers.mediawiki import BOT, MediaWiki
from tests.peers.wiki_fixtures import Connect
from tests.prepared import all_deliveries, as_it_was_at_the_start, confirmed

embedded = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def boards(metawiki: MediaWiki) -> Iterator[FlowProxy]:
    """Metawiki with the extension."""
    proxy = FlowProxy(wiki=metawiki)
    with metawiki.overridden(BOARDS), proxy.running():
        yield proxy


@pytest.fixture
def bot(connect: Connect, metawiki: MediaWiki, boards: FlowProxy) -> PywikibotWiki:
    """The bot on metawiki with the extension."""
    return connect(metawiki, api=boards.api)


@pytest.fixture
def owner(metawiki: MediaWiki, boards: FlowProxy) -> Recipient:
    """Somebody whose talk page is a board."""
    [newcomer] = newcomers({"metawiki": metawiki}, 1)
    metawiki.visitor.edit(newcomer.title, "{}", contentmodel="flow-board")
    return replace(newcomer, way=Way.TOPIC)


@embedded
async def test_a_board_gets_a_topic_with_the_mark_hidden_in_its_text(
    database: Database, bot: PywikibotWiki, boards: FlowProxy, owner: Recipient, tmp_path: Path
) -> None:
    assert (await bot.pages([owner.title]))[owner.title].content_model == "flow-board"
    run = await confirmed(database, [owner])
    async with delivering(database, {"metawiki": bot}, folder=tmp_path):
        await until_state(database, run)
    [only] = await all_deliveries(database, run)
    [topic] = boards.topics
    assert (only.state, only.revid) == (DeliveryState.SENT, None)
    assert only.saved_title == f"Topic:{topic.ident.capitalize()}"
    assert topic.subject == "Tech talk in December"
    assert topic.content.endswith(f"<!-- b1-{(run.digest or '')[:6]}-0001 -->")
    assert "~~~~" not in topic.content


@embedded
@pytest.mark.parametrize("reaches", [True, False], ids=["came", "never came"])
async def test_a_lost_answer_leads_to_one_topic(
    database: Database,
    bot: PywikibotWiki,
    boards: FlowProxy,
    owner: Recipient,
    tmp_path: Path,
    reaches: bool,
) -> None:
    boards.faults.append(Fault("flow", reaches_wiki=reaches))
    run = await confirmed(database, [owner])
    async with delivering(database, {"metawiki": bot}, folder=tmp_path):
        await until_state(database, run)
    assert [each.state for each in await all_deliveries(database, run)] == [DeliveryState.SENT]
    assert len(boards.topics) == 1
    assert len(boards.started()) == (1 if reaches else 2)


@embedded
async def test_a_database_from_before_starts_no_topic_again(
    database: Database, bot: PywikibotWiki, boards: FlowProxy, owner: Recipient, tmp_path: Path
) -> None:
    run = await confirmed(database, [owner])
    async with delivering(database, {"metawiki": bot}, folder=tmp_path) as alarm:
        await until_state(database, run)
        await as_it_was_at_the_start(database, run.number)
        alarm.ring()
        await until_state(database, run)
    assert len(boards.topics) == 1


@embedded
async def test_a_database_from_before_finds_its_topic_below_all_that_came_since(
    database: Database, bot: PywikibotWiki, boards: FlowProxy, owner: Recipient, tmp_path: Path
) -> None:
    boards.most = 3
    run = await confirmed(database, [owner])
    async with delivering(database, {"metawiki": bot}, folder=tmp_path) as alarm:
        await until_state(database, run)
        boards.start(owner.title, author="Editor 06", number=7)
        await as_it_was_at_the_start(database, run.number)
        alarm.ring()
        await until_state(database, run)
    assert len(boards.started()) == 1
    [only] = await all_deliveries(database, run)
    ours = next(each for each in boards.topics if each.author == BOT)
    assert (only.state, only.outcome) == (DeliveryState.SENT, "")
    assert only.saved_title == f"Topic:{ours.ident.capitalize()}"


@embedded
async def test_a_long_board_is_read_no_further_than_the_run_reaches(
    database: Database, bot: PywikibotWiki, boards: FlowProxy, owner: Recipient, tmp_path: Path
) -> None:
    boards.most = 3
    boards.start(owner.title, author="Editor 06", days_ago=20, number=9)
    boards.start(owner.title, author="Editor 06", days_ago=2, number=4)
    run = await confirmed(database, [owner])
    async with delivering(database, {"metawiki": bot}, folder=tmp_path):
        await until_state(database, run)
    assert len(boards.lists()) == 2
    assert len(boards.started()) == 1


@pytest.mark.parametrize(
    ("refusal", "subject", "outcome"),
    [
        ("spamfilter", "Talk", Outcome.ABUSE_FILTERED),
        ("block", "Talk", Outcome.PROTECTED),
        (None, "x" * 261, Outcome.INVALID),
    ],
)
async def test_a_refusal_is_named(
    bot: PywikibotWiki,
    boards: FlowProxy,
    owner: Recipient,
    refusal: str | None,
    subject: str,
    outcome: Outcome,
) -> None:
    boards.refusal = refusal
    result = await bot.add_topic(Topic(owner.title, subject, "Come and see."))
    assert (result.outcome, boards.topics) == (outcome, [])


@embedded
async def test_a_page_that_is_no_board_by_now_gets_nothing(
    database: Database, bot: PywikibotWiki, boards: FlowProxy, tmp_path: Path, talk_page: str
) -> None:
    user = talk_page.partition(":")[2]
    listed = Recipient(1, "metawiki", talk_page, user, user, "why", way=Way.TOPIC)
    run = await confirmed(database, [listed])
    async with delivering(database, {"metawiki": bot}, folder=tmp_path):
        await until_state(database, run)
    [only] = await all_deliveries(database, run)
    assert (only.state, only.outcome) == (DeliveryState.SKIPPED, "content-model")
    assert not boards.started()
