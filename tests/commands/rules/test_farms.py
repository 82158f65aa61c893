"""Whatever a farm looks like: nobody gets two messages, and nobody is lost without a reason."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from commands.census import Account, Attached, GlobalAccount
from commands.rules.recipe import HomeRule, Recipe
from commands.rules.selection import Selected
from commands.rules.sightings import Sighting
from commands.wikis import SiteFacts
from tests.commands.rules.farm import Farm, Where, days, wiki

LANGUAGES = ("en", "sv", "ar")
SITES = {f"w{n}": wiki(f"w{n}", LANGUAGES[n % 3]) for n in range(5)}
BY_ACTIVITY = Recipe((), home=(HomeRule.HOME, HomeRule.ACTIVE))
AS_LISTED = Recipe((), home=(HomeRule.LISTED,))

places = st.sets(st.sampled_from(sorted(SITES)), min_size=1)


@dataclass
class Story:
    """A farm, who is whose there, and whom sources name."""

    farm: Farm
    humans: dict[Where, int]
    sightings: list[Sighting]

    def human(self, wiki: str, name: str) -> int:
        """Return whose an account is, also by the name that it had."""
        return self.humans[wiki, self.farm.renamed.get((wiki, name), name)]


@st.composite
def stories(draw: st.DrawFn) -> Story:
    farm = Farm(SITES)
    story = Story(farm, {}, [])
    known: list[Where] = []
    for number in range(draw(st.integers(1, 5))):
        name = f"P{number}"
        known += draw(accounts(farm, story, number, name, global_id=draw(central_ids(number))))
        if draw(st.booleans()):
            known += draw(second_accounts(farm, story, number, name))
        if draw(st.booleans()):
            known += draw(old_names(farm, name))
    labels = count(1)
    for where in draw(st.lists(st.sampled_from(known), min_size=1, max_size=15)):
        story.sightings.append(draw(sightings(where, f"{where} {next(labels)}")))
    return story


def central_ids(number: int) -> st.SearchStrategy[int | None]:
    return st.sampled_from([None, 100 + number])


@st.composite
def accounts(
    draw: st.DrawFn, farm: Farm, story: Story, number: int, name: str, global_id: int | None
) -> list[Where]:
    """Make the accounts of one name: attached to a global account, or not, or some."""
    wikis = sorted(draw(places))
    for site in wikis:
        is_detached = draw(st.sampled_from([False, False, False, True]))
        account = farm.add(
            site,
            name,
            edits=draw(st.integers(0, 3)),
            central_id=None if is_detached else global_id,
            blocked_indefinitely=draw(st.sampled_from([False, False, False, True])),
        )
        story.humans[site, name] = number
        if account.edits:
            farm.last_edits[site, name] = days(draw(st.integers(0, 100)))
            if draw(st.sampled_from([False] * 7 + [True])):
                farm.opted_out.add((site, name))
    attach(farm, name)
    return [(site, name) for site in wikis]


def attach(farm: Farm, name: str) -> None:
    """Make the global account of what is attached to it, if anything is."""
    of_name = [each for (_, other), each in farm.accounts.items() if other == name]
    attached = [each for each in of_name if each.central_id is not None]
    if attached:
        farm.global_accounts[name] = global_account(name, attached)


def global_account(name: str, accounts: list[Account]) -> GlobalAccount:
    attached = tuple(Attached(each.wiki, each.edits) for each in accounts)
    edits = sum(each.edits for each in accounts)
    central_id = accounts[0].central_id or 0
    return GlobalAccount(central_id, name, accounts[0].wiki, edits=edits, attached=attached)


@st.composite
def second_accounts(
    draw: st.DrawFn, farm: Farm, story: Story, number: int, name: str
) -> list[Where]:
    """Make a second account of somebody, whose talk page leads to that of the first."""
    second = f"{name} too"
    global_id = draw(central_ids(50 + number))
    found = draw(accounts(farm, story, number, second, global_id))
    common = [site for site, _ in found if (site, name) in farm.accounts]
    if not common:
        for where in found:
            story.humans[where] = 1000 + number
        return found
    site = draw(st.sampled_from(common))
    farm.redirects[site, second] = name
    farm.add(site, second, edits=1, central_id=global_id)
    farm.opted_out.discard((site, second))
    attach(farm, second)
    return found


@st.composite
def old_names(draw: st.DrawFn, farm: Farm, name: str) -> list[Where]:
    """Make a name that somebody had before, as a source may still have it."""
    there = sorted(site for site, each in farm.accounts if each == name)
    site = draw(st.sampled_from(there))
    farm.renamed[site, f"{name} before"] = name
    return [(site, f"{name} before")]


@st.composite
def sightings(draw: st.DrawFn, where: Where, label: str) -> Sighting:
    site, name = where
    if draw(st.booleans()):
        return Sighting(site, label, user=name)
    title = draw(st.sampled_from(["User talk:{0}", "user_talk: {0}", "User:{0}#x"]))
    return Sighting(site, label, title=title.format(name).replace("User:", "User talk:"))


def recipients(story: Story, selected: Selected) -> Counter[int]:
    """Return how many messages each human gets."""
    return Counter(story.human(each.wiki, each.user or "") for each in selected.audience.recipients)


def opted_out(story: Story) -> Iterator[int]:
    """Yield who said that he wants none, on an account that a source leads to.

    None leads to one that is not attached to the global account of its name, and not named.
    """
    farm = story.farm
    named = {where_of(each) for each in story.sightings}
    named = {(site, farm.renamed.get((site, name), name)) for site, name in named}
    names = {name for _, name in named}
    for site, name in farm.opted_out:
        apart = name in farm.global_accounts and farm.accounts[site, name].central_id is None
        if (site, name) in named or (not apart and {name, f"{name} too"} & names):
            yield story.humans[site, name]


def where_of(sighting: Sighting) -> Where:
    title = sighting.title.partition("#")[0].partition(":")[2].strip().replace("_", " ")
    return sighting.wiki, sighting.user or title


@given(stories(), st.sampled_from([BY_ACTIVITY, AS_LISTED]), st.integers(0, 5))
@settings(deadline=None)
def test_nobody_gets_two_messages_and_nobody_is_lost(
    story: Story, recipe: Recipe, canary: int
) -> None:
    selected = story.farm.select(story.sightings, recipe, canary=canary)
    audience = selected.audience
    assert set(recipients(story, selected).values()) <= {1}
    ends = [each.as_listed for each in audience.recipients]
    ends += [each.as_listed for each in audience.left_out]
    assert Counter(ends) == Counter(each.as_listed for each in story.sightings)
    assert sum(step.taken for step in audience.steps) == len(audience.left_out)
    assert audience.steps[-1].left == len(audience.recipients)
    assert [each.number for each in audience.recipients] == [
        n + 1 for n in range(len(audience.recipients))
    ]


@given(stories(), st.sampled_from([BY_ACTIVITY, AS_LISTED]))
@settings(deadline=None)
def test_whoever_opted_out_anywhere_gets_none(story: Story, recipe: Recipe) -> None:
    got = recipients(story, story.farm.select(story.sightings, recipe))
    assert not set(opted_out(story)) & set(got)


@given(stories(), st.randoms(use_true_random=False), st.integers(0, 3))
@settings(deadline=None)
def test_the_order_of_sources_changes_neither_who_nor_where(
    story: Story,
    random: Random,
    seed: int,
) -> None:
    recipe = replace(BY_ACTIVITY, seed=seed, sample=3, hold_out=0.3)
    in_order = story.farm.select(story.sightings, recipe)
    random.shuffle(story.sightings)
    shuffled = story.farm.select(story.sightings, recipe)
    assert told(in_order) == told(shuffled)


def told(selected: Selected) -> Mapping[str, tuple[str, str, str, bool]]:
    return {
        each.key: (each.name, each.step, each.home.wiki if each.home else "", bool(each.number))
        for each in selected.considered
    }


@given(stories())
@settings(deadline=None)
def test_without_common_names_only_a_global_account_makes_two_one(story: Story) -> None:
    selected = story.farm.select(story.sightings, AS_LISTED, unified=False)
    ends = [*selected.audience.recipients, *selected.audience.left_out]
    assert len(ends) == len(story.sightings)
    accounts = [
        story.farm.accounts[each.wiki, each.user or ""] for each in selected.audience.recipients
    ]
    humans = [each.central_id or (each.wiki, each.name) for each in accounts]
    assert len(set(humans)) == len(humans)


@given(st.permutations([f"w{n}" for n in range(27)]), st.sampled_from(list(HomeRule)))
@settings(max_examples=25, deadline=None)
def test_a_person_on_27_wikis_gets_exactly_one(order: list[str], rule: HomeRule) -> None:
    sites: dict[str, SiteFacts] = {each: wiki(each) for each in order}
    farm = Farm(sites)
    added = [farm.add(each, "Ada", edits=n + 1, central_id=7) for n, each in enumerate(order)]
    farm.global_accounts["Ada"] = global_account("Ada", added)
    farm.last_edits = {(each, "Ada"): days(n) for n, each in enumerate(order)}
    sightings = [Sighting(each, each, user="Ada") for each in order]
    audience = farm.select(sightings, Recipe((), home=(rule,))).audience
    assert [each.human for each in audience.recipients] == ["central:7"]
    assert len(audience.recipients[0].others) == len(audience.left_out) == 26
