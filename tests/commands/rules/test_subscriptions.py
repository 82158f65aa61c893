"""Where an event goes, and what a subscription grows and shrinks to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.subscriptions import (
    as_typed,
    is_told,
    joined,
    listed_as,
    listed_page,
    spread,
    takes,
    without,
)
from storage.values import Destination, Event, EventState, Place, Subscription

TALKS = Destination("libera", Place.CHANNEL, "#talks")
LUA = Destination("libera", Place.CHANNEL, "#lua")
ADA = Destination("libera", Place.PERSON, "ada")
PUMP = Destination("metawiki", Place.PAGE, "Project:Village pump (technical)")
EVENT = Event(
    number=7,
    uid="7@test",
    kind="tech-talk",
    title="Items",
    starts_at=datetime(2026, 12, 8, 16, tzinfo=UTC),
    zone="UTC",
    duration=timedelta(hours=1),
    channels=(TALKS,),
    topics=("Wikidata",),
)
USUAL = replace(EVENT, usual=True)
WIKIDATA = Subscription(TALKS, topics=("wikidata",))
OTHER = Subscription(TALKS, topics=("lua",))


@pytest.mark.parametrize(
    ("event", "destination", "subscription", "told"),
    [
        (EVENT, TALKS, None, True),
        (EVENT, TALKS, OTHER, True),
        (EVENT, LUA, None, False),
        (EVENT, LUA, replace(WIKIDATA, destination=LUA), True),
        (EVENT, LUA, replace(OTHER, destination=LUA), False),
        (USUAL, TALKS, None, True),
        (USUAL, TALKS, WIKIDATA, True),
        (USUAL, TALKS, OTHER, False),
        (replace(USUAL, test=True), TALKS, None, True),
        (replace(EVENT, test=True), ADA, Subscription(ADA), False),
        (replace(EVENT, state=EventState.PROPOSED), ADA, Subscription(ADA), False),
        (replace(EVENT, state=EventState.CANCELLED), ADA, Subscription(ADA), True),
    ],
)
def test_an_event_goes_where_it_is_named_or_wanted(
    event: Event, destination: Destination, subscription: Subscription | None, told: bool
) -> None:
    assert is_told(event, destination, subscription) is told


@pytest.mark.parametrize(
    ("subscription", "wanted"),
    [
        (Subscription(ADA), True),
        (Subscription(ADA, kinds=("TECH-TALK",), topics=("#wikidata",)), True),
        (Subscription(ADA, kinds=("workshop",), topics=("wikidata",)), False),
        (Subscription(ADA, languages=("sv",)), True),
    ],
)
def test_one_of_each_must_be_met_and_an_event_may_have_no_language(
    subscription: Subscription, wanted: bool
) -> None:
    assert takes(subscription, EVENT) is wanted


def test_each_place_is_told_once_and_every_other_has_a_reason() -> None:
    subscriptions = [
        Subscription(ADA, topics=("wikidata",)),
        Subscription(TALKS, topics=("wikidata",)),
        Subscription(PUMP),
        Subscription(LUA, topics=("lua",)),
    ]
    found = spread(replace(EVENT, channels=(TALKS, TALKS)), subscriptions)
    assert found.named == (TALKS,)
    assert found.channels == (TALKS,)
    assert (found.persons, found.pages) == ((ADA,), (PUMP,))
    assert [each.destination for each in found.passed_over] == [LUA]
    usual = spread(USUAL, [OTHER])
    assert (usual.usual, usual.passed_over) == ((), (OTHER,))


def test_a_subscription_that_loses_all_of_a_sort_ends() -> None:
    """Without any topic left it would ask for all of them."""
    had = Subscription(ADA, kinds=("workshop",), topics=("lua", "Wikidata"))
    left = without(had, Subscription(ADA, topics=("wikidata",)))
    assert left == replace(had, topics=("lua",))
    assert without(had, Subscription(ADA, topics=("lua", "wikidata"))) is None
    assert without(had, Subscription(ADA, topics=("python",))) == had


_WORDS = st.lists(st.sampled_from(["a", "b", "c"]), unique=True).map(tuple)
_SUBSCRIPTIONS = st.builds(
    Subscription, st.just(ADA), kinds=_WORDS, topics=_WORDS, languages=_WORDS
)


@given(_SUBSCRIPTIONS, _SUBSCRIPTIONS)
def test_what_was_joined_can_be_taken_out_again(one: Subscription, other: Subscription) -> None:
    both = joined(one, other)
    assert joined(both, other) == both
    left = without(both, other)
    assert left is None or not set(left.topics) & set(other.topics)


@pytest.mark.parametrize("address", ["Project:Village pump (technical)", ":sv:Wikipedia:Bybrunnen"])
def test_a_page_is_found_again_by_how_it_stands_in_an_audience(address: str) -> None:
    page = Destination("metawiki", Place.PAGE, address)
    assert listed_page(listed_as(page)) == page
    assert listed_page("* {{#target:User talk:Ada}}") is None


def test_a_subscription_is_typed_as_people_do() -> None:
    found = Subscription(ADA, ("tech-talk",), ("lua", "wikidata"), ("sv",))
    assert as_typed(found) == "topic: lua, wikidata kind: tech-talk language: sv"
