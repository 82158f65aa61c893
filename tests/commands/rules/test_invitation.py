"""The text of a notice only tells, and goes to no page that does not want it any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chatbot.text import Texts
from commands.messages import Line
from commands.rules.audience import Step
from commands.rules.delivery import EVENT_CHANGED
from commands.rules.invitation import invitation, invites_to, no_longer
from commands.rules.message import check
from commands.rules.parameters import filled, named
from commands.rules.recipe import Recipe, Source, SourceKind
from commands.rules.recipekept import kept
from storage.runvalues import Delivery, DeliveryState, Particulars, Recipient, Run, RunState
from storage.values import Destination, Event, EventState, Place, Subscription

TEXTS = Texts()
START = datetime(2026, 12, 8, 16, tzinfo=UTC)
NOW = START - timedelta(days=3)
EVENT = Event(
    number=7,
    uid="7@test",
    kind="tech-talk",
    title="Items",
    starts_at=START,
    zone="UTC",
    duration=timedelta(hours=1),
    topics=("wikidata",),
    speakers=("Ada", "Grace"),
    host="Linus",
    language="sv",
    link="https://meet.example.org/a b]c",
    description="What items are.",
)
PAGE = Destination("metawiki", Place.PAGE, "Project:Pump")
RECIPE = kept(Recipe(sources=(Source(SourceKind.SUBSCRIBED, number=7),)))
RUN = Run(
    1,
    "Items",
    RunState.RUNNING,
    1,
    recipe=RECIPE,
    event=7,
    particulars=Particulars(event="Items (2026-12-08 16:00 UTC)"),
)
DELIVERY = Delivery(
    1, Recipient(1, "metawiki", "Project:Pump", None, "[[Project:Pump]]@metawiki", "")
)
HOSTILE = [
    "{{subst:Delete}}",
    "== Heading ==",
    "[[Category:Bad]] ~~~~",
    "</nowiki></div><script>alert(1)</script>",
    "$user $$event",
    "'''bold''' <!-- gone",
    "* list\n# more\r\n: x",
    "مرحبا \u202e reversed",
    "👩‍👩‍👧 " * 60,
    "|}} __NOTOC__ #REDIRECT [[X]]",
    "'" * 200,
]


def words(said: Line, language: str = "en") -> str:
    return TEXTS.words(said, language=language)


def test_all_that_is_known_stands_in_it() -> None:
    draft = invitation(EVENT, NOW, words)
    assert draft.subject == "Items, Tue 8 Dec 2026 16:00 UTC"
    assert draft.body == (
        "'''Items''' (tech-talk) takes place on Tue 8 Dec 2026 16:00 UTC.\n\n"
        "What items are.\n\n"
        "* Speakers: Ada, Grace\n* Host: Linus\n* Language: sv\n"
        "* [https://meet.example.org/a%20b%5Dc Join here]\n\n"
        "Everybody who is interested is welcome."
    )


@pytest.mark.parametrize("language", ["en", "sv", "es", "ar"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_fit_to_be_sent_and_name_no_parameter(text: str, language: str) -> None:
    event = replace(
        EVENT,
        title=text,
        description=text,
        speakers=(text,),
        host=text,
        stream="https://example.org/?a=[b]&lt;$user",
    )
    draft = invitation(event, NOW, lambda said: words(said, language))
    sent = replace(draft, subject=filled(draft.subject, {}), body=filled(draft.body, {}))
    assert check(sent).errors == ()
    assert set(named(draft.subject + draft.body)) == set()
    assert "{{" not in sent.subject


def test_a_run_invites_to_the_event_whose_pages_are_its_audience() -> None:
    assert invites_to(RUN) == 7
    other = kept(Recipe(sources=(Source(SourceKind.PAGE, "List"),)))
    assert invites_to(replace(RUN, recipe=other)) is None
    assert invites_to(replace(RUN, recipe={})) is None


@pytest.mark.parametrize(
    ("event", "subscription", "outcome"),
    [
        (EVENT, Subscription(PAGE), None),
        (EVENT, Subscription(PAGE, topics=("wikidata",)), None),
        (EVENT, Subscription(PAGE, topics=("lua",)), Step.NOT_WANTED),
        (EVENT, None, Step.NOT_WANTED),
        (None, Subscription(PAGE), EVENT_CHANGED),
        (replace(EVENT, state=EventState.CANCELLED), Subscription(PAGE), EVENT_CHANGED),
        (replace(EVENT, starts_at=START + timedelta(hours=1)), Subscription(PAGE), EVENT_CHANGED),
        (replace(EVENT, title="Items!"), Subscription(PAGE), None),
    ],
)
def test_what_a_page_does_not_want_at_the_last_moment_is_not_sent(
    event: Event | None, subscription: Subscription | None, outcome: str | None
) -> None:
    end = no_longer(DELIVERY, RUN, event, subscription, now=NOW)
    if outcome is None:
        assert end is None
    else:
        assert end is not None
        assert (end.delivery.state, end.delivery.outcome) == (DeliveryState.SKIPPED, outcome)
