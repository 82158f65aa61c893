"""The report as wikitext: it names the responsible, and nobody who only got a message."""

from __future__ import annotations

from pathlib import Path

from storage.database import Database
from tests.chatbot.reporting.reported import HOSTILE, big_run, reports


async def test_it_tells_who_was_responsible_and_names_no_recipient(
    database: Database, tmp_path: Path
) -> None:
    run = await big_run(database)
    text = await reports(database, tmp_path).wikitext(run.number)
    assert text.startswith("<!-- Bellringer: report of run 1 -->")
    assert "<bdi>Ada &#38; Bo</bdi> proposed it" in text
    assert '! scope="row" | the page is protected' in text
    assert "User talk" not in text
    assert "svg" not in text


async def test_nothing_that_people_wrote_stands_there_as_markup(
    database: Database, tmp_path: Path
) -> None:
    run = await big_run(database, words=HOSTILE)
    text = await reports(database, tmp_path).wikitext(run.number)
    for markup in ("{{", "[[Category", "~~~~", "__NOTOC__", "<script", "== Evil", "https://evil"):
        assert markup not in text, markup
    assert text.count("</pre>") == 3
