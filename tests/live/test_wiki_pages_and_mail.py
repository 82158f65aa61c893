"""Whole pages saved on real wikis, and mail that real wikis send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatbot.wiki.sites import PywikibotWiki
from commands.writes import Email, Outcome, PageEdit
from storage.database import Database
from storage.runvalues import DeliveryState, Recipient, Way
from tests.delivering import delivering, until_state
from tests.peers.delivery_fixtures import newcomers
from tests.peers.faulty_proxy import Fault, FaultyProxy
from tests.peers.mediawiki import MediaWiki
from tests.peers.wiki_fixtures import Connect
from tests.prepared import all_deliveries, confirmed

MAIL = """
$wgEnableEmail = $wgEnableUserEmail = true;
$wgPasswordSender = 'wiki@example.org';
$wgHooks['UserGetEmail'][] = static function ( $user, &$email ) {
  $email = $user->getId() . '@example.org';
};
$wgHooks['EmailConfirmed'][] = static function ( $user, &$confirmed ) {
  $confirmed = $user->getName() !== 'Editor 07';
  return false;
};
$wgHooks['AlternateUserMailer'][] = static function ( $headers, $to, $from, $subject, $body ) {
  $letter = [ 'to' => $to[0]->address, 'subject' => $subject, 'body' => $body ];
  file_put_contents( %s, json_encode( $letter ) . "\\n", FILE_APPEND );
  return false;
};
"""


@pytest.fixture
def mailbox(metawiki: MediaWiki, tmp_path: Path) -> Iterator[Path]:
    """Where all mail ends that metawiki sends; everybody but Editor 07 has an address."""
    box = tmp_path / "mail.jsonl"
    with metawiki.overridden(MAIL % json.dumps(str(box))):
        yield box


def letters(mailbox: Path) -> list[dict[str, str]]:
    """Return all mail that was sent."""
    return [json.loads(line) for line in mailbox.read_text().splitlines()]


async def test_a_page_is_made_and_changed_on_its_own_revision(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str
) -> None:
    made = await meta.save_page(PageEdit(talk_page, "One", "b1-3fa9c2-0001", None))
    changed = await meta.save_page(PageEdit(talk_page, "Two", "again", made.revid))
    assert (made.outcome, changed.outcome) == (Outcome.SAVED, Outcome.SAVED)
    assert metawiki.visitor.text(talk_page) == "Two"
    newest = metawiki.visitor.history(talk_page)[0]
    assert (newest["revid"], newest["minor"]) == (changed.revid, False)


@pytest.mark.parametrize("deed", ["made", "edited", "deleted", "moved"])
async def test_a_page_that_is_not_as_it_was_conflicts(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str, deed: str
) -> None:
    base = metawiki.visitor.edit(talk_page, "One")["newrevid"]
    if deed == "edited":
        metawiki.visitor.edit(talk_page, "Else")
    elif deed == "deleted":
        metawiki.visitor.change(action="delete", title=talk_page)
    elif deed == "moved":
        metawiki.visitor.move(talk_page, f"{talk_page}/Archive")
    edit = PageEdit(talk_page, "Two", "", None if deed == "made" else base)
    assert (await meta.save_page(edit)).outcome is Outcome.CONFLICT


async def test_a_revision_is_taken_back_and_its_edit_bears_the_wiki_s_tags(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str
) -> None:
    started_at = datetime.now(UTC) - timedelta(minutes=1)
    metawiki.visitor.edit(talk_page, "One")
    base = metawiki.visitor.edit(talk_page, "One\n\nTwo")["newrevid"]
    result = await meta.save_page(PageEdit(talk_page, "", "back", base, undo=base))
    assert result.outcome is Outcome.SAVED
    assert metawiki.visitor.text(talk_page) == "One"
    mine = {edit.revid: edit for edit in await meta.own_edits(started_at)}
    assert "mw-undo" in mine[result.revid or 0].tags


async def test_texts_are_read_as_they_were_saved_wherever_the_page_is(
    meta: PywikibotWiki, metawiki: MediaWiki, talk_page: str
) -> None:
    first = metawiki.visitor.edit(talk_page, "One")["newrevid"]
    second = metawiki.visitor.edit(talk_page, "Two")["newrevid"]
    metawiki.visitor.move(talk_page, f"{talk_page}/Archive")
    found = await meta.as_saved([first, second, 99_999_999])
    assert {revid: (each.title, each.text) for revid, each in found.items()} == {
        first: (f"{talk_page}/Archive", "One"),
        second: (f"{talk_page}/Archive", "Two"),
    }


async def test_mail_is_sent_by_the_wiki(meta: PywikibotWiki, mailbox: Path) -> None:
    result = await meta.send_email(Email("Editor 06", "Talk | A&B", "Come & see.\n\n<Now>"))
    assert (result.outcome, result.revid) == (Outcome.SAVED, None)
    [letter] = letters(mailbox)
    assert letter["subject"] == "Talk | A&B"
    assert letter["body"].startswith("Come & see.\n\n<Now>\n\n-- ")


@pytest.mark.parametrize(
    ("user", "php", "outcome"),
    [
        ("Editor 07", "", Outcome.NOT_EMAILABLE),
        ("Nobody at all", "", Outcome.NOT_EMAILABLE),
        ("Editor 06", "$wgEnableUserEmail = false;", Outcome.PERMISSION_DENIED),
        ("Editor 06", "$wgGroupPermissions['*']['sendemail'] = "
            "$wgGroupPermissions['user']['sendemail'] = false;", Outcome.PERMISSION_DENIED),
        ("Editor 06", "$wgRateLimits['emailuser'] = [ 'user' => [ 0, 60 ] ];",
            Outcome.RATE_LIMITED),
        ("Editor 06", "$wgReadOnly = 'moving house';", Outcome.READ_ONLY),
    ],
)  # fmt: skip
async def test_mail_that_is_refused_is_named(
    meta: PywikibotWiki,
    metawiki: MediaWiki,
    mailbox: Path,
    user: str,
    php: str,
    outcome: Outcome,
) -> None:
    await meta.account()
    with metawiki.overridden(php):
        result = await meta.send_email(Email(user, "Talk", "Come and see."))
    assert result.outcome is outcome
    assert not mailbox.exists()


async def test_who_can_be_mailed_is_told_with_the_page(meta: PywikibotWiki, mailbox: Path) -> None:
    pages = await meta.pages(["User talk:Editor 06", "User talk:Editor 07"])
    assert [bool(page.owner and page.owner.emailable) for page in pages.values()] == [True, False]


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("reaches", [True, False], ids=["came", "never came"])
async def test_mail_whose_answer_was_lost_stays_unknown_for_ever(
    database: Database,
    connect: Connect,
    metawiki: MediaWiki,
    proxy: FaultyProxy,
    mailbox: Path,
    tmp_path: Path,
    reaches: bool,
) -> None:
    first, second = newcomers({"metawiki": metawiki}, 2)
    proxy.faults.append(Fault("emailuser", reaches_wiki=reaches))
    run = await confirmed(database, [mailed(first), mailed(second)])
    bot = connect(metawiki, api=proxy.api)
    async with delivering(database, {"metawiki": bot}, folder=tmp_path):
        await until_state(database, run)
    lost, sent = await all_deliveries(database, run)
    assert (lost.state, lost.outcome, lost.retriable) == (DeliveryState.FAILED, "unknown", False)
    assert sent.state is DeliveryState.SENT
    assert len(letters(mailbox)) == (2 if reaches else 1)
    assert "you gave a talk" in letters(mailbox)[-1]["body"]


def mailed(recipient: Recipient) -> Recipient:
    """Return somebody as one who is written to by mail."""
    return replace(recipient, way=Way.EMAIL)
