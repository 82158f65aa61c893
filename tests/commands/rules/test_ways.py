"""The way is what the operator allows, the wiki offers and the page takes; mail is the last."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands.messages import line
from commands.rules.audience import Step, recheck
from commands.rules.overview import ways_lines
from commands.rules.ways import USUAL, offered, takes, way_for
from commands.wikis import PageFacts, SiteFacts, UserFacts
from storage.runvalues import Recipient, Way

SITE = SiteFacts("enwiki", "en", (), ())
TALK = PageFacts("User talk:Ada", "User talk:Ada", 3, 7, opted_out=False)
BOARD = replace(TALK, content_model="flow-board")
ADA = UserFacts("Ada", exists=True)
ALL = tuple(Way)


@pytest.mark.parametrize(
    ("allowed", "extensions", "rights", "ways"),
    [
        (USUAL, "", "", (Way.SECTION,)),
        (USUAL, "Flow MassMessage", "massmessage sendemail", (Way.SECTION, Way.TOPIC)),
        (ALL, "MassMessage", "", (Way.SECTION,)),
        (ALL, "", "massmessage", (Way.SECTION,)),
        ((Way.MASS_MESSAGE, Way.SECTION), "MassMessage", "massmessage", None),
        ((Way.EMAIL, Way.SECTION), "", "sendemail", (Way.SECTION, Way.EMAIL)),
        ((Way.EMAIL,), "", "", ()),
    ],
    ids=["bare", "not named", "no right", "no extension", "preferred", "mail last", "no mail"],
)
def test_a_wiki_offers_what_is_allowed_there_and_can_be_done(
    allowed: tuple[Way, ...], extensions: str, rights: str, ways: tuple[Way, ...] | None
) -> None:
    site = replace(SITE, extensions=frozenset(extensions.split()))
    expected = allowed if ways is None else ways
    assert offered(allowed, site=site, rights=rights.split()) == expected


@pytest.mark.parametrize(
    ("page", "ways", "way"),
    [
        (TALK, USUAL, Way.SECTION),
        (BOARD, USUAL, Way.TOPIC),
        (BOARD, (Way.SECTION, Way.EMAIL), None),
        (replace(BOARD, owner=ADA), (Way.SECTION, Way.EMAIL), None),
        (replace(BOARD, owner=replace(ADA, emailable=True)), (Way.SECTION, Way.EMAIL), Way.EMAIL),
        (replace(TALK, owner=replace(ADA, emailable=True)), (Way.SECTION, Way.EMAIL), Way.SECTION),
        (TALK, (Way.MASS_MESSAGE, Way.SECTION), Way.MASS_MESSAGE),
        (replace(TALK, content_model="javascript"), USUAL, None),
    ],
)
def test_a_page_is_written_to_by_the_first_way_that_it_takes(
    page: PageFacts, ways: tuple[Way, ...], way: Way | None
) -> None:
    assert way_for(page, ways) is way
    assert way is None or takes(page, way)


@pytest.mark.parametrize(
    ("page", "way", "step"),
    [
        (BOARD, Way.TOPIC, None),
        (BOARD, Way.SECTION, Step.CONTENT_MODEL),
        (TALK, Way.TOPIC, Step.CONTENT_MODEL),
        (BOARD, Way.EMAIL, None),
        (replace(BOARD, opted_out=True), Way.EMAIL, Step.OPTED_OUT),
        (replace(BOARD, opted_out=True), Way.TOPIC, Step.OPTED_OUT),
    ],
)
def test_at_the_moment_of_sending_the_page_must_take_the_way_that_was_chosen(
    page: PageFacts, way: Way, step: Step | None
) -> None:
    assert recheck(replace(page, owner=ADA), own="Bellringer", way=way) is step


def test_whoever_is_reached_otherwise_is_told_of() -> None:
    ada = Recipient(1, "enwiki", "User talk:Ada", "Ada", "Ada", "why", way=Way.EMAIL)
    handed = replace(ada, way=Way.MASS_MESSAGE)
    told = ways_lines([ada, handed, handed, replace(ada, way=Way.SECTION)])
    assert told == (line("ways.email", count=1), line("ways.mass_message", count=2))
