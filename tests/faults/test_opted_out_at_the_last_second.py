"""An opt-out that comes when all is confirmed, a moment before the lane's own look: it counts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.optingout import OptingOut
from storage.database import Database
from storage.runvalues import Delivery, Recipient
from tests.commands.conversation import Conversation
from tests.commands.rundesks import POLICY
from tests.delivering import QUICK, delivering, until_state
from tests.peers.delivery_fixtures import messages, newcomers
from tests.peers.meddler import Deed, Meddler
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_fixtures import Connect
from tests.prepared import all_deliveries, confirmed

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

CATEGORY = "[[Category:Opted-out of message delivery]]"
PATIENT = replace(QUICK, settle=timedelta(seconds=20))
"""The quick lanes of tests do not even wait until the bot is logged in on another wiki."""
SENT, OPTED_OUT = ("sent", ""), ("skipped", "opted-out")


class Scene:
    """Three who are written to on metawiki. The second changes his mind."""

    def __init__(
        self, *, database: Database, wikis: dict[str, MediaWiki], meddler: Meddler
    ) -> None:
        self.database = database
        self.wikis = wikis
        self.meddler = meddler
        self.audience = newcomers({"metawiki": wikis["metawiki"]}, 3)

    @property
    def late(self) -> Recipient:
        """Who changes his mind."""
        return self.audience[1]

    async def ends(self, connect: Connect, folder: Path, deed: Deed) -> list[Delivery]:
        """Deliver, with a deed done just before the lane's look at his page."""
        self.meddler.just_before(deed, action="query", titles=self.late.title)
        run = await confirmed(self.database, self.audience)
        apis = {"metawiki": self.meddler.api}
        sites = {
            name: connect(wiki, api=apis.get(name, wiki.api)) for name, wiki in self.wikis.items()
        }
        async with delivering(self.database, sites, folder=folder, settings=PATIENT):
            await until_state(self.database, run)
        return list(await all_deliveries(self.database, run))

    def written(self) -> list[int]:
        """Count the messages on each page."""
        found = messages(self.wikis, self.audience)
        return [found[each.number] for each in self.audience]


@pytest.fixture
def scene(database: Database, wikis: dict[str, MediaWiki]) -> Iterator[Scene]:
    with Meddler(wiki_api=wikis["metawiki"].api).running() as meddler:
        yield Scene(database=database, wikis=wikis, meddler=meddler)
    assert meddler.done


def left_out(scene: Scene, settled: list[Delivery]) -> bool:
    """Whether the second alone got nothing, for this reason."""
    ends = [(each.state, each.outcome) for each in settled]
    return ends == [SENT, OPTED_OUT, SENT] and scene.written() == [1, 0, 1]


@pytest.mark.parametrize("text", [CATEGORY, "{{nobots}}", "{{bots|deny=Bellringer}}"])
async def test_a_page_that_says_so(
    scene: Scene, connect: Connect, tmp_path: Path, text: str
) -> None:
    visitor = scene.wikis["metawiki"].visitor
    settled = await scene.ends(
        connect, tmp_path, lambda: visitor.edit(scene.late.title, f"Welcome. {text}")
    )
    assert left_out(scene, settled)


async def test_a_page_that_leads_to_one_that_says_so(
    scene: Scene, connect: Connect, tmp_path: Path
) -> None:
    visitor = scene.wikis["metawiki"].visitor
    visitor.edit(f"{scene.late.title}/Desk", CATEGORY)
    settled = await scene.ends(
        connect,
        tmp_path,
        lambda: visitor.edit(scene.late.title, f"#REDIRECT [[{scene.late.title}/Desk]]"),
    )
    assert left_out(scene, settled)


async def test_our_own_list(scene: Scene, connect: Connect, tmp_path: Path) -> None:
    desk = OptingOut(policy=POLICY)
    talk = Conversation(scene.database, desk.commands(), datetime.now(UTC))
    await talk.appoint(["alice"])
    loop = asyncio.get_running_loop()

    def say() -> None:
        saying = talk.say(f"optout {scene.late.user}")
        assert "opt" in asyncio.run_coroutine_threadsafe(saying, loop).result(20)

    settled = await scene.ends(connect, tmp_path, say)
    assert left_out(scene, settled)


@pytest.mark.parametrize("text", [CATEGORY, "{{nobots}}"])
async def test_another_wiki_of_the_same_person(
    scene: Scene, connect: Connect, tmp_path: Path, text: str
) -> None:
    title = f"Användardiskussion:{scene.late.user}"
    elsewhere = (("enwiki", scene.late.title), ("svwiki", title))
    scene.audience[1] = replace(scene.late, others=elsewhere)
    visitor = scene.wikis["svwiki"].visitor
    settled = await scene.ends(connect, tmp_path, lambda: visitor.edit(title, text))
    assert left_out(scene, settled)
    assert settled[1].detail == f"svwiki: {title}"
