"""What each account added to an article, and what of it stayed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.census import Contribution, Revision, Window
from commands.rules.contributions import contributions, undone_in

BEGUN = datetime(2024, 1, 1, tzinfo=UTC)
EVER = Window()


def saved(number: int) -> datetime:
    return BEGUN + timedelta(hours=number)


def history(texts: str, **different: object) -> list[Revision]:
    """Return revisions whose texts are these letters, by Ada, each 100 bytes larger."""
    return [
        Revision(
            revid=number,
            user="Ada",
            saved_at=saved(number),
            size=100 * number,
            sha1=text if text != "?" else None,
            parent=number - 1 or None,
            **different,  # type: ignore[arg-type] # checked at run time
        )
        for number, text in enumerate(texts, start=1)
    ]


def changed(revisions: list[Revision], number: int, **different: object) -> list[Revision]:
    revisions[number - 1] = replace(revisions[number - 1], **different)  # type: ignore[arg-type]
    return revisions


def told(revisions: Sequence[Revision], window: Window = EVER) -> tuple[Contribution, ...]:
    return contributions("enwiki", "Clock", revisions, window)


@pytest.mark.parametrize(
    ("texts", "undone"),
    [
        ("abc", ""),
        ("aba", "2"),
        ("abca", "23"),
        ("abaca", "24"),
        ("abab", "23"),
        ("abcba", "234"),
        ("abcdbe", "34"),
        ("abacb", "234"),
        ("a?a", "2"),
        ("??b?", ""),
        ("aab", ""),
        ("aaba", "23"),
        ("abba", "23"),
    ],
)
def test_undone_is_what_stands_between_two_same_texts(texts: str, undone: str) -> None:
    assert "".join(map(str, sorted(undone_in(history(texts))))) == undone


def test_a_change_of_nothing_reverts_nothing() -> None:
    # As the dumps have it, what changed nothing is undone with what followed.
    assert undone_in(history("aaba")) == {2, 3}
    assert undone_in(changed(history("aaba"), 2, parent=None)) == {3}


def by_definition(revisions: Sequence[Revision]) -> set[int]:
    """Follow the words on Wikitech, however slowly, where nothing is a change of nothing."""
    return {
        revisions[at].revid
        for at in range(len(revisions))
        for first in range(at)
        for last in range(at + 1, len(revisions))
        if revisions[first].sha1 == revisions[last].sha1 is not None
        and revisions[first].sha1 != revisions[at].sha1
    }


@given(st.text("abcde?", max_size=14))
def test_the_quick_way_is_the_definition(texts: str) -> None:
    # Made from nothing, none is a change of nothing.
    revisions = [replace(each, parent=None) for each in history(texts)]
    assert undone_in(revisions) == by_definition(revisions)


def test_edits_are_summed_by_account() -> None:
    revisions = changed(history("abcd"), 3, user="Grace", size=50)
    assert told(revisions) == (
        Contribution("enwiki", "Ada", "Clock", 3, 550, 550, saved(4)),
        Contribution("enwiki", "Grace", "Clock", 1, -150, 0, saved(3)),
    )


@pytest.mark.parametrize(
    "different",
    [{"minor": True}, {"anonymous": True}, {"user": None}, {"user": "ClueBot NG"}],
    ids=lambda different: next(iter(different)),
)
def test_what_is_not_a_person_s_contribution_does_not_count(different: dict[str, object]) -> None:
    (contribution,) = told(changed(history("abc"), 2, **different))
    assert (contribution.edits, contribution.change) == (2, 200)


def test_what_was_undone_does_not_count() -> None:
    (contribution,) = told(history("abcac"))
    assert (contribution.edits, contribution.change) == (2, 200)
    assert told(changed(history("aba"), 1, minor=True)) == (
        Contribution("enwiki", "Ada", "Clock", 1, 100, 100, saved(3)),
    )


@pytest.mark.parametrize(
    ("window", "edits"),
    [
        (EVER, 4),
        (Window(since=saved(2)), 3),
        (Window(until=saved(2)), 1),
        (Window(since=saved(2), until=saved(4)), 2),
    ],
)
def test_only_edits_within_the_window_count(window: Window, edits: int) -> None:
    assert sum(each.edits for each in told(history("abcd"), window)) == edits


def test_what_is_after_the_window_can_undo_what_is_within() -> None:
    window = Window(until=saved(3))
    assert [each.edits for each in told(history("aba"), window)] == [1]
    assert [each.edits for each in told(history("abc"), window)] == [2]


def test_the_size_of_what_is_hidden_is_not_known() -> None:
    (contribution,) = told(history("a?cd"))
    assert (contribution.edits, contribution.change) == (4, 200)


def test_a_parent_that_is_gone_leaves_the_change_unknown() -> None:
    (contribution,) = told(changed(history("abc"), 3, parent=77))
    assert (contribution.edits, contribution.change, contribution.added) == (3, 200, 200)


def test_revisions_may_come_in_any_order() -> None:
    assert told(history("abcac")[::-1]) == told(history("abcac"))
