"""The desk for the day itself: events begin and end by a word, are copied, and are tried out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from commands.advising import Advising
from commands.declaration import Argument, Call, Command, Kind, Who
from commands.details import FIELDS, REPEATABLE, Unfit, described
from commands.eventdesk import (
    EVENT,
    as_card,
    event_meant,
    event_to_change,
    holds,
    record,
    reminding,
    standing,
)
from commands.messages import Line, Moment, Reply, line, reply
from commands.offsets import Misunderstood
from commands.planning import Planning
from commands.policy import EventPolicy
from commands.promotionlines import planned
from commands.promotionpolicy import PlanBook
from commands.promotionsteps import made
from commands.rules import announcements
from commands.rules.attendancehours import to_begin, to_end
from commands.when import Understood, understand
from storage import events, occurrences, reminders, wishes
from storage.values import Event, EventState

_ELSEWHERE = frozenset({"channel"})


class Holding:
    """What whoever holds an event says on the day. `new_uid` makes an iCalendar UID."""

    def __init__(
        self,
        *,
        policy: EventPolicy,
        planning: Planning,
        advising: Advising,
        book: PlanBook,
        new_uid: Callable[[], str],
    ) -> None:
        self._policy = policy
        self._planning = planning
        self._advising = advising
        self._book = book
        self._new_uid = new_uid

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        when = Argument("when", Kind.WHEN)
        fields = tuple(field for field in FIELDS if field not in _ELSEWHERE)
        return (
            Command(
                "event start",
                Who.IDENTIFIED,
                "help.event_start",
                "event start 7",
                self.start,
                (EVENT,),
                writes=True,
                fresh=True,
            ),
            Command(
                "event end",
                Who.IDENTIFIED,
                "help.event_end",
                "event end 7",
                self.end,
                (EVENT,),
                writes=True,
                fresh=True,
            ),
            Command(
                "event copy",
                Who.COORDINATOR,
                "help.event_copy",
                "event copy 7 thursday 18:00 Europe/Stockholm",
                self.copy,
                (EVENT, when),
                writes=True,
            ),
            Command(
                "event test",
                Who.COORDINATOR,
                "help.event_test",
                "event test tech-talk in 2 minutes | A trial",
                self.test,
                (
                    Argument("kind", Kind.CHOICE, choices=tuple(self._policy.kinds)),
                    when,
                    Argument("duration", Kind.DURATION, optional=True),
                    Argument("title", Kind.PART),
                    Argument(
                        "fields",
                        Kind.FIELDS,
                        optional=True,
                        choices=fields,
                        repeatable=REPEATABLE,
                    ),
                ),
                writes=True,
                form="event test KIND WHEN [for DURATION] | TITLE [| field: value]…",
            ),
        )

    async def start(self, call: Call) -> Reply:
        """Let an event begin now, early or late, and say so where it was not said yet."""
        event = await event_to_change(call)
        if isinstance(event, Line):
            return reply(event)
        if not await holds(call, event):
            return reply(line("holding.not_yours", number=event.number, title=event.title))
        known = await occurrences.of(call.session, event.number)
        at = to_begin(event, known, call.now)
        if at is None:
            when = standing(call, event, known)
            return reply(line("holding.too_early", number=event.number, standing=when))
        occurrence = await occurrences.get(call.session, event.number, at)
        if occurrence.started_at is not None:
            since = Moment(occurrence.started_at, call.zone or event.zone)
            return reply(line("holding.begun", number=event.number, since=since))
        await occurrences.save(call.session, replace(occurrence, started_at=call.now), now=call.now)
        await self._planning.begin(call.session, event, at, call.now)
        await record(call, "event.started", event)
        channels = tuple(map(str, await self._planning.channels(call.session, event)))
        key = "holding.started" if channels else "holding.started_quietly"
        return reply(line(key, number=event.number, title=event.title, channels=channels))

    async def end(self, call: Call) -> Reply:
        """Let an event be over now, early or late."""
        found = await event_meant(call)
        if isinstance(found, Line):
            return reply(found)
        event = await events.get(call.session, found.number, lock=True) or found
        if not await holds(call, event):
            return reply(line("holding.not_yours", number=event.number, title=event.title))
        known = await occurrences.of(call.session, event.number)
        at = None if event.state is EventState.CANCELLED else to_end(event, known, call.now)
        if at is None:
            when = standing(call, event, known)
            return reply(line("holding.not_running", number=event.number, standing=when))
        occurrence = await occurrences.get(call.session, event.number, at)
        await occurrences.save(call.session, replace(occurrence, ended_at=call.now), now=call.now)
        await reminders.drop_occurrence(call.session, event.number, at)
        await record(call, "event.ended", event)
        lasted = max(call.now - (occurrence.started_at or at), timedelta(0))
        return reply(line("holding.ended", number=event.number, title=event.title, lasted=lasted))

    async def copy(self, call: Call) -> Reply:
        """Register an event with the same facts at another time; nobody is on its list yet."""
        event = await event_meant(call)
        if isinstance(event, Line):
            return reply(event)
        time = understand(call.text("when"), now=call.now, zone=call.person.zone or event.zone)
        if isinstance(time, Misunderstood):
            return reply(time.problem)
        return await self._register(call, _copied(event, time, self._new_uid()), *time.doubts)

    async def test(self, call: Call) -> Reply:
        """Register an event that stands in no list, and is told only where it was made."""
        time = understand(call.text("when"), now=call.now, zone=call.person.zone)
        if isinstance(time, Misunderstood):
            return reply(time.problem)
        event = self._described(call, self._bare(call, time))
        if isinstance(event, Unfit):
            return reply(event.problem)
        return await self._register(call, event, *time.doubts)

    async def _register(self, call: Call, event: Event, *doubts: Line) -> Reply:
        event = await events.add(call.session, event, created_by=call.person.key, now=call.now)
        if event.test and call.where is None:
            await self._wish(call, event)
        await self._planning.replan(call.session, event, call.now)
        hearers = [
            each for each in await self._planning.hearers(call.session, event) if each != call.where
        ]
        if not event.test:
            said = announcements.added(event, call.now)
            await self._planning.announce(call.session, event, said, hearers, now=call.now)
        await record(
            call,
            "event.added",
            event,
            kind=event.kind,
            starts_at=event.starts_at.isoformat(),
            zone=event.zone,
        )
        advice = () if event.test else await self._advising.at_once(call, event)
        steps = await made(call.session, event, self._book, call.now)
        return await self._registered(call, event, *doubts, *advice, *planned(call, event, steps))

    async def _registered(self, call: Call, event: Event, *more: Line) -> Reply:
        said = line(
            "holding.test" if event.test else "event.added",
            number=event.number,
            title=event.title,
            kind=event.kind,
            standing=standing(call, event),
            prefix=call.prefix,
        )
        if event.test and call.where is None:
            return as_card(event, call.now, said, *more)
        offsets = self._planning.offsets(event)
        channels = await self._planning.channels(call.session, event)
        plans = reminding(call, event, offsets, channels)
        return as_card(event, call.now, said, *more, plans)

    async def _wish(self, call: Call, event: Event) -> None:
        """Tell whoever tries it out in private what channels would be told."""
        await wishes.add(
            call.session,
            event.number,
            self._planning.offsets(event),
            identity=call.identity,
            person=call.person.key,
            now=call.now,
        )

    def _bare(self, call: Call, time: Understood) -> Event:
        kind = call.text("kind")
        return Event(
            number=0,
            uid=self._new_uid(),
            kind=kind,
            title="",
            starts_at=time.instant,
            zone=time.zone,
            duration=call.duration("duration", self._policy.kinds[kind].duration),
            channels=() if call.where is None else (call.where,),
            test=True,
        )

    def _described(self, call: Call, event: Event) -> Event | Unfit:
        network = call.identity.network if call.where is None else call.where.network
        fields = {"title": (call.text("title"),), **call.fields}
        return described(event, fields, policy=self._policy, network=network)


def _copied(event: Event, time: Understood, uid: str) -> Event:
    """Return the event at another time, once: what was decided about the old one is not kept."""
    return replace(
        event,
        number=0,
        uid=uid,
        starts_at=time.instant,
        zone=time.zone,
        state=EventState.SCHEDULED,
        sequence=0,
        recurrence_rule=None,
        exdates=(),
        cancel_reason=None,
    )
