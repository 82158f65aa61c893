"""From sightings to an audience: what is asked about whom, who is one human, who is written to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from commands.census import Attached, Contribution, GlobalAccount
from commands.rules.audience import Step
from commands.rules.filters import Mention, Reached
from commands.rules.recipe import HomeRule, Recipe
from commands.rules.selection import Selected
from commands.rules.sightings import Sighting
from tests.commands.rules.farm import Farm, days, wiki

SITES = {
    name: wiki(name, language)
    for name, language in {"metawiki": "en", "enwiki": "en", "svwiki": "sv", "arwiki": "ar"}.items()
}
ACTIVE = Recipe((), home=(HomeRule.ACTIVE,))
A_MONTH = timedelta(days=30)


def farm(**edits: dict[str, int]) -> Farm:
    """Return a farm with global accounts: by name, the edits on each wiki."""
    made = Farm(SITES)
    for number, (name, by_wiki) in enumerate(edits.items()):
        attached = tuple(Attached(wiki, edits) for wiki, edits in by_wiki.items())
        made.global_accounts[name] = GlobalAccount(
            number, name, "enwiki", edits=sum(by_wiki.values()), attached=attached
        )
        for each in attached:
            if each.wiki in SITES:
                made.add(each.wiki, name, edits=each.edits, central_id=number)
    return made


def seen(*wheres: tuple[str, str]) -> list[Sighting]:
    return [Sighting(wiki, f"{name}@{wiki}", user=name, reason="seen") for wiki, name in wheres]


def ends(selected: Selected) -> list[tuple[str, str, str]]:
    return [(each.as_listed, each.step, each.detail) for each in selected.audience.left_out]


def written_to(selected: Selected) -> list[tuple[str, str]]:
    return [(each.wiki, each.title) for each in selected.audience.recipients]


def test_one_human_gets_one_message_where_he_was_last() -> None:
    family = farm(Ada={"metawiki": 3, "enwiki": 100, "svwiki": 50, "dewiki": 7})
    family.last_edits = {("enwiki", "Ada"): days(9), ("svwiki", "Ada"): days(2)}
    selected = family.select(
        seen(("metawiki", "Ada"), ("svwiki", "Ada"), ("svwiki", "Ada")), ACTIVE
    )
    assert written_to(selected) == [("svwiki", "User talk:Ada")]
    assert selected.audience.recipients[0].others == (
        ("enwiki", "User talk:Ada"),
        ("metawiki", "User talk:Ada"),
    )
    assert ends(selected) == [
        ("Ada@metawiki", Step.OTHER_WIKI, "svwiki"),
        ("Ada@svwiki", Step.DUPLICATE, "Ada@svwiki"),
    ]


def test_nothing_more_is_asked_about_whom_the_first_look_takes() -> None:
    family = farm(AdaBot={"enwiki": 9, "svwiki": 9}, Bob={"enwiki": 9, "svwiki": 9})
    notes = [Mention(Step.OPTED_OUT, "", "Bob", "4")]
    recipe = replace(ACTIVE, active_within=A_MONTH)
    selected = family.select(seen(("enwiki", "AdaBot"), ("enwiki", "Bob")), recipe, notes=notes)
    assert [step for _, step, _ in ends(selected)] == [Step.BOT, Step.OPTED_OUT]
    assert family.asked.total() == family.asked["accounts"] == 2


def test_pages_are_looked_at_of_those_only_who_are_not_gone() -> None:
    edits = {"enwiki": 9, "svwiki": 8, "metawiki": 7, "arwiki": 6}
    family = farm(Ada=edits, Bob=edits, Eve=edits)
    family.last_edits = {
        ("svwiki", "Ada"): days(3),
        ("arwiki", "Bob"): days(30),
        ("arwiki", "Eve"): days(31),
    }
    recipe = replace(ACTIVE, active_within=A_MONTH)
    selected = family.select(seen(*(("enwiki", name) for name in ("Ada", "Bob", "Eve"))), recipe)
    assert [each.user for each in selected.audience.recipients] == ["Ada", "Bob"]
    assert ends(selected) == [("Eve@enwiki", Step.GONE, "2026-10-25")]
    assert family.asked["last_edits"] == 3 + 4 + 4
    assert family.asked["pages"] == 2 * 4


def test_what_a_topic_knows_of_somebody_need_not_be_asked() -> None:
    family = farm(Ada={"enwiki": 9})
    wrote = Contribution("enwiki", "Ada", "Physics", 5, 900, 900, days(2))
    sightings = [replace(each, contributions=(wrote,)) for each in seen(("enwiki", "Ada"))]
    selected = family.select(sightings, Recipe((), active_within=A_MONTH))
    assert len(selected.audience.recipients) == 1
    assert family.asked["last_edits"] == 0


def test_an_account_that_never_edited_somewhere_is_not_asked_what_it_wants_there() -> None:
    family = farm(Ada={"enwiki": 9, "svwiki": 0})
    selected = family.select(seen(("enwiki", "Ada")), ACTIVE)
    assert selected.audience.recipients[0].others == ()


@pytest.mark.parametrize("name", ["Ada", "Ada too"])
def test_who_has_opted_out_anywhere_gets_nothing(name: str) -> None:
    family = farm(Ada={"enwiki": 9, "svwiki": 1}, **{"Ada too": {"metawiki": 5, "arwiki": 1}})
    family.redirects["metawiki", "Ada too"] = "Ada"
    family.add("metawiki", "Ada", central_id=0)
    family.opted_out.add(("svwiki" if name == "Ada" else "arwiki", name))
    selected = family.select(seen(("enwiki", "Ada"), ("metawiki", "Ada too")), ACTIVE)
    assert written_to(selected) == []
    assert {step for _, step, _ in ends(selected)} == {Step.OPTED_OUT, Step.OTHER_WIKI}


def test_a_bot_whose_page_leads_to_its_owner_does_not_make_him_one() -> None:
    family = farm(Ada={"enwiki": 9}, AdaBot={"enwiki": 9})
    family.redirects["enwiki", "AdaBot"] = "Ada"
    listed = Sighting("enwiki", "the bot", title="User talk:AdaBot")
    selected = family.select([listed, *seen(("enwiki", "AdaBot"))], Recipe(()))
    assert written_to(selected) == [("enwiki", "User talk:Ada")]
    assert ends(selected) == [("AdaBot@enwiki", Step.BOT, "AdaBot (enwiki)")]


@pytest.mark.parametrize(
    ("by_now", "expected"),
    [
        ("Ada", []),
        ("Vanished user 77", [("Ada before@enwiki", Step.VANISHED, "Vanished user 77")]),
        (None, [("Ada before@enwiki", Step.NO_ACCOUNT, "Ada before")]),
    ],
)
def test_renames_are_followed(by_now: str | None, expected: Sequence[object]) -> None:
    family = farm(**({by_now: {"enwiki": 9}} if by_now else {}))
    if by_now:
        family.renamed["enwiki", "Ada before"] = by_now
    selected = family.select(seen(("enwiki", "Ada before")), Recipe(()))
    assert ends(selected) == expected
    assert len(selected.audience.recipients) == (not expected)


def test_who_was_written_to_under_an_older_name_was_written_to() -> None:
    family = farm(Ada={"enwiki": 9})
    family.renamed["enwiki", "Ada before"] = "Ada"
    notes = [Reached(3, days(99), "enwiki", "Ada before")]
    recipe = Recipe((), not_reached_by=(3,))
    selected = family.select(seen(("enwiki", "Ada before")), recipe, notes=notes)
    assert ends(selected) == [("Ada before@enwiki", Step.REACHED, "3")]


@pytest.mark.parametrize(
    ("unified", "expected"),
    [(True, (Step.OTHER_WIKI, "enwiki")), (False, (Step.SITE_UNKNOWN, "dewiki"))],
)
def test_who_was_seen_on_a_wiki_that_is_not_configured_is_found_by_his_name(
    unified: bool, expected: tuple[str, str]
) -> None:
    family = farm(Ada={"metawiki": 0, "enwiki": 9, "dewiki": 90})
    sightings = seen(("enwiki", "Ada"), ("dewiki", "Ada"))
    selected = family.select(sightings, ACTIVE, unified=unified)
    assert written_to(selected) == [("enwiki", "User talk:Ada")]
    assert ends(selected) == [("Ada@dewiki", *expected)]


def test_who_is_on_no_configured_wiki_has_no_home() -> None:
    family = farm(Ada={"dewiki": 90})
    assert ends(family.select(seen(("dewiki", "Ada")), ACTIVE)) == [
        ("Ada@dewiki", Step.SITE_UNKNOWN, "dewiki")
    ]


def test_where_the_best_home_takes_no_message_the_next_one_does() -> None:
    family = farm(Ada={"enwiki": 9, "svwiki": 8})
    family.add("enwiki", "Ada", edits=9, central_id=0, blocked_indefinitely=True)
    selected = family.select(seen(("enwiki", "Ada")), ACTIVE)
    assert written_to(selected) == [("svwiki", "User talk:Ada")]
    family.add("svwiki", "Ada", edits=8, central_id=0, blocked_indefinitely=True)
    selected = family.select(seen(("enwiki", "Ada")), ACTIVE)
    assert ends(selected) == [("Ada@enwiki", Step.BLOCKED, "Ada")]


def test_without_global_accounts_a_common_name_is_looked_for_everywhere() -> None:
    family = Farm(SITES)
    for each in ("enwiki", "svwiki"):
        family.add(each, "Ada")
    family.opted_out.add(("svwiki", "Ada"))
    selected = family.select(seen(("enwiki", "Ada")), Recipe(()))
    assert ends(selected) == [("Ada@enwiki", Step.OPTED_OUT, "User talk:Ada (svwiki)")]
    assert len(family.select(seen(("enwiki", "Ada")), Recipe(()), unified=False).considered) == 1


@pytest.mark.parametrize(
    ("recipe", "step", "left"),
    [
        (Recipe((), top=2), Step.NOT_TOP, 2),
        (Recipe((), sample=3), Step.NOT_SAMPLED, 3),
        (Recipe((), hold_out=0.5), Step.HELD_OUT, 4),
        (Recipe((), top=6, sample=4, hold_out=0.5), Step.HELD_OUT, 2),
    ],
)
def test_the_last_choice_is_among_people_alone(recipe: Recipe, step: Step, left: int) -> None:
    names = [f"P{n}" for n in range(8)]
    family = farm(**{name: {"enwiki": 9} for name in names})
    page = Sighting("enwiki", "the café", title="Project:Café")
    selected = family.select([page, *seen(*(("enwiki", name) for name in names))], recipe)
    assert selected.audience.recipients[0].title == "Project:Café"
    assert len(selected.audience.recipients) == left + 1
    taken = {each.step: each.taken for each in selected.audience.steps}
    one = next(each for each in selected.audience.left_out if each.step == step)
    assert (one.wiki, one.title) == ("enwiki", f"User talk:{one.as_listed.partition('@')[0]}")
    assert taken[step] > 0
    assert sum(taken.values()) == 8 - left


def test_the_best_score_counts_what_was_written_on_all_wikis() -> None:
    family = farm(Ada={"enwiki": 500, "svwiki": 500}, Bob={"enwiki": 500})
    family.last_edits = {(wiki, name): days(1) for wiki, name in family.accounts}
    sightings = [
        replace(
            each, contributions=(Contribution(each.wiki, each.user, "X", 5, size, size, days(9)),)
        )
        for each, size in zip(
            seen(("enwiki", "Bob"), ("enwiki", "Ada"), ("svwiki", "Ada")),
            (1500, 1200, 1200),
            strict=True,
        )
    ]
    selected = family.select(sightings, replace(ACTIVE, top=1))
    assert [each.user for each in selected.audience.recipients] == ["Ada"]
    bob, ada = sorted(selected.considered, key=lambda each: each.number or 0)
    assert ada.score is not None
    assert bob.score is not None
    assert (bob.step, bob.detail) == (Step.NOT_TOP, str(bob.score.value))
    assert ada.score.value > bob.score.value


def test_the_first_are_from_all_over() -> None:
    family = farm(**{f"P{n}": {site: 9} for n, site in enumerate(["enwiki", "enwiki", "svwiki"])})
    sightings = seen(("enwiki", "P0"), ("enwiki", "P1"), ("svwiki", "P2"))
    audience = family.select(sightings, ACTIVE, canary=2).audience
    assert [each.user for each in audience.recipients] == ["P0", "P2", "P1"]
    assert [each.number for each in audience.recipients] == [1, 2, 3]


def test_everybody_considered_can_be_explained() -> None:
    family = farm(Ada={"enwiki": 9, "svwiki": 8, "metawiki": 0}, Bob={"enwiki": 1})
    family.renamed["enwiki", "Ada before"] = "Ada"
    sightings = seen(("enwiki", "Ada before"), ("enwiki", "Bob"))
    selected = family.select(sightings, Recipe((), edits=5, home=(HomeRule.HOME,)))
    bob, ada = selected.considered
    assert (bob.key, bob.step, bob.detail, bob.home) == ("central:1", Step.TOO_FEW, "1", None)
    assert (ada.key, ada.name, ada.number, ada.step) == ("central:0", "Ada", 1, "")
    assert ada.names == ("Ada", "Ada before")
    assert [(each.wiki, each.edits) for each in ada.accounts] == [("enwiki", 9), ("svwiki", 8)]
    assert ada.home is not None
    assert (ada.home.wiki, ada.home.rule) == ("enwiki", HomeRule.HOME)


def test_the_coordinators_own_reason_is_given_to_all() -> None:
    family = farm(Ada={"enwiki": 9})
    for recipe, reason in ((Recipe(()), "seen"), (Recipe((), reason="you care"), "you care")):
        audience = family.select(seen(("enwiki", "Ada")), recipe).audience
        assert audience.recipients[0].reason == reason
