"""The desk for reminders: those of an event's channels, and everybody's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.eventdesk import (
    EVENT,
    event_to_change,
    record,
    reminding,
    shown,
    spans_shown,
    standing,
    too_late,
)
from commands.grammar import plain
from commands.messages import Line, Reply, line, reply
from commands.offsets import Misunderstood, offsets
from commands.places import told_at
from commands.planning import Planning
from commands.rules.reminders import plan
from storage import attendance, events, wishes
from storage.values import Destination, Event

MOST_WISHES = 12
_LOOK_AHEAD = timedelta(days=366)
_DEFAULT = "default"
_OFF = "off"


class Reminding:
    """Who is reminded of an event, and how long before."""

    def __init__(self, *, planning: Planning) -> None:
        self._planning = planning

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        how_long = Argument("offsets", Kind.TEXT)
        or_as_usual = Argument("offsets", Kind.TEXT, optional=True)
        return (
            Command(
                "remindme",
                Who.IDENTIFIED,
                "help.remindme",
                "remindme 7 1d 30m",
                self.remindme,
                (EVENT, or_as_usual),
                writes=True,
                pressable=True,
                form="remindme N [OFFSET…|off]",
            ),
            Command(
                "event remind",
                Who.COORDINATOR,
                "help.event_remind",
                "event remind 7 1w 1d 1h start",
                self.remind,
                (EVENT, how_long),
                writes=True,
                form="event remind N OFFSET…|default",
            ),
        )

    async def remind(self, call: Call) -> Reply:
        """Decide how long before an event its channels are reminded."""
        event = await event_to_change(call)
        if isinstance(event, Line):
            return reply(event)
        text = call.text("offsets")
        chosen = None if plain(text) == _DEFAULT else offsets(text)
        if isinstance(chosen, Misunderstood):
            return reply(chosen.problem)
        changed = replace(event, offsets=chosen)
        await events.save(call.session, changed, now=call.now)
        await self._planning.replan(call.session, changed, call.now)
        kept = self._planning.offsets(changed)
        await record(call, "event.reminders", changed, offsets=_seconds(kept))
        said = line(
            "event.remind", number=event.number, title=event.title, standing=standing(call, changed)
        )
        channels = await self._planning.channels(call.session, changed)
        plans = reminding(call, changed, kept, channels)
        return reply(said, plans, *_passed(changed, kept, call.now))

    async def remindme(self, call: Call) -> Reply:
        """Keep somebody's wish to be told in private before an event starts."""
        event = await event_to_change(call)
        if isinstance(event, Line):
            return reply(event)
        text = call.text("offsets", "")
        if plain(text) == _OFF:
            return await self._forget(call, event)
        had = (await wishes.of(call.session, event.number)).get(wishes.told(call.identity), ())
        asked = offsets(text) if text else had or self._planning.offsets(event)
        if isinstance(asked, Misunderstood):
            return reply(asked.problem)
        if had and set(asked).issubset(had):
            return reply(_kept("remindme.already", call, event, had), _off_hint(call, event))
        return await self._wish(call, event, asked, had)

    async def _wish(
        self, call: Call, event: Event, asked: tuple[timedelta, ...], had: tuple[timedelta, ...]
    ) -> Reply:
        destination = wishes.told(call.identity)
        if not _instants(event, asked, destination, call.now):
            return reply(*_passed(event, asked, call.now), standing(call, event))
        if len({*had, *asked}) > MOST_WISHES:
            most = {"most": MOST_WISHES, "number": event.number}
            return reply(line("remindme.too_many", prefix=call.prefix, **most))
        await wishes.add(
            call.session,
            event.number,
            asked,
            identity=call.identity,
            person=call.person.key,
            now=call.now,
        )
        await self._planning.replan(call.session, event, call.now)
        await record(call, "event.wish", event, offsets=_seconds(asked))
        said = _kept("remindme.kept", call, event, asked)
        passed = _passed(event, asked, call.now)
        return reply(said, *passed, standing(call, event), _off_hint(call, event))

    async def _forget(self, call: Call, event: Event) -> Reply:
        gone = await wishes.drop(call.session, event.number, call.identity)
        silenced = await attendance.silence(call.session, event.number, call.person.key)
        where = {wishes.told(call.identity), *await told_at(call.session, silenced)}
        await self._planning.replan_at(call.session, event, where, call.now)
        await record(call, "event.wish_off", event)
        if not gone and not silenced:
            return reply(line("remindme.none", account=str(call.identity), number=event.number))
        return reply(line("remindme.off", account=str(call.identity), number=event.number))


def _kept(key: str, call: Call, event: Event, asked: Collection[timedelta]) -> Line:
    instants = _instants(event, asked, wishes.told(call.identity), call.now)
    return line(
        key,
        account=str(call.identity),
        number=event.number,
        title=event.title,
        instants=tuple(shown(call, event, each) for each in instants),
    )


def _off_hint(call: Call, event: Event) -> Line:
    return line("remindme.off_hint", number=event.number, prefix=call.prefix)


def _instants(
    event: Event, asked: Collection[timedelta], destination: Destination, now: datetime
) -> list[datetime]:
    """Return when a wish is told, of a series for the first occurrence that it reaches."""
    planned = plan(event, offsets=asked, destinations=(destination,), now=now, horizon=_LOOK_AHEAD)
    return [each.due_at for each in planned if each.occurrence == planned[0].occurrence]


def _passed(event: Event, offsets: Iterable[timedelta], now: datetime) -> list[Line]:
    passed = too_late(event, offsets, now)
    return [line("event.too_late", offsets=spans_shown(passed))] if passed else []


def _seconds(offsets: Iterable[timedelta]) -> list[int]:
    return [round(offset.total_seconds()) for offset in offsets]
