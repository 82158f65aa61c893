"""Organisers see how events were attended, and on how many each figure rests."""

from __future__ import annotations

import re

import pytest

from storage.database import Database
from tests.chatbot.web.statistics import statistics
from tests.chatbot.web.visiting import visiting

PAGE = "/organisers/stats"


def words(page: str) -> str:
    return re.sub("<.*?>", "", page)


pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


async def test_every_figure_says_how_many_events_are_behind_it(database: Database) -> None:
    async with visiting(database, statistics=statistics()) as visit:
        page = await visit.page(PAGE)
    assert "Of 9 events" in words(page)
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(\d+)</td></tr>', page)
    kinds = {re.sub("<.*?>", "", name): (re.sub("<.*?>", "", shown), n) for name, shown, n in rows}
    assert kinds["Tech talk"] == ("20 (16 to 26)", "3")
    assert kinds["&lt;b&gt;odd&lt;/b&gt;"] == ("too few to say", "1")
    assert page.count("<svg") == 5


async def test_it_claims_no_causes_and_shows_nobody_else_s_page(database: Database) -> None:
    async with visiting(database, statistics=statistics()) as visit:
        page = await visit.page(PAGE)
        assert "need not be the cause" in page
        assert PAGE in await visit.page("/organisers")
        assert PAGE not in await visit.page("/")
        assert PAGE not in await visit.page("/presenters")


async def test_nothing_is_compared_where_nobody_counted(database: Database) -> None:
    async with visiting(database, statistics=statistics((), besides=4)) as visit:
        page = await visit.page(PAGE)
    assert "Nobody has told yet how many came to an event, of 4 that were held." in words(page)
    assert "<svg" not in page


async def test_its_charts_run_the_reader_s_way(database: Database) -> None:
    async with visiting(database, statistics=statistics()) as visit:
        page = await visit.page(f"{PAGE}?lang=ar")
    assert 'dir="rtl"' in page
    assert "بحسب النوع" in page


async def test_there_is_no_such_page_without_statistics(database: Database) -> None:
    async with visiting(database) as visit:
        assert (await visit.get(PAGE)).status_code == 404
        assert PAGE not in await visit.page("/organisers")
