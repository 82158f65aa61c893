"""What came of a run is counted by recipient, not by reaction, and each group by itself."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from commands.messages import Line, line
from commands.rules.effect import Share
from commands.rules.outcomelines import outcome_lines
from commands.rules.outcomes import Outcomes, outcomes
from storage.heard import Reaction, ReactionKind
from storage.runvalues import Delivery, DeliveryState, Run, RunState
from tests import prepared

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
RUN = Run(7, "December", RunState.DONE, 1, language="en", signup="[[Talks]]")
PAGES = [("enwiki", "Ada"), ("enwiki", "Bo"), ("svwiki", "Cleo"), ("svwiki", "Dora")]


def deliveries() -> list[Delivery]:
    ada, bo, cleo, dora = prepared.recipients(PAGES)
    return [
        Delivery(7, ada, DeliveryState.SENT),
        Delivery(7, bo, DeliveryState.SENT),
        Delivery(7, replace(cleo, language="sv"), DeliveryState.SENT),
        Delivery(7, replace(dora, language="sv"), DeliveryState.SKIPPED, outcome="blocked"),
    ]


def did(kind: ReactionKind, recipient: int | None) -> Reaction:
    return Reaction("once", kind, NOW, run=7, recipient=recipient)


HEARD = [
    did(ReactionKind.REPLY, 1),
    did(ReactionKind.REPLY, 1),
    did(ReactionKind.MAIL, 1),
    did(ReactionKind.TALK, 3),
    did(ReactionKind.MAIL, None),
    did(ReactionKind.THANKS, 2),
    did(ReactionKind.REVERT, 2),
    did(ReactionKind.OPT_OUT, 2),
    did(ReactionKind.SIGN_UP, 1),
    did(ReactionKind.SIGN_UP, 4),
    did(ReactionKind.SIGN_UP, None),
]


def found(run: Run = RUN, *, held_out: int = 10) -> Outcomes:
    return outcomes(run, deliveries(), HEARD, opted_out={2, 3}, held_out=held_out)


def test_each_recipient_counts_once() -> None:
    total = found().total
    assert (total.recipients, total.delivered, total.blocked) == (4, 3, 1)
    assert (total.replied, total.thanked, total.reverted) == (2, 1, 1)
    assert (total.signed_up, total.opted_out) == (2, 2)


def test_wikis_and_languages_are_counted_apart() -> None:
    result = found()
    assert {name: counts.replied for name, counts in result.by_wiki.items()} == {
        "enwiki": 1,
        "svwiki": 1,
    }
    assert {name: counts.delivered for name, counts in result.by_language.items()} == {
        "en": 2,
        "sv": 1,
    }


def test_the_effect_compares_all_who_were_chosen_whether_the_message_reached_them_or_not() -> None:
    effect = found().effect
    assert effect is not None
    assert (effect.written, effect.held_out) == (Share(2, 4), Share(1, 10))


@pytest.mark.parametrize(
    ("run", "held_out"), [(RUN, 0), (replace(RUN, signup=""), 10)], ids=["nobody", "nowhere"]
)
def test_without_a_group_or_a_place_there_is_no_effect(run: Run, held_out: int) -> None:
    assert found(run, held_out=held_out).effect is None


def test_those_who_come_to_the_event_are_measured_where_no_page_is_named() -> None:
    assert found(replace(RUN, signup="", event=3)).effect is not None


def test_it_is_said_in_sentences_with_what_the_numbers_cannot_tell() -> None:
    said: tuple[Line, ...] = outcome_lines(found())
    assert [each.key for each in said] == [
        "outcome_counts.all",
        *["outcome_counts.wiki"] * 2,
        *["outcome_counts.language"] * 2,
        "effect.shares",
        "effect.too_few",
    ]
    shares = said[5].values
    assert (shares["difference"], shares["low"], shares["high"]) == (
        line("effect.plus", points=40.0),
        -6.4,
        line("effect.plus", points=75.9),
    )


def test_of_a_run_that_reached_nobody_nothing_is_said() -> None:
    assert outcome_lines(outcomes(RUN, [], [], opted_out=(), held_out=0)) == ()
