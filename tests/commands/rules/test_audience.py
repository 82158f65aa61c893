"""The funnel of a list: nobody is lost or written to twice, and who is left out knows why."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from commands.census import Account
from commands.rules.audience import Audience, Step, holder, looked_at_again, recheck
from commands.rules.lists import Listed, Unread
from commands.rules.recipe import Recipe
from commands.rules.sightings import sightings_of
from commands.rules.titles import Title, normalise, root_user
from commands.rules.ways import USUAL
from commands.wikis import PageFacts, UserFacts
from storage.runvalues import Way
from tests.commands.rules.farm import Farm
from tests.commands.rules.sites import SITES

TALK = {"metawiki": "User talk", "enwiki": "User talk", "svwiki": "Användardiskussion"}


def entry(title: str, wiki: str = "enwiki") -> Listed:
    return Listed(wiki, title, title, 1)


def talk(name: str, wiki: str = "enwiki", **owner: bool) -> PageFacts:
    title = f"{TALK[wiki]}:{name}"
    user = UserFacts(name.partition("/")[0], exists=owner.pop("exists", True), **owner)
    return PageFacts(title, title, 3, 1, opted_out=False, owner=user)


def funnel(
    *listed: Listed,
    pages: Mapping[Listed, PageFacts] | None = None,
    unified: bool = True,
    unreadable: Sequence[Unread] = (),
    ways: Mapping[str, Sequence[Way]] | None = None,
) -> Audience:
    """Make the audience of these entries; who is not in `pages` is an ordinary user."""
    farm = Farm(
        SITES, pages={(each.wiki, each.title): page for each, page in (pages or {}).items()}
    )
    for each in listed:
        title = normalise(each.title, SITES[each.wiki]) if each.wiki in SITES else None
        page = (pages or {}).get(each)
        if page and page.owner:
            exists, anonymous = page.owner.exists, page.owner.anonymous
            add(farm, each.wiki, page.owner.name, exists=exists, anonymous=anonymous)
        elif isinstance(title, Title) and (user := root_user(title)):
            add(farm, each.wiki, user)
    sightings = tuple(sightings_of(listed, reason="for a test"))
    selected = farm.select(sightings, Recipe(()), unified=unified, unreadable=unreadable, ways=ways)
    return selected.audience


def add(farm: Farm, wiki: str, name: str, *, exists: bool = True, anonymous: bool = False) -> None:
    farm.accounts[wiki, name] = Account(wiki, name, exists, anonymous=anonymous)


def left_out(audience: Audience) -> list[tuple[str, str]]:
    return [(entry.step, entry.detail) for entry in audience.left_out]


def test_recipients_are_numbered_in_the_order_of_the_list() -> None:
    audience = funnel(entry("User talk:B"), entry("User talk:A"))
    assert [(each.number, each.title) for each in audience.recipients] == [
        (1, "User talk:B"),
        (2, "User talk:A"),
    ]
    assert audience.recipients[0].user == "B"
    assert audience.recipients[0].reason == "for a test"


A = entry("User talk:A")
FACTS = talk("A")


@pytest.mark.parametrize(
    ("page", "step", "detail"),
    [
        (replace(FACTS, invalid="has < in it"), Step.INVALID_TITLE, "has < in it"),
        (talk("A", exists=False), Step.NO_ACCOUNT, "A"),
        (replace(FACTS, owner=None), Step.NO_ACCOUNT, "User talk:A"),
        (replace(FACTS, title="Main", namespace=0, owner=None), Step.NAMESPACE, "Main"),
        (replace(FACTS, title="User:A", namespace=2, owner=None), Step.NAMESPACE, "User:A"),
        (replace(FACTS, title="Special:X", namespace=-1, owner=None), Step.NAMESPACE, "Special:X"),
        (talk("A", blocked_indefinitely=True), Step.BLOCKED, "A"),
        (talk("A", bot=True), Step.BOT, "A"),
        (talk("A", anonymous=True, exists=False), Step.ANONYMOUS, "A"),
        (replace(FACTS, opted_out=True), Step.OPTED_OUT, "User talk:A (enwiki)"),
        (replace(FACTS, content_model="flow-board"), Step.CONTENT_MODEL, "flow-board"),
        (talk("Bellringer"), Step.OURSELVES, "Bellringer"),
    ],
)
def test_each_step_takes_whom_it_is_for_in_the_list_and_at_the_moment_of_sending(
    page: PageFacts, step: Step, detail: str
) -> None:
    audience = funnel(A, entry("User talk:B"), pages={A: page})
    assert left_out(audience) == [(step, detail)]
    assert [(each.step, each.taken) for each in audience.steps if each.taken] == [(step, 1)]
    assert audience.steps[-1].left == len(audience.recipients) == 1
    assert recheck(page, own="Bellringer") == step


@pytest.mark.parametrize(
    "page",
    [
        FACTS,
        replace(FACTS, revid=None),
        replace(FACTS, title="Wikipedia:Café", namespace=4, owner=None),
        replace(FACTS, title="Talk:Physics", namespace=1, owner=None),
    ],
)
def test_talk_and_project_pages_are_written_to(page: PageFacts) -> None:
    assert recheck(page, own="Bellringer") is None
    assert funnel(A, pages={A: page}).recipients[0].title == page.title


def test_each_is_written_to_by_the_best_way_that_his_page_takes() -> None:
    board = replace(FACTS, content_model="flow-board")
    audience = funnel(A, entry("User talk:B"), pages={A: board}, ways={"enwiki": USUAL})
    assert [each.way for each in audience.recipients] == [Way.TOPIC, Way.SECTION]
    assert recheck(board, own="Bellringer", way=Way.TOPIC) is None
    assert recheck(talk("B"), own="Bellringer", way=Way.TOPIC) is Step.CONTENT_MODEL


@pytest.mark.parametrize("again", ["user talk:a", "User_talk: A", "User talk:A#News"])
def test_another_spelling_of_a_page_is_a_duplicate(again: str) -> None:
    audience = funnel(A, entry(again))
    assert left_out(audience) == [(Step.DUPLICATE, "User talk:A")]


def test_names_that_lead_to_one_page_or_one_owner_are_one() -> None:
    renamed, subpage = entry("User talk:Old A"), entry("User talk:A/News")
    pages = {renamed: replace(FACTS, asked="User talk:Old A"), subpage: talk("A/News")}
    audience = funnel(renamed, A, subpage, pages=pages)
    assert [each.as_listed for each in audience.recipients] == ["User talk:Old A"]
    assert left_out(audience) == [(Step.DUPLICATE, "User talk:Old A")] * 2


def test_a_name_on_several_wikis_is_one_human_at_the_wiki_listed_first() -> None:
    swedish = entry("Användardiskussion:A", "svwiki")
    audience = funnel(swedish, A)
    assert [each.wiki for each in audience.recipients] == ["svwiki"]
    assert left_out(audience) == [(Step.OTHER_WIKI, "svwiki")]
    assert len(funnel(swedish, A, unified=False).recipients) == 2


def test_a_human_is_written_to_at_the_first_wiki_where_that_is_possible() -> None:
    swedish = entry("Användardiskussion:A", "svwiki")
    audience = funnel(swedish, A, pages={swedish: talk("A", "svwiki", exists=False)})
    assert [each.wiki for each in audience.recipients] == ["enwiki"]


def test_who_has_opted_out_on_one_listed_page_gets_it_on_no_other() -> None:
    swedish = entry("Användardiskussion:A", "svwiki")
    gone = replace(talk("A", "svwiki"), opted_out=True)
    audience = funnel(A, swedish, pages={swedish: gone})
    assert audience.recipients == ()
    assert left_out(audience) == [
        (Step.OPTED_OUT, "Användardiskussion:A (svwiki)"),
        (Step.OTHER_WIKI, "enwiki"),
    ]


def test_the_funnel_counts_both_looks() -> None:
    first = funnel(entry("User talk:A"), entry("User talk:a"), entry("User talk:B"))
    again = funnel(*map(entry, ["User talk:A", "User talk:B"]), pages={A: talk("A", bot=True)})
    audience = looked_at_again(first.left_out, again)
    assert [step for step, _detail in left_out(audience)] == [Step.DUPLICATE, Step.BOT]
    assert [each.title for each in audience.recipients] == ["User talk:B"]
    assert sum(step.taken for step in audience.steps) == 2
    assert audience.steps[-1].left == 1


def test_what_was_not_read_stands_in_the_funnel_with_its_line() -> None:
    unread = (Unread(7, "* Jane", "no-link"), Unread(9, "X@y", "site-unknown"))
    audience = funnel(unreadable=unread)
    assert left_out(audience) == [
        (Step.UNREADABLE, "7: no-link"),
        (Step.SITE_UNKNOWN, "9: site-unknown"),
    ]


def test_a_title_that_is_none_and_a_wiki_that_is_gone_are_left_out_unasked() -> None:
    audience = funnel(entry("User talk:A<b>"), entry("User talk:A", "dewiki"))
    assert left_out(audience) == [
        (Step.INVALID_TITLE, "characters"),
        (Step.SITE_UNKNOWN, "dewiki"),
    ]


def test_the_holder_of_a_page_is_the_same_exactly_for_one_human() -> None:
    page = {"title": "User talk:A", "user": "A"}
    other = {"title": "Diskussion:A", "user": "A"}
    assert holder(wiki="enwiki", **page, unified=True) == holder(
        wiki="svwiki", **other, unified=True
    )
    assert holder(wiki="enwiki", **page, unified=False) != holder(
        wiki="svwiki", **other, unified=False
    )
    assert holder(wiki="enwiki", title="A", user=None, unified=True) != holder(
        wiki="enwiki", **page, unified=True
    )
