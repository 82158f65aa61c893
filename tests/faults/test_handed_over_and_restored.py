"""A database from before messages were handed over to MassMessage: nobody gets a second one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.backup import backup, restore
from chatbot.wiki.sites import PywikibotWiki
from storage.database import Database
from storage.runvalues import DeliveryState, Recipient, Run, RunState, Way
from tests.delivering import delivering, until_deliveries, until_state
from tests.live.test_mass_message import standing
from tests.peers.delivery_fixtures import newcomers
from tests.peers.mass_message_answers import MESSENGER, MassMessageProxy
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_fixtures import Connect
from tests.prepared import all_deliveries, as_it_was_at_the_start, confirmed, resume

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


class Scene:
    """Three who are written to by the extension, and a database that is backed up."""

    def __init__(
        self, *, database: Database, url: str, bot: PywikibotWiki, peer: MassMessageProxy, at: Path
    ) -> None:
        self.database = database
        self.peer = peer
        self.folder = at
        people = newcomers({"metawiki": peer.wiki}, 3)
        self.audience: list[Recipient] = [replace(each, way=Way.MASS_MESSAGE) for each in people]
        self._url = url
        self._bot = bot

    async def deliver(self, run: Run, state: RunState = RunState.DONE, *, jobs: int = 0) -> None:
        """Deliver until the run is in this state; before that so many jobs are queued and done."""
        async with delivering(self.database, {"metawiki": self._bot}, folder=self.folder):
            if jobs:
                await until_deliveries(self.database, run, lambda _: len(self.peer.jobs) == jobs)
                self.peer.run_jobs()
            await until_state(self.database, run, state)

    def back_up(self) -> None:
        backup(self._url, self.folder / "backup")

    async def restore(self) -> None:
        await self.database.close()
        restore(self._url, self.folder / "backup")

    async def ends_with_one_message_each(self, run: Run) -> None:
        """All are on record as sent, and have it once."""
        settled = await all_deliveries(self.database, run)
        assert [(each.state, each.outcome) for each in settled] == [(DeliveryState.SENT, "")] * 3
        assert standing(self.peer.wiki, self.audience) == [1, 1, 1]


@pytest.fixture
def scene(
    database: Database, migrated_url: str, metawiki: MediaWiki, connect: Connect, tmp_path: Path
) -> Iterator[Scene]:
    peer = MassMessageProxy(wiki=metawiki)
    with peer.running():
        bot = connect(metawiki, api=peer.api, messenger=MESSENGER)
        yield Scene(database=database, url=migrated_url, bot=bot, peer=peer, at=tmp_path)


async def test_a_backup_from_between_a_refusal_and_the_handing_over(scene: Scene) -> None:
    scene.peer.sender_may = False
    run = await confirmed(scene.database, scene.audience)
    await scene.deliver(run, RunState.HALTED)
    scene.back_up()
    scene.peer.sender_may = True
    await resume(scene.database, run)
    await scene.deliver(run, jobs=3)
    await scene.restore()
    await resume(scene.database, run)
    await scene.deliver(run)
    assert len(scene.peer.handed_over()) == 2  # once refused, once taken
    await scene.ends_with_one_message_each(run)


async def test_a_backup_from_before_and_the_first_has_opted_out_since(scene: Scene) -> None:
    run = await confirmed(scene.database, scene.audience)
    await scene.deliver(run, jobs=3)
    await as_it_was_at_the_start(scene.database, run.number)
    first = scene.audience[0].title
    text = scene.peer.wiki.visitor.text(first)
    scene.peer.wiki.visitor.edit(first, f"{text}\n[[Category:Opted-out of message delivery]]")
    await scene.deliver(run)
    assert len(scene.peer.handed_over()) == 1
    await scene.ends_with_one_message_each(run)


async def test_a_backup_from_before_a_page_that_led_to_another_was_moved(scene: Scene) -> None:
    visitor = scene.peer.wiki.visitor
    first, desk = scene.audience[0].title, f"{scene.audience[0].title}/Desk"
    visitor.edit(desk, "Welcome.")
    visitor.edit(first, f"#REDIRECT [[{desk}]]")
    run = await confirmed(scene.database, scene.audience)
    await scene.deliver(run, jobs=3)
    await as_it_was_at_the_start(scene.database, run.number)
    visitor.edit(first, "I am back.")
    await scene.deliver(run)
    assert len(scene.peer.handed_over()) == 1
    ends = [(each.state, each.saved_title) for each in await all_deliveries(scene.database, run)]
    assert ends[0] == (DeliveryState.SENT, desk)
