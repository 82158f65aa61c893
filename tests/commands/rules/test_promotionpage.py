"""Promotion plans are read from a wiki page as people write it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from commands.rules.promotion import MOST_STEPS
from commands.rules.promotionpage import Fault, read_plans
from storage.promotionvalues import Deed, Doer

DAY = timedelta(days=1)
PAGE = """
How we make events known. '''Please''' keep the form.

== Tech-Talk ==
Some words that are no step.
* 3 weeks before, host: Pick a [[title]] that says: what will people learn?
* 15d before, bot, announce
# '''3 days before''' – text: Join us for {title}: {link}
<!-- * 1d before, host: hidden
* soon, host: hidden -->
* 2 days after; Host: Thank the speaker

=== default ===
* 1w before, bot: posts
"""


def test_a_page_is_read_by_its_sections_and_lists() -> None:
    page = read_plans(PAGE)
    assert page.faults == ()
    assert set(page.plans) == {"tech-talk", "default"}
    found = [(each.before, each.doer, each.deed, each.text) for each in page.plans["tech-talk"]]
    assert found == [
        (21 * DAY, Doer.HOST, None, "Pick a [[title]] that says: what will people learn?"),
        (15 * DAY, Doer.BOT, Deed.ANNOUNCE, ""),
        (3 * DAY, Doer.TEXT, None, "Join us for {title}: {link}"),
        (-2 * DAY, Doer.HOST, None, "Thank the speaker"),
    ]
    assert [each.deed for each in page.plans["default"]] == [Deed.POSTS]


def test_a_section_with_a_fault_is_not_used_and_the_line_is_told() -> None:
    page = read_plans(PAGE.replace("3 weeks before, host", "some time, host"))
    assert set(page.plans) == {"default"}
    assert page.faults == (Fault(6, "* some time, host: Pick a [[title]] tha…"),)


def test_lists_before_the_first_heading_are_no_plans() -> None:
    assert read_plans("* whatever\n* 1d before, host: x") == read_plans("")


def test_what_the_bot_cannot_do_is_a_fault() -> None:
    page = read_plans("== x ==\n* 1d before, bot: dance\n* 1d before, host\n* 1d before, me: x")
    assert [each.line for each in page.faults] == [2, 3, 4]
    assert page.plans == {}


def test_a_plan_has_an_end() -> None:
    page = read_plans("== x ==\n" + "* 1d before, host: again\n" * (MOST_STEPS + 2))
    assert page.plans == {}
    assert [each.line for each in page.faults] == [MOST_STEPS + 2, MOST_STEPS + 3]


@given(st.text())
def test_no_page_is_too_odd_to_be_read(text: str) -> None:
    read_plans("== x ==\n* " + text)
