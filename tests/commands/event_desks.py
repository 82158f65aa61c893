"""The desks for events and a policy, put together for conversations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from commands.agenda import Agenda
from commands.attending import Attending
from commands.declaration import Command
from commands.eventcard import EventCard
from commands.events import Events
from commands.planning import Planning
from commands.policy import EventPolicy, KindPolicy
from commands.reminding import Reminding
from commands.repeating import Repeating
from storage.values import Destination, Place

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
"""A Tuesday."""

TALKS = Destination("libera", Place.CHANNEL, "#talks")
LOUNGE = Destination("libera", Place.CHANNEL, "#lounge")
ELSEWHERE = Destination("oftc", Place.CHANNEL, "#talks")
HOUR = timedelta(hours=1)
KIND = KindPolicy(duration=HOUR, offsets=(24 * HOUR, HOUR, timedelta(minutes=10), timedelta(0)))
POLICY = EventPolicy(
    kinds={"tech-talk": KIND, "office-hours": KIND},
    networks=("libera", "oftc"),
    places=(TALKS, LOUNGE, ELSEWHERE),
)


def event_desks(policy: EventPolicy = POLICY) -> tuple[Command, ...]:
    """Return the commands of all desks for events."""
    planning, numbers = Planning(policy=policy), count()
    events = Events(
        policy=policy, planning=planning, new_uid=lambda: f"{next(numbers)}@bellringer.test"
    )
    return (
        *events.commands(),
        *Repeating(planning=planning).commands(),
        *Reminding(planning=planning).commands(),
        *Attending().commands(),
        *Agenda(policy=policy, card=EventCard(planning=planning)).commands(),
    )
