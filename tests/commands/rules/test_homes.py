"""Where somebody is written to: each rule, what follows where it names nothing, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pytest

from commands.census import GlobalAccount
from commands.messages import line
from commands.rules.homes import Home, Whereabouts, homes, reason
from commands.rules.humans import Human, Seen
from commands.rules.recipe import HomeRule
from tests.commands.rules.farm import days, wiki

SITES = {
    name: wiki(name, language)
    for name, language in {
        "enwiki": "en",
        "svwiki": "sv",
        "metawiki": "en",
        "arwiki": "ar",
        "frwiki": "fr",
    }.items()
}
ACTIVE, HOME, LANGUAGE, LISTED = HomeRule


def human(edits: Mapping[str, int], home: str = "arwiki") -> Human:
    by_edits = sorted(edits.items(), key=lambda each: -each[1])
    seen = tuple(Seen(wiki, "Ada", number, attached=True) for wiki, number in by_edits)
    return Human("central:7", "Ada", seen, (GlobalAccount(7, "Ada", home),))


ADA = human({"enwiki": 500, "svwiki": 90, "metawiki": 80, "dewiki": 70, "frwiki": 4, "arwiki": 0})
LAST = {"enwiki": days(90), "svwiki": days(5), "metawiki": days(9), "frwiki": days(1)}


def chosen(
    rules: Sequence[HomeRule],
    *,
    of: Human = ADA,
    seen_on: Sequence[str] = (),
    languages: Sequence[str] = (),
    last: Mapping[str, datetime] = LAST,
) -> list[str]:
    where = Whereabouts(of, [(wiki, "Ada") for wiki in seen_on], last)
    return [each.wiki for each in homes(where, rules=rules, languages=languages, sites=SITES)]


@pytest.mark.parametrize(
    ("rules", "seen_on", "languages", "expected"),
    [
        ([ACTIVE], [], [], ["svwiki", "metawiki", "enwiki"]),
        ([HOME], [], [], ["arwiki"]),
        ([LANGUAGE], [], ["sv", "en"], ["svwiki", "enwiki", "metawiki"]),
        ([LANGUAGE], [], ["ar"], ["enwiki", "svwiki", "metawiki", "frwiki", "arwiki"]),
        ([LISTED], ["frwiki", "enwiki", "frwiki"], [], ["frwiki", "enwiki"]),
        ([LISTED], ["dewiki"], [], ["enwiki", "svwiki", "metawiki", "frwiki", "arwiki"]),
        ([LANGUAGE, HOME], [], ["fr"], ["frwiki", "arwiki"]),
        ([HOME, ACTIVE], [], [], ["arwiki", "svwiki", "metawiki", "enwiki"]),
        ([LISTED, ACTIVE], ["enwiki"], [], ["enwiki", "svwiki", "metawiki"]),
    ],
)
def test_rules_are_asked_in_order_and_without_an_answer_edits_decide(
    rules: Sequence[HomeRule],
    seen_on: Sequence[str],
    languages: Sequence[str],
    expected: Sequence[str],
) -> None:
    assert chosen(rules, seen_on=seen_on, languages=languages) == expected


def test_without_any_known_activity_edits_decide() -> None:
    assert chosen([ACTIVE], last={}) == ["enwiki", "svwiki", "metawiki"]


def test_a_home_wiki_that_is_not_configured_is_none() -> None:
    of = human({"dewiki": 900, "svwiki": 1}, home="dewiki")
    assert chosen([HOME], of=of) == ["svwiki"]
    assert chosen([HOME], of=human({"dewiki": 900})) == []


def test_of_two_accounts_on_a_wiki_the_one_that_was_seen_is_written_to() -> None:
    both = Human("name:Ada", "Ada", (Seen("enwiki", "Ada", 9), Seen("enwiki", "Ada too", 3)))
    where = Whereabouts(both, [("enwiki", "Ada too")], {})
    assert [each.user for each in homes(where, rules=[LISTED], languages=(), sites=SITES)] == [
        "Ada too"
    ]


@pytest.mark.parametrize(
    ("rule", "last", "expected"),
    [
        (ACTIVE, days(5), line("home.active", wiki="svwiki", count=9, last=days(5))),
        (ACTIVE, None, line("home.edits", wiki="svwiki", count=9)),
        (HOME, None, line("home.home", wiki="svwiki")),
        (LANGUAGE, None, line("home.language", wiki="svwiki", language="sv")),
        (LISTED, None, line("home.listed", wiki="svwiki")),
        (None, None, line("home.edits", wiki="svwiki", count=9)),
    ],
)
def test_the_reason_is_that_of_the_rule(
    rule: HomeRule | None, last: datetime | None, expected: object
) -> None:
    assert reason(Home("svwiki", "Ada", rule, 9, "sv", last)) == expected
