"""The filters: whom each takes, and where its boundary is."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from commands.census import GlobalAccount
from commands.rules.audience import Step
from commands.rules.filters import (
    Case,
    Mention,
    Note,
    Notes,
    Reached,
    as_a_whole,
    at_first_sight,
    gone,
)
from commands.rules.humans import Human, Seen
from commands.rules.recipe import Recipe
from tests.commands.rules.farm import NOW, days

CENTRAL = GlobalAccount(7, "Ada", "enwiki")
ADA = Human(
    "central:7",
    "Ada",
    (
        Seen("enwiki", "Ada", 90, days(400), frozenset({"sysop"})),
        Seen("svwiki", "Ada", 10, days(30)),
    ),
    (CENTRAL,),
)
A_MONTH = timedelta(days=30)
A_MOMENT = timedelta(seconds=1)


def ada(**facts: Any) -> Human:
    """Return her with another global account."""
    return replace(ADA, centrals=(replace(CENTRAL, **facts),))


def called(name: str) -> Human:
    return replace(ADA, name=name, accounts=(Seen("enwiki", name),))


def reached(days_ago: float, run: int = 7) -> Reached:
    return Reached(run, days(days_ago), "enwiki", "Ada")


@pytest.mark.parametrize(
    ("human", "taken"),
    [
        (ADA, None),
        (called("Vanished user 123"), (Step.VANISHED, "Vanished user 123")),
        (called("Renamed user 8a"), (Step.VANISHED, "Renamed user 8a")),
        (called("Renamed users' friend"), None),
        (called("A vanished user"), None),
        (ada(hidden=True), (Step.VANISHED, "Ada")),
        (ada(locked=True), (Step.LOCKED, "Ada")),
        (called("AdaBot"), (Step.BOT, "AdaBot (enwiki)")),
        (called("Abbot"), None),
        (ada(groups=frozenset({"global-bot"})), (Step.BOT, "Ada")),
        (
            replace(ADA, accounts=(Seen("dewiki", "Ada", groups=frozenset({"bot"})),)),
            (Step.BOT, "Ada (dewiki)"),
        ),
    ],
)
def test_what_somebody_is_takes_him_at_first_sight(
    human: Human, taken: tuple[Step, str] | None
) -> None:
    assert at_first_sight(Case(human, Recipe(()), NOW)) == taken


@pytest.mark.parametrize(
    ("recipe", "notes", "taken"),
    [
        (Recipe((), without_groups=("sysop", "x")), [], (Step.HOLDER, "sysop")),
        (Recipe((), without_groups=("x",)), [], None),
        (Recipe((), not_reached_by=(3, 7)), [reached(900)], (Step.REACHED, "7")),
        (Recipe((), not_reached_by=(3,)), [reached(1)], None),
        (Recipe(()), [reached(1)], None),
        (Recipe((), rest=A_MONTH), [reached(29.999)], (Step.RESTING, "7")),
        (Recipe((), rest=A_MONTH), [reached(30)], None),
        (Recipe((), rest=A_MONTH), [reached(9, 8), reached(1, 5)], (Step.RESTING, "8")),
        (Recipe(()), [Mention(Step.OPTED_OUT, "", "Ada", "4")], (Step.OPTED_OUT, "4")),
        (Recipe(()), [Mention(Step.EXCLUDED, "", "Ada", "list")], (Step.EXCLUDED, "list")),
        (
            Recipe((), without_groups=("sysop",), not_reached_by=(7,), rest=A_MONTH),
            [
                reached(1),
                Mention(Step.EXCLUDED, "", "A", "b"),
                Mention(Step.OPTED_OUT, "", "A", "c"),
            ],
            (Step.OPTED_OUT, "c"),
        ),
    ],
)
def test_what_is_noted_of_somebody_takes_him(
    recipe: Recipe, notes: list[Note], taken: tuple[Step, str] | None
) -> None:
    assert at_first_sight(Case(ADA, recipe, NOW, notes)) == taken


@pytest.mark.parametrize(
    ("recipe", "taken"),
    [
        (Recipe(()), None),
        (Recipe((), edits=100), None),
        (Recipe((), edits=101), (Step.TOO_FEW, "100")),
        (Recipe((), age=timedelta(days=400)), None),
        (Recipe((), age=timedelta(days=400) + A_MOMENT), (Step.TOO_NEW, "2025-10-21")),
    ],
)
def test_edits_and_age_count_on_all_wikis_together(
    recipe: Recipe, taken: tuple[Step, str] | None
) -> None:
    assert as_a_whole(Case(ADA, recipe, NOW)) == taken


def test_accounts_older_than_the_wikis_memory_are_old_enough() -> None:
    ancient = replace(ADA, accounts=(Seen("enwiki", "Ada", 5),))
    assert as_a_whole(Case(ancient, Recipe((), age=A_MONTH), NOW)) is None


@pytest.mark.parametrize(
    ("last", "taken"),
    [
        (days(0), None),
        (days(30), None),
        (days(30) - A_MOMENT, (Step.GONE, "2026-10-25")),
        (None, (Step.GONE, "")),
    ],
)
def test_who_has_not_edited_for_so_long_is_gone(
    last: datetime | None, taken: tuple[Step, str] | None
) -> None:
    case = Case(ADA, Recipe((), active_within=A_MONTH), NOW, last_edit=last)
    assert gone(case) == taken
    assert gone(replace(case, recipe=Recipe(()))) is None


@pytest.mark.parametrize(
    ("wiki", "name", "human", "unified", "meant"),
    [
        ("enwiki", "Ada", "", False, True),
        ("dewiki", "Ada", "", False, False),
        ("dewiki", "Ada", "", True, True),
        ("", "Ada", "", False, True),
        ("", "Ada", "", True, True),
        ("dewiki", "Ada before", "", True, True),
        ("dewiki", "Ada before", "", False, False),
        ("enwiki", "Ada before", "", False, True),
        ("x", "Somebody", "central:7", False, True),
        ("enwiki", "Bob", "central:8", True, False),
    ],
)
def test_notes_are_found_by_account_by_key_and_where_names_are_common_by_name(
    wiki: str, name: str, human: str, unified: bool, meant: bool
) -> None:
    note = Mention(Step.EXCLUDED, wiki, name, "", human)
    notes = Notes([note], unified=unified)
    assert (note in notes.of(ADA, [("enwiki", "Ada before")])) is meant
