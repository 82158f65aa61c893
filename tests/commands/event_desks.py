"""The desks for events and a policy, put together for conversations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from commands.advising import Advising
from commands.agenda import Agenda
from commands.attending import Attending
from commands.deciding import Deciding
from commands.declaration import Command
from commands.eventcard import EventCard
from commands.events import Events
from commands.holding import Holding
from commands.planning import Planning
from commands.policy import EventPolicy, KindPolicy
from commands.promoting import Promoting
from commands.promotionpolicy import PromotionPolicy
from commands.proposals import Proposals
from commands.reminding import Reminding
from commands.repeating import Repeating
from commands.standingwishes import StandingWishes
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


PROMOTION = PromotionPolicy(coordinators=(LOUNGE,), networks=("libera", "oftc"))


def event_desks(
    policy: EventPolicy = POLICY, promotion: PromotionPolicy = PROMOTION
) -> tuple[Command, ...]:
    """Return the commands of all desks for events."""
    planning, new_uid = Planning(policy=policy), _uid(count())
    advising = Advising(policy=policy, promotion=promotion)
    events = Events(
        policy=policy, planning=planning, advising=advising, book=promotion.book, new_uid=new_uid
    )
    holding = Holding(
        policy=policy, planning=planning, advising=advising, book=promotion.book, new_uid=new_uid
    )
    proposals = Proposals(policy=policy, promotion=promotion, advising=advising, new_uid=new_uid)
    deciding = Deciding(policy=policy, promotion=promotion, planning=planning, advising=advising)
    return (
        *events.commands(),
        *proposals.commands(),
        *deciding.commands(),
        *Promoting(promotion=promotion, advising=advising).commands(),
        *Repeating(planning=planning).commands(),
        *Reminding(planning=planning).commands(),
        *StandingWishes(planning=planning).commands(),
        *Attending(planning=planning).commands(),
        *holding.commands(),
        *Agenda(policy=policy, card=EventCard(planning=planning)).commands(),
    )


def _uid(numbers: Iterator[int]) -> Callable[[], str]:
    return lambda: f"{next(numbers)}@bellringer.test"
