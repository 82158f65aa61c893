"""Coordinators decide about proposals by buttons, over real HTTP, and the card goes on."""

from __future__ import annotations

import pytest

from tests.live.test_telegram_attending import Stage, stage
from tests.peers.irc_bot import eventually
from tests.peers.telegram import Telegram

__all__ = ["stage"]
pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

PROPOSE = "/propose | Write your first bot | when: 1 march 2027 17:00 UTC | speaker: Bob"


async def test_a_proposal_is_accepted_by_a_button(stage: Stage, telegram: Telegram) -> None:
    bob = stage.people["Bob"]
    bob.start()
    bob.say(PROPOSE, in_=stage.talks)
    card = await telegram.heard(stage.talks, "Write your first bot")
    assert stage.labels(card) == ["✅ Accept", "Decline"]
    assert "coordinator" in await stage.press("Bob", "✅ Accept", card)
    await stage.press("Alice", "✅ Accept", card)
    await telegram.heard(stage.talks, "Event 2 is registered")
    await eventually(lambda: "I'm coming" in stage.labels(card))
    await stage.say_what_is_due()
    await telegram.heard(bob.private, "Good news: your proposal is accepted")


async def test_a_proposal_is_declined_by_a_button(stage: Stage, telegram: Telegram) -> None:
    bob = stage.people["Bob"]
    bob.start()
    bob.say(PROPOSE, in_=stage.talks)
    card = await telegram.heard(stage.talks, "Write your first bot")
    assert "is declined" in await stage.press("Alice", "Decline", card)
    await eventually(lambda: stage.labels(card) == [])
    assert "was declined" in card.text
    await stage.say_what_is_due()
    await telegram.heard(bob.private, "was not taken up this time")


async def test_a_step_is_ticked_by_a_button(stage: Stage, telegram: Telegram) -> None:
    alice = stage.people["Alice"]
    alice.say("/event_add tech-talk 1 march 2027 17:00 UTC | Another fine talk", in_=stage.talks)
    await telegram.heard(stage.talks, "Another fine talk")
    alice.say("/promote 2", in_=stage.talks)
    plan = await telegram.heard(stage.talks, "0 of 8 steps done")
    assert "Only coordinators" in await stage.press("Bob", "✅ Step 1 is done", plan)
    assert "1 of 8 steps done" in await stage.press("Alice", "✅ Step 1 is done", plan)
