"""What is handed over bears the run's mark, is known again by it, and is given up after a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.rules.handing import (
    given_up,
    handed_body,
    is_list_of,
    list_text,
    list_title,
    refused,
    seen,
    stands_on,
)
from commands.rules.letter import Letter
from commands.wikis import OwnEdit, PageText
from commands.writes import Outcome
from storage.runvalues import Delivery, DeliveryState, Recipient, Run, RunState, Way

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
RUN = Run(7, "December", RunState.RUNNING, 1, digest="3fa9c2" + 58 * "0")
ADA = Recipient(4, "enwiki", "User talk:Ada", "Ada", "Ada", "why", way=Way.MASS_MESSAGE)
HANDED = Delivery(7, ADA, DeliveryState.CLAIMED, claimed_at=NOON, saved_title="User talk:Ada L")
EDIT = OwnEdit("", "User talk:Ada L", 99, NOON + timedelta(minutes=2), ("massmessage-delivery",))
MARK = "<!-- b7-3fa9c2-0000 -->"
LIST = f"""{MARK}
<!-- 2026-12-01T12:00:00+00:00 -->
* {{{{#target:User talk:Ada L}}}} <!-- b7-3fa9c2-0004 -->"""
WAITING = Delivery(7, ADA)
LISTED = "User talk:Ada L"
LATER = NOON + timedelta(hours=1)


def test_list_and_message_bear_the_run_s_mark() -> None:
    assert list_title(RUN, 4, own="Bot") == "User:Bot/Delivery lists/b7-3fa9c2-0004"
    assert list_text(RUN, [HANDED]) == LIST
    assert list_text(RUN, []) == MARK
    body = handed_body(RUN, Letter("A talk", "A talk", "Come."))
    assert body == f"Come.\n\n~~~~\n{MARK}"


@pytest.mark.parametrize(
    ("edit", "text", "found"),
    [
        (EDIT, f"== A talk ==\n{MARK}", True),
        (EDIT, f"== A talk ==\n{MARK.replace('b7', 'b8')}", False),
        (EDIT, "== A talk ==\nby somebody else", False),
        (replace(EDIT, title="User talk:Bo"), f"== A talk ==\n{MARK}", False),
    ],
    ids=["ours", "of another run", "of another sender", "on another page"],
)
def test_a_delivery_is_seen_by_target_and_mark(edit: OwnEdit, text: str, found: bool) -> None:
    texts = {99: PageText(edit.title, 3, 99, "wikitext", text)}
    settled = seen([HANDED], [edit], texts, RUN)
    ends = [(each.state, each.revid, each.saved_title, each.saved_at) for each in settled]
    assert ends == ([(DeliveryState.SENT, 99, EDIT.title, EDIT.saved_at)] if found else [])


@pytest.mark.parametrize(
    ("text", "waits", "believed"),
    [
        (LIST, WAITING, True),
        (LIST, refused(HANDED, Outcome.UNKNOWN), False),
        (LIST, refused(replace(HANDED, claimed_at=LATER), Outcome.READ_ONLY), True),
        (LIST, replace(WAITING, detail="anything else"), True),
        (LIST, replace(WAITING, recipient=replace(ADA, number=40)), False),
        (LIST.replace("b7", "b8"), WAITING, False),
        (MARK, WAITING, False),
        ("", WAITING, False),
    ],
    ids=[
        "forgotten",
        "refused then",
        "refused at another time",
        "not refused",
        "not on it",
        "of another run",
        "emptied",
        "somebody emptied it",
    ],
)
def test_who_waits_and_stands_on_a_list_was_handed_over(
    text: str, waits: Delivery, believed: bool
) -> None:
    handed = replace(waits, state=DeliveryState.CLAIMED, claimed_at=NOON, saved_title=LISTED)
    assert stands_on(text, [waits], RUN, now=LATER) == ([handed] if believed else [])


def test_a_list_whose_date_is_gone_counts_from_now() -> None:
    [handed] = stands_on(LIST.replace("<!-- 2026", "<!-- "), [WAITING], RUN, now=LATER)
    assert handed.claimed_at == LATER


@pytest.mark.parametrize(("name", "of_it"), [("b7-3fa9c2-0041", True), ("b77-3fa9c2-0004", False)])
def test_a_list_is_known_by_its_name(name: str, of_it: bool) -> None:
    assert is_list_of(f"Anv\u00e4ndare:Bot/Delivery lists/{name}", RUN) is of_it


@pytest.mark.parametrize(("hours", "gone"), [(5, False), (7, True)])
def test_what_is_not_seen_for_long_fails_for_good(hours: int, gone: bool) -> None:
    ended = given_up([HANDED], now=NOON + timedelta(hours=hours), limit=timedelta(hours=6))
    unseen = (DeliveryState.FAILED, "handed-over-unseen", False)
    assert [(each.state, each.outcome, each.retriable) for each in ended] == (
        [unseen] if gone else []
    )
