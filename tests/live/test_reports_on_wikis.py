"""A report on a real wiki: read as it is meant, and nothing that people wrote does anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.wiki.sites import PywikibotWiki
from commands.writes import Outcome, PageEdit
from storage.database import Database
from tests.chatbot.reporting.markup import Page
from tests.chatbot.reporting.reported import HOSTILE, big_run, reports
from tests.peers.mediawiki import MediaWiki

TITLE = "User:Bellringer/Report 1"

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


async def test_it_is_shown_as_it_is_meant_and_does_nothing(
    database: Database, tmp_path: Path, meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    run = await big_run(database, words=HOSTILE)
    text = await reports(database, tmp_path).wikitext(run.number)
    saved = await meta.save_page(PageEdit(TITLE, text, "Report", None))
    assert saved.outcome is Outcome.SAVED
    shown = metawiki.visitor.ask(action="parse", page=TITLE, disablelimitreport=True)["parse"]
    for effect in ("links", "templates", "externallinks", "categories", "images"):
        assert shown[effect] == [], effect
    sections = [each["line"] for each in shown["sections"]]
    assert sections[:2] == ["Who allowed this", "What was sent"]
    page = Page(shown["text"])
    assert not page.named("script")
    assert not page.named("img")
    assert "<script>alert(1)</script>" in page.named("p")[0].text
    assert len(page.named("table")) == 6
    assert [each.attributes["dir"] for each in page.named("pre")] == ["ltr", "rtl", "ltr"]
    assert "~~~~" in page.named("pre")[0].text


async def test_what_was_saved_is_known_again_as_ours(
    database: Database, tmp_path: Path, meta: PywikibotWiki, metawiki: MediaWiki
) -> None:
    run = await big_run(database)
    text = await reports(database, tmp_path).wikitext(run.number)
    title = f"{TITLE} again"
    await meta.save_page(PageEdit(title, text, "Report", None))
    assert (await meta.read(title)).text.startswith("<!-- Bellringer: report of run 1 -->")
    assert (await meta.signs([title])).edits[-1].user == "Bellringer"
    metawiki.visitor.edit(title, "Else")
    assert (await meta.signs([title])).edits[-1].user == "Admin"
