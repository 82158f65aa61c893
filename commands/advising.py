"""What is said at once of an event that was registered, accepted or proposed: clashes, advice."""

from __future__ import annotations

from commands.declaration import Call
from commands.eventdesk import shown
from commands.messages import Line, line
from commands.offsets import LONGEST_DURATION
from commands.policy import EventPolicy
from commands.promotionpolicy import PromotionPolicy
from commands.rules.advice import Facts, advice, local_day, zones_of
from commands.rules.schedule import clashes, current
from storage import events
from storage.values import Event

_MOST_CLASHES = 3
_FEW = 3
EDIT = "event edit"


class Advising:
    """Says what matters now of an event. `policy` knows how far ahead series are looked at."""

    def __init__(self, *, policy: EventPolicy, promotion: PromotionPolicy) -> None:
        self._policy = policy
        self._promotion = promotion

    async def clashing(self, call: Call, event: Event) -> tuple[Line, ...]:
        """Return with which other events it clashes."""
        others = await events.coming(call.session, since=call.now - LONGEST_DURATION)
        single = event.recurrence_rule is None
        ahead = event.starts_at + event.duration - call.now if single else self._policy.horizon
        found = clashes(event, others, now=call.now, horizon=ahead)
        return tuple(
            line(
                "event.clash",
                number=clash.event.number,
                title=clash.event.title,
                starts=shown(call, clash.event, clash.occurrence),
            )
            for clash in found[:_MOST_CLASHES]
        )

    def advice(self, call: Call, event: Event, command: str = EDIT) -> tuple[Line, ...]:
        """Return all that could be better; `command` is the one by which it is changed."""
        start = current(event, call.now)
        if start is None or event.test:
            return ()
        facts = Facts(
            event=event,
            start=start,
            now=call.now,
            notice=self._promotion.notice,
            command=command,
            prefix=call.prefix,
            zones=zones_of(event, self._promotion.zones),
            holidays=self._promotion.holidays(local_day(start, event.zone)),
            weekend=self._promotion.weekend,
        )
        return advice(facts)

    async def at_once(self, call: Call, event: Event, command: str = EDIT) -> tuple[Line, ...]:
        """Return the few sentences that are worth saying in a chat: clashes come first."""
        clashing = await self.clashing(call, event)
        room = max(_FEW - len(clashing), 1)
        return (*clashing, *self.advice(call, event, command)[:room])
