"""One wiki fails while others still work for the same errand: nothing of it is left under way."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from chatbot.errands.checking import Checking
from chatbot.errands.footers import Footers
from chatbot.errands.freezing import Freezing, Frozen
from chatbot.errands.putting_right import PuttingRight
from chatbot.errands.translations import Translations
from chatbot.text import Texts
from chatbot.wiki.dry.wiki import DryWiki
from commands.wikis import PageText, Rendered, SiteFacts, WikiTrouble
from storage.database import Database
from storage.deliveries import DeliveryRow
from storage.runvalues import DeliveryState, Run, RunState, Text
from tests.commands.rundesks import AUDIENCE, POLICY
from tests.prepared import confirmed

RUN = Run(1, "December", RunState.DRAFT, 1, subject="Talk", draft="Come!", body="Come!")
SWEDISH = Text("sv", "Föredrag", "Kom!", "", body="Kom!")


class Halves:
    """Whoever asks first hears of trouble once others wait, and they wait for ever."""

    def __init__(self) -> None:
        self.waiting = 0
        self._asked = 0
        self._others = asyncio.Event()

    async def ask(self, wiki: str) -> None:
        self._asked += 1
        if self._asked == 1:
            await self._others.wait()
            raise WikiTrouble(wiki, "away")
        self.waiting += 1
        self._others.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.waiting -= 1


class Torn(DryWiki):
    """A dry wiki, one of whose methods fails or never answers, as a folder never does."""

    def __init__(self, name: str, folder: Path, halves: Halves, torn: str) -> None:
        super().__init__(name=name, folder=folder / name, clock=lambda: datetime.now(UTC))
        self._halves = halves
        self._torn = torn
        self._sites = 0

    async def _tear(self, method: str) -> None:
        if method == self._torn:
            await self._halves.ask(self.name)

    async def site(self) -> SiteFacts:
        self._sites += 1
        if self.name != POLICY.home or self._sites > 1:
            await self._tear("site")
        return await super().site()

    async def expand(self, title: str, text: str) -> str:
        await self._tear("expand")
        return await super().expand(title, text)

    async def render(self, title: str, subject: str, body: str) -> Rendered:
        await self._tear("render")
        return await super().render(title, subject, body)

    async def as_saved(self, revids: Sequence[int]) -> Mapping[int, PageText]:
        await self._tear("as_saved")
        return await super().as_saved(revids)

    async def read(self, title: str) -> PageText:
        await self._tear("read")
        return await super().read(title)


@pytest.fixture
def halves() -> Halves:
    return Halves()


def torn(folder: Path, halves: Halves, method: str) -> dict[str, Torn]:
    return {name: Torn(name, folder, halves, method) for name in POLICY.wikis}


@pytest.mark.parametrize(("method", "live"), [("expand", False), ("site", True)])
async def test_a_run_is_frozen_by_no_wiki_once_one_is_away(
    tmp_path: Path, halves: Halves, method: str, live: bool
) -> None:
    words = Texts()
    freezing = Freezing(
        wikis=torn(tmp_path, halves, method),
        policy=POLICY,
        footers=Footers(words=words.words, spoken=words.languages, policy=POLICY),
        clock=lambda: datetime.now(UTC),
    )
    with pytest.raises(WikiTrouble):
        await freezing.frozen(RUN, [SWEDISH], AUDIENCE, event=None, sender="Alice", live=live)
    assert halves.waiting == 0


async def test_a_message_is_checked_by_no_wiki_once_one_is_away(
    tmp_path: Path, halves: Halves
) -> None:
    checking = Checking(wikis=torn(tmp_path, halves, "render"), policy=POLICY)
    with pytest.raises(WikiTrouble):
        await checking.checked(Frozen(RUN, (), tuple(AUDIENCE)))
    assert halves.waiting == 0


async def test_messages_are_compared_by_no_wiki_once_one_is_away(
    database: Database, tmp_path: Path, halves: Halves
) -> None:
    run = await confirmed(database, AUDIENCE)
    async with database.transaction() as session:
        await session.execute(update(DeliveryRow).values(state=DeliveryState.SENT))
    wikis = torn(tmp_path, halves, "as_saved")
    putting_right = PuttingRight(database=database, wikis=wikis, census=wikis)
    with pytest.raises(WikiTrouble):
        await putting_right.audience(replace(run, of_run=run.number))
    assert halves.waiting == 0


async def test_translations_are_read_no_further_once_the_wiki_is_away(
    tmp_path: Path, halves: Halves
) -> None:
    wikis = torn(tmp_path, halves, "read")
    (tmp_path / "metawiki").mkdir()
    for language in ("nb", "sv"):
        (tmp_path / f"metawiki/News%2F{language}.wiki").write_text("== Talk ==\nCome!")
    page = PageText("News", 0, 1, "wikitext", "== Talk ==\nCome!")
    with pytest.raises(WikiTrouble):
        await Translations(wikis=wikis).of("metawiki", page, language="en", only=())
    assert halves.waiting == 0
