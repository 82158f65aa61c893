"""Promotion plans stand on a page of a real wiki, which people edit."""

from __future__ import annotations

from dataclasses import replace

import pytest
import structlog

from chatbot.promoting import Page
from chatbot.promotionsettings import PlanPage
from chatbot.wiki.sites import PywikibotWiki
from commands.messages import recalled
from commands.promotionpolicy import PlanBook
from storage import notices
from storage.database import Database
from tests.commands.event_desks import HOUR, NOW, PROMOTION
from tests.peers.mediawiki import MediaWiki

TITLE = "Promotion plans of these tests"
GOOD = "== tech-talk ==\n* 5 days before, host: Bake a '''cake''' for {speakers}\n"


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_people_write_the_plans_on_a_page(
    database: Database, meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    book, hours = PlanBook(), 0
    page = Page(
        database=database,
        policy=replace(PROMOTION, book=book),
        page=PlanPage("metawiki", TITLE),
        wikis={"metawiki": meta},
        log=structlog.get_logger(),
    )

    async def look() -> list[str]:
        nonlocal hours
        hours += 2
        await page.look(NOW + hours * HOUR)
        return [each.text for each in book.plan("tech-talk")]

    assert await look() == [""] * 8
    metawiki.visitor.edit(TITLE, GOOD)
    assert await look() == ["Bake a cake for {speakers}"]
    metawiki.visitor.edit(TITLE, GOOD.replace("5 days before", "soon"))
    assert await look() == [""] * 8
    assert await told(database) == ["promotion.page_gone", "promotion.page_faults"]


async def told(database: Database) -> list[str]:
    async with database.transaction() as session:
        claimed = await notices.claim(
            session, networks=["libera"], holder="t", now=NOW + 9 * HOUR, lease=HOUR, limit=9
        )
    return [each.key for notice in claimed for each in recalled(notice.reply or {}).lines]
