"""What channels are told at once when an event is new, moved or called off.

An announcement may have to wait until its network is back. The facts that it names are then
filled in anew from the event as it is, so that no stale line is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from commands.messages import Line, Moment, Reply, Value, line
from commands.rules.schedule import current
from storage.values import Event

_WITH_CARD = frozenset({"announcement.added", "promotion.announced"})


def added(event: Event, now: datetime) -> Line:
    """Say that an event is new."""
    return line("announcement.added", **_facts(event, now))


def moved(event: Event, before: Event, now: datetime) -> Line:
    """Say that an event takes place at another time than `before`."""
    was = Moment(current(before, now) or before.starts_at, before.zone)
    if event.recurrence_rule is None:
        return line("announcement.moved", was=was, **_facts(event, now))
    return line("announcement.series_moved", was=was, **_facts(event, now))


def cancelled(event: Event, now: datetime) -> Line:
    """Say that an event does not take place, and why."""
    reason = event.cancel_reason or ""
    return line("announcement.cancelled", reason=reason, **_facts(event, now))


def relinked(event: Event, before: Event, now: datetime) -> Line:
    """Say where an event is to be followed now; what was told `before` may hold no more."""
    changed = []
    if event.link and event.link != before.link:
        changed.append(line("reminder.link", link=event.link))
    if event.stream and event.stream != before.stream:
        changed.append(line("reminder.stream", stream=event.stream))
    facts = _facts(event, now)
    if not changed:
        return line("announcement.link_gone", **facts)
    kept = before.link in {None, event.link} and before.stream in {None, event.stream}
    key = "announcement.link_added" if kept else "announcement.link_new"
    return line(key, details=tuple(changed), **facts)


def pictured(said: Line) -> bool:
    """Return whether an event's card goes with what is said: where people are to be won for it."""
    return said.key in _WITH_CARD


def fresh(reply: Reply, event: Event, now: datetime) -> Reply:
    """Return an announcement with the facts of the event as it is now."""
    facts = _facts(event, now)
    return replace(reply, lines=tuple(_refreshed(each, facts) for each in reply.lines))


def _refreshed(said: Line, facts: Mapping[str, Value]) -> Line:
    return Line(said.key, {name: facts.get(name, value) for name, value in said.values.items()})


def _facts(event: Event, now: datetime) -> dict[str, Value]:
    return {
        "number": event.number,
        "title": event.title,
        "kind": event.kind,
        "starts": Moment(current(event, now) or event.starts_at, event.zone),
    }
