"""The digest on a real MediaWiki: once, above what people wrote, and found again by its mark."""

from __future__ import annotations

from datetime import UTC, datetime

from chatbot.publish.digestwiki import stands, write
from chatbot.wiki.sites import PywikibotWiki
from tests.chatbot.publish.test_digest_sheet import HOSTILE, sheet
from tests.peers.mediawiki import MediaWiki


async def test_an_issue_is_written_once(metawiki: MediaWiki, meta: PywikibotWiki) -> None:
    title = "Digest tests/Newsletter"
    metawiki.populate(
        accounts=["Digest Grace"],
        edits=[{"title": title, "text": "Ours.\n\n== Older ==\nWords.", "user": "Digest Grace"}],
    )
    # Real wikis live in real time: their own edits are looked for from the hour before.
    due_at = datetime.now(UTC)
    for _ in range(2):
        written = await write(meta, title, sheet(HOSTILE[2]), code="20261210T0900Z", due_at=due_at)
        assert written.stands
    text = (await meta.read(title)).text
    assert text.startswith("Ours.\n\n== Thursday 10 December 2026")
    assert text.endswith("== Older ==\nWords.")
    assert text.count("<!-- Bellringer: digest 20261210T0900Z -->") == 1
    shown = await meta.render("Digest tests/Shown", "x", text)
    assert shown.missing == ()
    assert "X" not in shown.categories


async def test_an_issue_is_found_where_its_page_was_blanked(
    metawiki: MediaWiki, meta: PywikibotWiki
) -> None:
    title = "Digest tests/Blanked"
    due_at = datetime.now(UTC)
    await write(meta, title, sheet("Wikidata"), code="20261224T0900Z", due_at=due_at)
    metawiki.populate(
        accounts=["Digest Hopper"],
        edits=[{"title": title, "text": "Moved.", "user": "Digest Hopper"}],
    )
    assert await stands(meta, title, code="20261224T0900Z", due_at=due_at)
    assert not await stands(meta, title, code="20270107T0900Z", due_at=due_at)
