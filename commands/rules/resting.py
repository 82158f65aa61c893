"""What becomes of a message to somebody whom another run has written to a short while ago.

The audience was made without such people. Of two runs that were prepared side by side neither
knew of the other then, so that it is asked again right before the save.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from commands.rules.audience import Step
from commands.rules.delivery import BETWEEN_LOOKS, LONGEST_PUT_OFF, Settled, Wait, waiting
from commands.rules.recipekept import recalled
from storage.runvalues import Delivery, DeliveryState, Run, RunKind


def rest_of(run: Run) -> timedelta | None:
    """Return how long after any run's message a run writes to nobody, None where it may.

    Corrections and retractions are no messages of their own.
    """
    if run.kind is not RunKind.MESSAGE or not run.recipe:
        return None
    return recalled(run.recipe).rest


def resting(delivery: Delivery, *, by: int, sent: bool, now: datetime) -> Settled | Wait:
    """Return what follows for somebody to whom run `by` has written, or may be writing now.

    While that is not known (not `sent`) he waits. After a day he is taken to have got that one.
    """
    since = delivery.put_off_at or now
    if sent or now - since >= LONGEST_PUT_OFF:
        end = replace(delivery, state=DeliveryState.SKIPPED, outcome=Step.RESTING, detail=str(by))
        return Settled(end)
    # Where two runs wait for each other, one of them comes back first and finds the way free.
    looks = 2 if delivery.run > by else 1
    back = replace(waiting(delivery), due_at=now + looks * BETWEEN_LOOKS, put_off_at=since)
    return Wait(back)
