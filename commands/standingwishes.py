"""The desk for how long before whatever they come to people are told, once and for all."""

from __future__ import annotations

from datetime import timedelta

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.eventdesk import spans_shown
from commands.messages import Reply, line, reply
from commands.offsets import LONGEST_DURATION
from commands.planning import Planning
from storage import attendance, events, ledger, standingwishes
from storage.values import Destination
from storage.wishes import told


class StandingWishes:
    """Keeps what people want for every event that they come to, now and later."""

    def __init__(self, *, planning: Planning) -> None:
        self._planning = planning

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "remindme always",
                Who.IDENTIFIED,
                "help.remindme_always",
                "remindme always 1h",
                self.always,
                (Argument("offsets", Kind.OFFSETS),),
                aliases=("always",),
                writes=True,
            ),
            Command(
                "remindme never",
                Who.IDENTIFIED,
                "help.remindme_never",
                "remindme never",
                self.never,
                writes=True,
            ),
        )

    async def always(self, call: Call) -> Reply:
        """Tell the speaker so long before every event that he comes to."""
        asked = call.offsets("offsets")
        await self._keep(call, asked)
        said = line(
            "remindme.always",
            account=str(call.identity),
            offsets=spans_shown(asked),
            prefix=call.prefix,
        )
        return reply(said)

    async def never(self, call: Call) -> Reply:
        """Tell the speaker of no event that he comes to, unless he asks for it."""
        await self._keep(call, ())
        return reply(line("remindme.never", prefix=call.prefix))

    async def _keep(self, call: Call, offsets: tuple[timedelta, ...]) -> None:
        person = call.person.key
        before = await standingwishes.of(call.session, [person])
        await standingwishes.keep(
            call.session, person, offsets, identity=call.identity, now=call.now
        )
        where = {told(call.identity), *(each.told for each in before.values())}
        await self._plan_anew(call, where)
        await ledger.append(
            call.session,
            at=call.now,
            actor=person,
            action="person.standing_wish",
            subject=f"person:{person}",
            details={"offsets": [round(each.total_seconds()) for each in offsets]},
        )

    async def _plan_anew(self, call: Call, where: set[Destination]) -> None:
        """Let the wish hold for what he comes to already, in the order of the events' numbers."""
        person, since = call.person.key, call.now - LONGEST_DURATION
        for number in await attendance.events_of(call.session, person, since=since):
            event = await events.get(call.session, number, lock=True)
            if event is None:
                continue
            guests = await attendance.of(call.session, number)
            his = {each.told for each in guests if each.person == person and each.told}
            await self._planning.replan_at(call.session, event, where | his, call.now)
