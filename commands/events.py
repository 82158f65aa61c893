"""The desk for coordinators: events are added, edited, moved and called off."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from commands.advising import Advising
from commands.declaration import Argument, Call, Command, Kind, Who
from commands.details import EDITABLE, FIELDS, REPEATABLE, Unfit, described, fit_text
from commands.eventdesk import EVENT, as_card, event_to_change, record, reminding, shown, standing
from commands.messages import Line, Reply, line, reply
from commands.offsets import Misunderstood
from commands.planning import Planning
from commands.policy import EventPolicy
from commands.promotionlines import planned
from commands.promotionpolicy import PlanBook
from commands.promotionsteps import made
from commands.relinking import tell_links
from commands.rules import announcements, schedule
from commands.rules.schedule import Refused, current
from commands.when import Understood, understand
from storage import events, occurrences
from storage.values import Destination, Event


class Events:
    """What coordinators do with events. `new_uid` makes an iCalendar UID (RFC 5545, 3.8.4.7).

    `book` has the promotion plans of the kinds.
    """

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
        return (
            Command(
                "event add",
                Who.COORDINATOR,
                "help.event_add",
                "event add tech-talk tomorrow 17:00 for 90 minutes | Query optimisation"
                " | speaker: Ada | link: https://meet.example.org/talks",
                self.add,
                (
                    Argument("kind", Kind.CHOICE, choices=tuple(self._policy.kinds)),
                    when,
                    Argument("duration", Kind.DURATION, optional=True),
                    Argument("title", Kind.PART),
                    _fields(*FIELDS, optional=True),
                ),
                writes=True,
                form="event add KIND WHEN [for DURATION] | TITLE [| field: value]…",
            ),
            Command(
                "event edit",
                Who.COORDINATOR,
                "help.event_edit",
                "event edit 7 | title: Query planning | host: Grace",
                self.edit,
                (EVENT, _fields(*EDITABLE)),
                writes=True,
            ),
            Command(
                "event move",
                Who.COORDINATOR,
                "help.event_move",
                "event move 7 thursday 18:00 Europe/Stockholm",
                self.move,
                (EVENT, when),
                writes=True,
            ),
            Command(
                "event cancel",
                Who.COORDINATOR,
                "help.event_cancel",
                "event cancel 7 The speaker is ill",
                self.cancel,
                (EVENT, Argument("reason", Kind.TEXT)),
                writes=True,
            ),
        )

    async def add(self, call: Call) -> Reply:
        """Register an event, plan its reminders, and tell its channels."""
        time = understand(call.text("when"), now=call.now, zone=call.person.zone)
        if isinstance(time, Misunderstood):
            return reply(time.problem)
        event = self._described(call, self._bare(call, time), title=(call.text("title"),))
        if isinstance(event, Unfit):
            return reply(event.problem)
        event = await events.add(call.session, event, created_by=call.person.key, now=call.now)
        await self._planning.replan(call.session, event, call.now)
        hearers = await self._planning.hearers(call.session, event)
        await self._tell(call, event, announcements.added(event, call.now), hearers)
        await record(call, "event.added", event, kind=event.kind, **_time(event))
        said = line(
            "event.added",
            number=event.number,
            title=event.title,
            kind=event.kind,
            standing=standing(call, event),
        )
        reminded = await self._reminding(call, event)
        advice = await self._advising.at_once(call, event)
        steps = await made(call.session, event, self._book, call.now)
        plan = planned(call, event, steps)
        after = line("event.after_add", number=event.number, prefix=call.prefix)
        return as_card(event, call.now, said, *time.doubts, *advice, reminded, *plan, after)

    async def edit(self, call: Call) -> Reply:
        """Change what is said of an event; its reminders follow."""
        event = await event_to_change(call)
        if isinstance(event, Line):
            return reply(event)
        changed = self._described(call, event)
        if isinstance(changed, Unfit):
            return reply(changed.problem)
        if changed == event:
            return reply(line("event.unchanged", number=event.number, title=event.title))
        changed = replace(changed, sequence=event.sequence + 1)
        before = await self._planning.hearers(call.session, event)
        await self._keep(call, changed)
        hearers = await self._planning.hearers(call.session, changed)
        new = [each for each in hearers if each not in before]
        await self._tell(call, changed, announcements.added(changed, call.now), new)
        await record(call, "event.edited", changed, fields=sorted(call.fields))
        relinked = await tell_links(
            call.session,
            self._planning,
            event,
            changed,
            now=call.now,
            heard_in=call.where,
        )
        said = line(
            "event.edited",
            number=changed.number,
            title=changed.title,
            fields=tuple(call.fields),
            standing=standing(call, changed, await occurrences.of(call.session, changed.number)),
        )
        clashing = await self._advising.clashing(call, changed) if "duration" in call.fields else ()
        plans = await self._reminding(call, changed)
        return reply(said, *relinked, *clashing, plans)

    async def move(self, call: Call) -> Reply:
        """Put an event, or a whole series, to another time and tell everybody concerned."""
        event = await event_to_change(call)
        if isinstance(event, Line):
            return reply(event)
        zone = call.person.zone or event.zone
        time = understand(call.text("when"), now=call.now, zone=zone)
        if isinstance(time, Misunderstood):
            return reply(time.problem)
        moved = schedule.move(event, starts_at=time.instant, zone=time.zone, now=call.now)
        if isinstance(moved, Refused):
            return reply(moved.problem)
        await self._keep(call, moved)
        told = await self._planning.audience(call.session, moved)
        await self._tell(call, moved, announcements.moved(moved, event, call.now), told)
        await record(call, "event.moved", moved, **_time(moved))
        was = shown(call, event, current(event, call.now) or event.starts_at)
        said = line(
            "event.moved",
            number=moved.number,
            title=moved.title,
            was=was,
            standing=standing(call, moved),
        )
        clashing = await self._advising.clashing(call, moved)
        return reply(
            said,
            *time.doubts,
            *_zone_changed(event, moved),
            *clashing,
            *await self._told(call, moved),
        )

    async def cancel(self, call: Call) -> Reply:
        """Call an event off for good and tell everybody concerned."""
        event = await event_to_change(call)
        if isinstance(event, Line):
            return reply(event)
        reason = fit_text("reason", call.text("reason"))
        if isinstance(reason, Unfit):
            return reply(reason.problem)
        cancelled = schedule.cancel(event, reason, call.now)
        if isinstance(cancelled, Refused):
            return reply(cancelled.problem)
        told = await self._planning.audience(call.session, cancelled)
        await self._keep(call, cancelled)
        await self._tell(call, cancelled, announcements.cancelled(cancelled, call.now), told)
        await record(call, "event.cancelled", cancelled)
        said = line("event.cancelled", number=event.number, title=event.title, reason=reason)
        return reply(said, *await self._told(call, cancelled))

    def _bare(self, call: Call, time: Understood) -> Event:
        here = () if call.where is None else (call.where,)
        kind = call.text("kind")
        return Event(
            number=0,
            uid=self._new_uid(),
            kind=kind,
            title="",
            starts_at=time.instant,
            zone=time.zone,
            duration=call.duration("duration", self._policy.kinds[kind].duration),
            channels=self._policy.channels or here,
            usual=bool(self._policy.channels),
        )

    def _described(self, call: Call, event: Event, **also: tuple[str, ...]) -> Event | Unfit:
        network = call.identity.network if call.where is None else call.where.network
        return described(event, {**also, **call.fields}, policy=self._policy, network=network)

    async def _keep(self, call: Call, event: Event) -> None:
        await events.save(call.session, event, now=call.now)
        await self._planning.replan(call.session, event, call.now)

    async def _tell(
        self, call: Call, event: Event, said: Line, told: Iterable[Destination]
    ) -> None:
        """Announce something everywhere but where the answer to the command says it."""
        elsewhere = [destination for destination in told if destination != call.where]
        await self._planning.announce(call.session, event, said, elsewhere, now=call.now)

    async def _reminding(self, call: Call, event: Event) -> Line:
        channels = await self._planning.channels(call.session, event)
        return reminding(call, event, self._planning.offsets(event), channels)

    async def _told(self, call: Call, event: Event) -> tuple[Line, ...]:
        """Say which channels are told; the one that reads this answer knows already."""
        channels = await self._planning.channels(call.session, event)
        if not channels:
            return (line("event.told_nobody"),)
        elsewhere = tuple(str(channel) for channel in channels if channel != call.where)
        return (line("event.told", channels=elsewhere),) if elsewhere else ()


def _fields(*names: str, optional: bool = False) -> Argument:
    return Argument("fields", Kind.FIELDS, optional, choices=names, repeatable=REPEATABLE)


def _zone_changed(before: Event, event: Event) -> tuple[Line, ...]:
    """Say that a series follows another wall clock from now on."""
    if event.recurrence_rule is None or before.zone == event.zone:
        return ()
    return (line("event.other_zone", zone=event.zone, before=before.zone),)


def _time(event: Event) -> dict[str, object]:
    return {"starts_at": event.starts_at.isoformat(), "zone": event.zone}
