"""A page that a live text includes is edited after two confirmed the run: it halts for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from chatbot.clock import Alarm
from chatbot.wiki.sites import PywikibotWiki
from commands.rules.pace import WikiPace
from storage import runs
from storage.database import Database
from storage.runvalues import Recipient, Run, RunState
from tests.chatbot.test_delivery_course import until_said
from tests.delivering import QUICK, delivering, until_sent, until_state
from tests.faults.desk import Desk
from tests.peers.delivery_fixtures import messages, newcomers
from tests.peers.mediawiki import MediaWiki
from tests.prepared import confirmed, said

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

CANARY, LONG = 5, timedelta(hours=1)
UNHURRIED = replace(QUICK, paces={"metawiki": WikiPace(240)})
_templates = count(1)

Sites = Mapping[str, PywikibotWiki]


@pytest.fixture
def sites(meta: PywikibotWiki) -> Sites:
    return {"metawiki": meta}


@pytest.fixture
def desk(database: Database, sites: Sites, tmp_path: Path) -> Desk:
    return Desk(database=database, wikis=sites, folder=tmp_path)


class Included:
    """A template of metawiki, and a live text that includes it."""

    def __init__(self, wiki: MediaWiki) -> None:
        self.wiki = wiki
        self.title = f"Template:Date {next(_templates)}"
        revid = wiki.visitor.edit(self.title, "1 December")["newrevid"]
        self.live = {"live": True, "revisions": {"metawiki": {self.title: revid}}}

    def edit(self) -> None:
        self.wiki.visitor.edit(self.title, "Buy our {{{1|watches}}}")


@pytest.fixture
def included(metawiki: MediaWiki) -> Included:
    return Included(metawiki)


def sent(wiki: MediaWiki, audience: list[Recipient]) -> int:
    return sum(messages({"metawiki": wiki}, audience).values())


async def still_halted(
    database: Database, desk: Desk, alarm: Alarm, run: Run, included: Included
) -> None:
    """Whoever lets it go on sees it halt again; the reason is on record."""
    halts = (await said(database, run)).count("run.progress.halted")
    assert "lets run" in await desk.say(f"resume {run.number}")
    alarm.ring()
    await until_halted(database, run, halts + 1)
    reason = (await desk.found(run)).halt_reason
    assert reason == f"template-changed (metawiki): {included.title}"
    assert await desk.recorded("run.halted") == halts + 1


async def until_halted(database: Database, run: Run, times: int) -> None:
    await until_state(database, run, RunState.HALTED)
    assert (await said(database, run)).count("run.progress.halted") == times


@pytest.mark.parametrize("pause", [LONG, timedelta()], ids=["a pause", "no pause"])
async def test_edited_while_the_first_are_written_to_the_others_get_nothing(
    database: Database,
    metawiki: MediaWiki,
    sites: Sites,
    desk: Desk,
    included: Included,
    tmp_path: Path,
    pause: timedelta,
) -> None:
    audience = newcomers({"metawiki": metawiki}, 12)
    run = await desk.confirmed(audience, **included.live)
    async with delivering(
        database, sites, folder=tmp_path, settings=UNHURRIED, canary=CANARY, canary_pause=pause
    ) as alarm:
        await until_sent(database, run, 2)
        included.edit()
        await until_halted(database, run, 1)
        assert sent(metawiki, audience) <= CANARY
        before = sent(metawiki, audience)
        await still_halted(database, desk, alarm, run, included)
    assert sent(metawiki, audience) == before


async def test_edited_in_the_pause_the_others_get_nothing_when_it_is_over_either(
    database: Database,
    metawiki: MediaWiki,
    sites: Sites,
    desk: Desk,
    included: Included,
    tmp_path: Path,
) -> None:
    audience = newcomers({"metawiki": metawiki}, 12)
    run = await desk.confirmed(audience, **included.live)
    async with delivering(
        database, sites, folder=tmp_path, canary=CANARY, canary_pause=LONG
    ) as alarm:
        await until_said(database, run, "run.progress.rests")
        included.edit()
        await until_halted(database, run, 1)
        async with database.transaction() as session:
            halted = await runs.get(session, run.number, lock=True)
            assert halted is not None
            await runs.save(session, replace(halted, rests_until=datetime.now(UTC)))
        for _ in range(2):
            await still_halted(database, desk, alarm, run, included)
    assert sent(metawiki, audience) == CANARY


async def test_a_lane_that_is_busy_with_another_run_looks_before_a_resumed_one_goes_on(
    database: Database,
    metawiki: MediaWiki,
    sites: Sites,
    desk: Desk,
    included: Included,
    tmp_path: Path,
) -> None:
    audience, others = (newcomers({"metawiki": metawiki}, number) for number in (3, 12))
    run = await desk.confirmed(audience, **included.live)
    another = await confirmed(database, others, state=RunState.RUNNING)
    included.edit()
    async with delivering(database, sites, folder=tmp_path, settings=UNHURRIED) as alarm:
        await until_halted(database, run, 1)
        await until_sent(database, another, 1)
        await still_halted(database, desk, alarm, run, included)
        await until_state(database, another)
    assert sent(metawiki, audience) == 0
    assert sent(metawiki, others) == len(others)
