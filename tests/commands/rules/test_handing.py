"""What is handed over bears the run's mark, is known again by it, and is given up after a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.rules.handing import given_up, handed_body, list_text, list_title, seen
from commands.rules.letter import Letter
from commands.wikis import OwnEdit, PageText
from storage.runvalues import Delivery, DeliveryState, Recipient, Run, RunState, Way

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
RUN = Run(7, "December", RunState.RUNNING, 1, digest="3fa9c2" + 58 * "0")
ADA = Recipient(4, "enwiki", "User talk:Ada", "Ada", "Ada", "why", way=Way.MASS_MESSAGE)
HANDED = Delivery(7, ADA, DeliveryState.CLAIMED, claimed_at=NOON, saved_title="User talk:Ada L")
EDIT = OwnEdit("", "User talk:Ada L", 99, NOON + timedelta(minutes=2), ("massmessage-delivery",))
MARK = "<!-- b7-3fa9c2-0000 -->"


def test_list_and_message_bear_the_run_s_mark() -> None:
    assert list_title(RUN, 4, own="Bot") == "User:Bot/Delivery lists/b7-3fa9c2-0004"
    listed = list_text(RUN, ["User talk:Ada", "User talk:Bo"])
    assert listed == f"{MARK}\n* {{{{#target:User talk:Ada}}}}\n* {{{{#target:User talk:Bo}}}}"
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


@pytest.mark.parametrize(("hours", "gone"), [(5, False), (7, True)])
def test_what_is_not_seen_for_long_fails_for_good(hours: int, gone: bool) -> None:
    ended = given_up([HANDED], now=NOON + timedelta(hours=hours), limit=timedelta(hours=6))
    unseen = (DeliveryState.FAILED, "handed-over-unseen", False)
    assert [(each.state, each.outcome, each.retriable) for each in ended] == (
        [unseen] if gone else []
    )
