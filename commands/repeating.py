"""The desk for series: an event repeats by a rule, skips dates, or stops repeating."""

from __future__ import annotations

from dataclasses import replace

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.eventdesk import EVENT, event_to_change, record, shown, standing
from commands.grammar import plain
from commands.messages import Line, Reply, line, reply
from commands.planning import Planning
from commands.rules import schedule
from commands.rules.daylight import first_shift
from commands.rules.recurrence import Recurrence
from commands.rules.repetition import NotRepeatable, understand
from commands.rules.schedule import Refused, current, occurrences
from storage import events
from storage.values import Event

_NEXT_FEW = 3
_OFF = "off"
_EXCEPT = "except"


class Repeating:
    """How an event repeats."""

    def __init__(self, *, planning: Planning) -> None:
        self._planning = planning

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "event repeat",
                Who.COORDINATOR,
                "help.event_repeat",
                "event repeat 7 monthly on the 2nd tuesday until 2027-06-30",
                self.repeat,
                (EVENT, Argument("rule", Kind.TEXT)),
                writes=True,
                form="event repeat N RULE|except DATE|off",
            ),
        )

    async def repeat(self, call: Call) -> Reply:
        """Make an event a series, let it skip dates, or make it a single event again."""
        event = await event_to_change(call)
        if isinstance(event, Line):
            return reply(event)
        repeating = _single(call, event) if _is_off(call) else _series(call, event)
        if isinstance(repeating, Refused):
            return reply(repeating.problem)
        await events.save(call.session, repeating, now=call.now)
        await self._planning.replan(call.session, repeating, call.now)
        await record(
            call,
            "event.repeated",
            repeating,
            rule=repeating.recurrence_rule,
            exdates=[day.isoformat() for day in repeating.exdates],
        )
        return reply(*_answer(call, repeating))


def _is_off(call: Call) -> bool:
    return plain(call.text("rule")) == _OFF


def _single(call: Call, event: Event) -> Event | Refused:
    """Return only the occurrence that runs or comes next."""
    if event.recurrence_rule is None:
        return Refused(line("repeat.is_single", number=event.number, title=event.title))
    start = current(event, call.now) or event.starts_at
    return schedule.repeat(replace(event, starts_at=start), None, call.now)


def _series(call: Call, event: Event) -> Event | Refused:
    text = call.text("rule")
    skipping = plain(text).startswith(_EXCEPT)
    if skipping and event.recurrence_rule is None:
        return Refused(line("repeat.is_single", number=event.number, title=event.title))
    rule = f"RRULE:{event.recurrence_rule} {text}" if skipping else text
    found = understand(rule, starts_at=event.starts_at, zone=event.zone)
    if isinstance(found, NotRepeatable):
        return Refused(found.problem)
    skipped = {*found.exdates, *(event.exdates if skipping else ())}
    recurrence = Recurrence(found.rule, tuple(sorted(skipped)))
    return schedule.repeat(event, recurrence, call.now)


def _answer(call: Call, event: Event) -> list[Line]:
    if event.recurrence_rule is None:
        when = standing(call, event)
        return [line("repeat.off", number=event.number, title=event.title, standing=when)]
    start = current(event, call.now)
    if start is None:
        return [line("repeat.over", number=event.number, title=event.title)]
    coming = occurrences(event, after=start, before=start + schedule.FARTHEST, limit=_NEXT_FEW)
    said = line(
        "repeat.kept",
        number=event.number,
        title=event.title,
        rule=event.recurrence_rule,
        next=tuple(shown(call, event, each) for each in coming),
        wait=abs(start - call.now),
    )
    after = line("event.after_repeat", number=event.number, prefix=call.prefix)
    return [said, *_shift(call, event), after]


def _shift(call: Call, event: Event) -> list[Line]:
    """Say from when on daylight saving puts a series to another time in UTC."""
    shift = first_shift(event, call.now)
    if shift is None:
        return []
    before = shown(call, event, shift.last_before)
    after = shown(call, event, shift.first_after)
    return [line("repeat.shift", zone=event.zone, before=before, after=after)]
