"""What `run who` tells: accounts, the end and why, the wiki and why, the score."""

import json
from dataclasses import replace

import msgspec
import pytest

from chatbot.text import Texts
from commands.messages import reply
from commands.rules.audience import Step
from commands.rules.considered import Considered
from commands.rules.explaining import explained
from commands.rules.homes import Home
from commands.rules.humans import Seen
from commands.rules.recipe import HomeRule
from commands.rules.score import Score
from tests.commands.rules.farm import days

HOME = Home("svwiki", "Ada", HomeRule.HOME, 90, "sv")
ADA = Considered(
    "central:7",
    "Ada",
    ("Ada",),
    (Seen("svwiki", "Ada", 90), Seen("enwiki", "Ada", 1)),
    HOME,
    Score(47, 0.412, 0.25, 1.0),
    number=3,
)
SEEN = "Accounts of Ada: svwiki (90 edits), enwiki (1 edit)."
THERE = "There because svwiki is the home wiki of the global account."
SCORE = "Score 47 of 100: what was written 41, experience 25, recency 100, each of 100."
TAKEN = replace(ADA, number=None, home=None, score=None)


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (ADA, [SEEN, "Ada is recipient 3, on svwiki.", THERE, SCORE]),
        (
            replace(TAKEN, step=Step.TOO_FEW, detail="91"),
            [SEEN, "Ada is left out: too few edits (91)."],
        ),
        (replace(TAKEN, step=Step.GONE), [SEEN, "Ada is left out: not active any more."]),
        (
            replace(ADA, number=None, step=Step.NOT_TOP, detail="47"),
            [SEEN, "Ada is left out: not among those with the best scores (47).", THERE, SCORE],
        ),
        (
            replace(TAKEN, step=Step.GONE, accounts=(*ADA.accounts, Seen("enwiki", "Ada too", 5))),
            [
                "Accounts of Ada: Ada on svwiki (90 edits), Ada on enwiki (1 edit),"
                " Ada too on enwiki (5 edits).",
                "Ada is left out: not active any more.",
            ],
        ),
    ],
)
def test_each_end_is_told_with_its_reason(one: Considered, told: list[str]) -> None:
    assert Texts().lines(reply(*explained(one))) == told


def test_what_is_kept_of_somebody_is_read_again_as_it_was() -> None:
    home = replace(HOME, last_edit=days(3))
    ada = replace(ADA, home=home, accounts=(Seen("enwiki", "Ada", 1, days(9), frozenset({"x"})),))
    assert msgspec.convert(json.loads(json.dumps(msgspec.to_builtins(ada))), Considered) == ada


def test_of_many_accounts_those_with_the_most_edits_are_named() -> None:
    many = tuple(Seen(f"w{n}", "Ada", 100 - n) for n in range(27))
    first = Texts().lines(reply(*explained(replace(ADA, accounts=many))))[0]
    assert first.startswith("Accounts of Ada: w0 (100 edits), w1 (99 edits)")
    assert first.endswith("w9 (91 edits), and 17 more.")
