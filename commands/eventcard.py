"""All that is known of one event, as sentences: said by `event N`, and kept up to date in cards."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.eventdesk import reminding, shown
from commands.messages import Line, Value, line
from commands.planning import Planning
from commands.readers import Reader
from commands.rules.attendancelines import counted, room
from commands.rules.followup import to_look_back
from commands.rules.reminders import details
from commands.rules.schedule import FARTHEST, begun, current, occurrences
from storage import attendance
from storage.values import Event, EventState, Occurrence

_NEXT_FEW = 3


class EventCard:
    """Puts events into sentences. `page` returns where one stands on the web, if anywhere."""

    def __init__(
        self, *, planning: Planning, page: Callable[[int], str | None] = lambda _number: None
    ) -> None:
        self._planning = planning
        self._page = page

    async def lines(
        self,
        session: AsyncSession,
        event: Event,
        to: Reader,
        *,
        known: Collection[Occurrence],
        standing: Line,
        exact: bool = False,
    ) -> tuple[Line, ...]:
        """Return what there is to know of an event; `standing` says when it takes place.

        `known` are its occurrences as far as they are. `exact` is for whoever may know how many
        come, however few.
        """
        said = essentials(event, to, standing=standing)
        if event.state is EventState.CANCELLED:
            return said
        coming = await attendance.count(session, event.number)
        people = counted(coming, exact=exact)
        more = (*_looking_back(known), *self.elsewhere(event))
        if current(event, to.now, known) is None:
            return (*said, *people, *more)
        taken = await attendance.taken(session, event.number)
        channels = await self._planning.channels(session, event)
        told = reminding(to, event, self._planning.offsets(event), channels)
        return (*said, *people, *room(event.capacity, taken), told, *more)

    def elsewhere(self, event: Event) -> tuple[Line, ...]:
        """Return where there is more of an event, if anywhere."""
        page = self._page(event.number) if event.public else None
        return (line("card.page", link=page),) if page else ()


def essentials(event: Event, to: Reader, *, standing: Line) -> tuple[Line, ...]:
    """Return what an event is, when and where; `standing` says when it takes place."""
    if event.state is EventState.CANCELLED:
        reason = event.cancel_reason or ""
        return (line("card.cancelled", reason=reason, **facts(event)), *_about(event))
    proposed = event.state is EventState.PROPOSED
    key = "card.proposed" if proposed else "card.heading"
    heading = line(key, standing=standing, **facts(event))
    return (heading, *_series(to, event), *_about(event))


def facts(event: Event) -> dict[str, Value]:
    """Return what every sentence about an event names."""
    return {"number": event.number, "title": event.title, "kind": event.kind}


def lasting(to: Reader, event: Event, known: Collection[Occurrence] = ()) -> Line:
    """Return when an event takes place, in words that stay true until that changes."""
    start = current(event, to.now, known)
    if start is None:
        return line("event.was", started=shown(to, event, event.starts_at))
    if since := begun(start, to.now, known):
        until = shown(to, event, start + event.duration)
        return line("card.runs", started=shown(to, event, since), until=until)
    return line("card.starts", starts=shown(to, event, start), duration=event.duration)


def next_change(event: Event, now: datetime, known: Collection[Occurrence] = ()) -> datetime | None:
    """Return when the clock makes something else of an event; None when it never will."""
    start = current(event, now, known)
    if start is None or event.state is EventState.CANCELLED:
        return None
    return start if start > now else start + event.duration


def _looking_back(known: Collection[Occurrence]) -> tuple[Line, ...]:
    """Return what can be looked at of the last occurrence of which there is anything."""
    for each in sorted(known, key=lambda each: each.at, reverse=True):
        if links := to_look_back(each):
            return (line("card.look_back", links=links),)
    return ()


def _series(to: Reader, event: Event) -> list[Line]:
    if event.recurrence_rule is None:
        return []
    after, before = to.now + timedelta.resolution, to.now + FARTHEST
    starts = occurrences(event, after=after, before=before, limit=_NEXT_FEW)
    coming = tuple(shown(to, event, start) for start in starts)
    if not coming:
        return []
    return [line("card.repeats", rule=event.recurrence_rule, next=coming, zone=event.zone)]


def _about(event: Event) -> list[Line]:
    """Return people, places, topics and language in one sentence."""
    more = list(details(event))
    if event.topics:
        more.append(line("card.topics", topics=tuple(f"#{topic}" for topic in event.topics)))
    if event.language:
        more.append(line("card.language", language=event.language))
    return [line("card.about", details=tuple(more))] if more else []
