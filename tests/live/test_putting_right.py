"""Corrections and retractions on real wikis: only what stands as it was saved is touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot.wiki.sites import PywikibotWiki
from storage.database import Database
from storage.runvalues import Delivery, DeliveryState, Recipient, Run, RunKind
from tests.delivering import delivering, until_state
from tests.peers.delivery_fixtures import newcomers
from tests.peers.faulty_proxy import Fault, FaultyProxy
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_fixtures import Connect
from tests.prepared import all_deliveries, as_it_was_at_the_start, confirmed

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

SENT, SKIPPED = DeliveryState.SENT, DeliveryState.SKIPPED
CORRECT, RETRACT = RunKind.CORRECTION, RunKind.RETRACTION

Sites = dict[str, PywikibotWiki]


async def carried_out(
    database: Database, sites: Sites, folder: Path, audience: list[Recipient], **different: object
) -> tuple[Run, tuple[Delivery, ...]]:
    """Carry a run out and return what became of it."""
    run = await confirmed(database, audience, **different)
    async with delivering(database, sites, folder=folder):
        await until_state(database, run)
    return run, await all_deliveries(database, run)


async def put_right(
    database: Database,
    sites: Sites,
    folder: Path,
    audience: list[Recipient],
    kind: RunKind,
    between: Callable[[], object] = lambda: None,
) -> tuple[Run, tuple[Delivery, ...]]:
    """Send a message, let something happen, and put it right."""
    first, _ = await carried_out(database, sites, folder, audience)
    between()
    return await carried_out(
        database,
        sites,
        folder,
        audience,
        kind=kind,
        of_run=first.number,
        body="It is on Friday." if kind is CORRECT else "It will not take place.",
    )


async def test_a_correction_stands_where_the_message_stood(
    database: Database, metawiki: MediaWiki, meta: PywikibotWiki, tmp_path: Path
) -> None:
    [one] = newcomers({"metawiki": metawiki}, 1)
    metawiki.visitor.edit(one.title, "Welcome.")

    def others() -> None:
        metawiki.visitor.edit(one.title, "Text", section="new", sectiontitle="Other news")

    run, [only] = await put_right(
        database, {"metawiki": meta}, tmp_path, [one], CORRECT, between=others
    )
    assert only.state is SENT
    text = metawiki.visitor.text(one.title) or ""
    assert metawiki.visitor.headings(one.title) == ["Tech talk in December", "Other news"]
    assert "It is on Friday." in text
    assert "There will be a talk." not in text
    newest = metawiki.visitor.history(one.title)[0]
    assert newest["revid"] == only.revid
    assert newest["comment"].endswith(f"b{run.number}-{(run.digest or '')[:6]}-0001")


@pytest.mark.parametrize("before", [None, "Welcome."], ids=["new page", "old page"])
async def test_a_retraction_leaves_the_page_as_it_was(
    database: Database,
    metawiki: MediaWiki,
    meta: PywikibotWiki,
    tmp_path: Path,
    before: str | None,
) -> None:
    [one] = newcomers({"metawiki": metawiki}, 1)
    if before:
        metawiki.visitor.edit(one.title, before)
    _, [only] = await put_right(database, {"metawiki": meta}, tmp_path, [one], RETRACT)
    assert only.state is SENT
    assert metawiki.visitor.text(one.title) == (before or "")
    newest = metawiki.visitor.history(one.title)[0]
    assert newest["comment"].startswith("It will not take place.: [[User:Bellringer|run 2]]")
    assert ("mw-undo" in newest["tags"]) == bool(before)


@pytest.mark.parametrize("kind", [CORRECT, RETRACT])
@pytest.mark.parametrize(
    ("deed", "outcome"),
    [
        ("answered", "section-answered"),
        ("changed", "section-changed"),
        ("archived", "section-gone"),
        ("deleted", "section-gone"),
    ],
)
async def test_what_others_have_touched_is_left_alone(
    database: Database,
    metawiki: MediaWiki,
    meta: PywikibotWiki,
    tmp_path: Path,
    kind: RunKind,
    deed: str,
    outcome: str,
) -> None:
    [one] = newcomers({"metawiki": metawiki}, 1)

    def touched() -> None:
        text = metawiki.visitor.text(one.title) or ""
        if deed == "answered":
            metawiki.visitor.edit(one.title, f"{text}\n:Thank you! ~~~~")
        elif deed == "changed":
            metawiki.visitor.edit(one.title, text.replace("a talk", "no talk"))
        elif deed == "archived":
            metawiki.visitor.edit(one.title, "Nothing here.")
        else:
            metawiki.visitor.change(action="delete", title=one.title)

    _, [only] = await put_right(database, {"metawiki": meta}, tmp_path, [one], kind, touched)
    assert (only.state, only.outcome) == (SKIPPED, outcome)
    if deed != "deleted":
        assert metawiki.visitor.history(one.title)[0]["user"] == "Admin"


async def test_a_page_that_was_moved_is_followed_and_opt_outs_are_honoured(
    database: Database, metawiki: MediaWiki, meta: PywikibotWiki, tmp_path: Path
) -> None:
    moved, stopped = newcomers({"metawiki": metawiki}, 2)

    def happens() -> None:
        metawiki.visitor.move(moved.title, f"{moved.title}/Archive")
        text = metawiki.visitor.text(stopped.title) or ""
        category = "[[Category:Opted-out of message delivery]]"
        metawiki.visitor.edit(stopped.title, f"{category}\n{text}")

    _, ends = await put_right(
        database, {"metawiki": meta}, tmp_path, [moved, stopped], CORRECT, happens
    )
    assert [(each.state, each.outcome) for each in ends] == [(SENT, ""), (SKIPPED, "opted-out")]
    assert "on Friday" in (metawiki.visitor.text(f"{moved.title}/Archive") or "")


async def test_what_was_corrected_can_be_corrected_again_and_taken_back(
    database: Database, metawiki: MediaWiki, meta: PywikibotWiki, tmp_path: Path
) -> None:
    [one] = newcomers({"metawiki": metawiki}, 1)
    metawiki.visitor.edit(one.title, "Welcome.")
    sites = {"metawiki": meta}
    await put_right(database, sites, tmp_path, [one], CORRECT)
    metawiki.visitor.edit(one.title, "Text", section="new", sectiontitle="Other news")
    for kind in (CORRECT, RETRACT):
        _, [only] = await carried_out(
            database, sites, tmp_path, [one], kind=kind, of_run=1, body="On Saturday."
        )
        assert only.state is SENT
        assert ("On Saturday." in (metawiki.visitor.text(one.title) or "")) == (kind is CORRECT)
    assert metawiki.visitor.headings(one.title) == ["Other news"]


async def test_a_lost_answer_puts_right_once(
    database: Database,
    connect: Connect,
    metawiki: MediaWiki,
    proxy: FaultyProxy,
    tmp_path: Path,
) -> None:
    audience = newcomers({"metawiki": metawiki}, 2)
    sites = {"metawiki": connect(metawiki, api=proxy.api)}

    def lose() -> None:
        proxy.faults.append(Fault("edit", reaches_wiki=True))

    run, ends = await put_right(database, sites, tmp_path, audience, CORRECT, lose)
    assert [each.state for each in ends] == [SENT, SENT]
    forgotten = await as_it_was_at_the_start(database, run.number)
    async with delivering(database, sites, folder=tmp_path):
        await until_state(database, forgotten)
    for each in audience:
        assert [edit["user"] for edit in metawiki.visitor.history(each.title)] == ["Bellringer"] * 2
    again = await all_deliveries(database, run)
    assert [each.revid for each in again] == [each.revid for each in ends]


async def test_an_edit_in_between_is_looked_at_again(
    database: Database,
    connect: Connect,
    metawiki: MediaWiki,
    proxy: FaultyProxy,
    tmp_path: Path,
) -> None:
    [one] = newcomers({"metawiki": metawiki}, 1)
    sites = {"metawiki": connect(metawiki, api=proxy.api)}
    take_fault = proxy.take_fault

    def answered_just_before(action: str) -> Fault | None:
        if action == "edit" and len(proxy.edits()) == 2:
            text = metawiki.visitor.text(one.title) or ""
            metawiki.visitor.edit(one.title, f"{text}\n:Thank you! ~~~~")
        return take_fault(action)

    proxy.take_fault = answered_just_before  # type: ignore[method-assign]
    _, [only] = await put_right(database, sites, tmp_path, [one], RETRACT)
    assert (only.state, only.outcome) == (SKIPPED, "section-answered")
    assert "Thank you!" in (metawiki.visitor.text(one.title) or "")
