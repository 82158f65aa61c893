"""Delivering to real wikis: what stands there afterwards, and what is checked before each save."""

from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.wiki.sites import PywikibotWiki
from storage.database import Database
from storage.runvalues import Delivery, DeliveryState, Recipient, RunState
from tests.delivering import QUICK, delivering, until_deliveries, until_state
from tests.peers.delivery_fixtures import messages, newcomers
from tests.peers.mediawiki import MediaWiki
from tests.prepared import all_deliveries, as_it_was_at_the_start, confirmed, page

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

OPTED_OUT = "[[Category:Opted-out of message delivery]]"

Sites = dict[str, PywikibotWiki]
Peers = dict[str, MediaWiki]


async def delivered(
    database: Database, sites: Sites, folder: Path, audience: list[Recipient], *, ahead: int = 1
) -> tuple[Delivery, ...]:
    """Deliver to an audience, and return what became of it."""
    run = await confirmed(database, audience)
    settings = replace(QUICK, check_ahead=ahead)
    async with delivering(database, sites, folder=folder, settings=settings):
        await until_state(database, run)
    return await all_deliveries(database, run)


@pytest.mark.parametrize("ahead", [1, 10])
async def test_each_recipient_gets_one_section(
    database: Database, wikis: Peers, connected: Sites, tmp_path: Path, ahead: int
) -> None:
    audience = newcomers(wikis, 30)
    settled = await delivered(database, connected, tmp_path, audience, ahead=ahead)
    assert {each.state for each in settled} == {DeliveryState.SENT}
    assert set(messages(wikis, audience).values()) == {1}
    for each in audience:
        assert wikis[each.wiki].visitor.headings(each.title) == ["Tech talk in December"]


async def test_a_message_says_who_and_why_and_its_edit_bears_the_mark(
    database: Database, metawiki: MediaWiki, meta: PywikibotWiki, talk_page: str, tmp_path: Path
) -> None:
    [only] = await delivered(database, {"metawiki": meta}, tmp_path, [page(talk_page)])
    text = metawiki.visitor.text(talk_page)
    assert text is not None
    message, _, signature = text.rpartition("\n\n")
    assert message.endswith("<small>Sent on behalf of Alice, because you gave a talk.</small>")
    assert signature.startswith("[[User:Bellringer|Bellringer]] ([[User talk:Bellringer|talk]]) ")
    [edit] = metawiki.visitor.history(talk_page)
    assert edit["revid"] == only.revid
    assert edit["comment"].startswith("Tech talk in December: [[User:Bellringer|run 1]] · b1-")
    assert edit["comment"].endswith("-0001")


@pytest.mark.parametrize(("title", "bot"), [("", True), ("Project:Village pump", False)])
async def test_only_edits_on_user_talk_pages_are_a_bot_s_and_none_is_minor(
    database: Database,
    metawiki: MediaWiki,
    meta: PywikibotWiki,
    talk_page: str,
    tmp_path: Path,
    title: str,
    bot: bool,
) -> None:
    target = page(title, user="") if title else page(talk_page)
    [only] = await delivered(database, {"metawiki": meta}, tmp_path, [target])
    assert only.revid is not None
    change = metawiki.visitor.recent_change(only.revid)
    assert (change["bot"], change["minor"]) == (bot, False)


async def test_who_opted_out_after_the_audience_was_frozen_gets_nothing(
    database: Database, wikis: Peers, connected: Sites, tmp_path: Path
) -> None:
    audience = newcomers(wikis, 12)
    run = await confirmed(database, audience)
    late = audience[7]
    wikis[late.wiki].visitor.edit(late.title, OPTED_OUT)
    async with delivering(database, connected, folder=tmp_path):
        await until_state(database, run)
    skipped = (await all_deliveries(database, run))[7]
    assert (skipped.state, skipped.outcome) == (DeliveryState.SKIPPED, "opted-out")
    found = messages(wikis, audience)
    assert found.pop(late.number) == 0
    assert set(found.values()) == {1}


async def test_who_is_blocked_or_leads_to_another_recipient_by_now_is_skipped(
    database: Database, metawiki: MediaWiki, meta: PywikibotWiki, tmp_path: Path
) -> None:
    audience = newcomers({"metawiki": metawiki}, 4)
    blocked, renamed, other, last = audience
    metawiki.visitor.change(action="block", user=str(blocked.user), expiry="infinite")
    metawiki.visitor.edit(renamed.title, f"#REDIRECT [[{last.title}]]")
    settled = await delivered(database, {"metawiki": meta}, tmp_path, audience)
    assert [(each.state, each.outcome) for each in settled] == [
        (DeliveryState.SKIPPED, "blocked"),
        (DeliveryState.SKIPPED, "duplicate"),
        (DeliveryState.SENT, ""),
        (DeliveryState.SENT, ""),
    ]
    assert messages({"metawiki": metawiki}, [other, last]) == {other.number: 1, last.number: 1}


async def test_a_page_that_was_moved_away_is_followed(
    database: Database, metawiki: MediaWiki, meta: PywikibotWiki, tmp_path: Path
) -> None:
    [old, new] = newcomers({"metawiki": metawiki}, 2)
    metawiki.visitor.edit(old.title, "Welcome.")
    metawiki.visitor.move(old.title, new.title)
    [only] = await delivered(database, {"metawiki": meta}, tmp_path, [old])
    assert (only.state, only.saved_title) == (DeliveryState.SENT, new.title)


@pytest.mark.parametrize("deed", ["moved", "archived"])
async def test_a_message_that_is_on_no_record_is_found_where_it_stands_by_now(
    database: Database, metawiki: MediaWiki, meta: PywikibotWiki, tmp_path: Path, deed: str
) -> None:
    audience = newcomers({"metawiki": metawiki}, 2)
    before = await delivered(database, {"metawiki": meta}, tmp_path, audience)
    title = audience[0].title
    if deed == "moved":
        metawiki.visitor.move(title, f"{title}/Archive")
    else:
        metawiki.visitor.edit(title, "")
    run = await as_it_was_at_the_start(database, before[0].run)
    async with delivering(database, {"metawiki": meta}, folder=tmp_path):
        await until_state(database, run)
    after = await all_deliveries(database, run)
    assert [each.revid for each in after] == [each.revid for each in before]


async def test_a_run_halts_when_what_it_transcludes_has_changed(
    database: Database, metawiki: MediaWiki, meta: PywikibotWiki, tmp_path: Path
) -> None:
    audience = newcomers({"metawiki": metawiki}, 2)
    confirmed_revid = metawiki.visitor.edit("Template:Date", "1 December")["newrevid"]
    metawiki.visitor.edit("Template:Date", "2 December")
    run = await confirmed(
        database,
        audience,
        live=True,
        revisions={"metawiki": {"Template:Date": confirmed_revid}},
    )
    async with delivering(database, {"metawiki": meta}, folder=tmp_path):
        await until_state(database, run, RunState.HALTED)
    assert set(messages({"metawiki": metawiki}, audience).values()) == {0}


async def test_each_saved_revision_is_read_back(
    database: Database,
    wikis: dict[str, MediaWiki],
    connected: dict[str, PywikibotWiki],
    tmp_path: Path,
) -> None:
    run = await confirmed(database, newcomers(wikis, 9))
    async with delivering(database, connected, folder=tmp_path):
        await until_deliveries(
            database, run, lambda found: all(each.verified for each in found), seconds=20
        )
    assert {each.state for each in await all_deliveries(database, run)} == {DeliveryState.SENT}
