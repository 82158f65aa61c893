"""The desk for everybody: what comes, what is next, what runs now, and one event in full."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.eventcard import EventCard, essentials, facts, lasting
from commands.eventdesk import EVENT, as_card, event_meant, may_count, shown, standing
from commands.grammar import excerpt, nearest, plain
from commands.messages import Document, DocumentKind, Line, Reply, line, reply
from commands.offsets import LONGEST_DURATION
from commands.paging import PAGE, page_of
from commands.places import his_state, is_full
from commands.policy import EventPolicy
from commands.rules.reminders import details
from commands.rules.schedule import FARTHEST, begun, current, occurrences
from storage import events
from storage import occurrences as held
from storage.values import Event, Occurrence

_MOST_LINES = 8
_MOST_AT_ONCE = 3
_SPANS = {"week": timedelta(days=7), "month": timedelta(days=31)}

Wanted = Callable[["Slot"], bool]


@dataclass(frozen=True, slots=True)
class Slot:
    """An event at the planned start (UTC) of its occurrence that runs or comes next.

    `since` is when it began, None where it has not.
    """

    event: Event
    start: datetime
    since: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """When this occurrence is over."""
        return self.start + self.event.duration


class Agenda:
    """What everybody may ask about events."""

    def __init__(self, *, policy: EventPolicy, card: EventCard) -> None:
        self._policy = policy
        self._card = card

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "events",
                Who.ALL,
                "help.events",
                "events week",
                self.coming,
                (Argument("which", Kind.WORD, optional=True), PAGE),
                aliases=("event list", "agenda"),
                pressable=True,
                form="events [week|month|KIND|#topic] [page N]",
            ),
            Command(
                "event",
                Who.ALL,
                "help.event",
                "event 7",
                self.card,
                (EVENT,),
                aliases=("event show",),
                pressable=True,
            ),
            Command(
                "calendar",
                Who.ALL,
                "help.calendar",
                "calendar 7",
                self.calendar,
                (EVENT,),
                aliases=("event calendar",),
                pressable=True,
            ),
            Command("next", Who.ALL, "help.next", "next", self.next),
            Command("now", Who.ALL, "help.now", "now", self.now, aliases=("events now",)),
        )

    async def coming(self, call: Call) -> Reply:
        """List what runs or comes, by time: all, of some days, of a kind, or on a topic."""
        word = call.text("which", "")
        slots = await _slots(call)
        wanted = self._wanted(word, call.now, slots)
        if wanted is None:
            return reply(self._no_such(word))
        found = [slot for slot in slots if wanted(slot)]
        if not found:
            return reply(_nothing(call, word))
        page = page_of(call, found, _MOST_LINES)
        command = _same_again(word)
        lines = [_entry(call, slot) for slot in page.items]
        return reply(*lines, *page.hint(call, command), buttons=page.buttons(command))

    async def card(self, call: Call) -> Reply:
        """Say all that is known of one event."""
        event = await event_meant(call)
        if isinstance(event, Line):
            return reply(event)
        known = await held.of(call.session, event.number)
        alone = call.where is None and call.speaker.person is not None
        said = await self._card.lines(
            call.session,
            event,
            call,
            known=known,
            standing=standing(call, event, known),
            exact=alone and await may_count(call, event),
        )
        person = call.person.key if alone else None
        his = None if person is None else await his_state(call.session, event, person)
        full = await is_full(call.session, event)
        return as_card(event, call.now, *said, full=full, his=his, person=person)

    async def calendar(self, call: Call) -> Reply:
        """Give an event as a file for one's own calendar; where there are none, what is in it."""
        event = await event_meant(call)
        if isinstance(event, Line):
            return reply(event)
        said = essentials(event, call, standing=lasting(call, event))
        said = (*said, *self._card.elsewhere(event))
        return reply(*said, document=Document(DocumentKind.CALENDAR, event.number))

    async def next(self, call: Call) -> Reply:
        """Say what starts next."""
        ahead = _starting(await _slots(call), call.now)
        if not ahead:
            return reply(line("agenda.nothing"))
        first = [slot for slot in ahead if slot.start == ahead[0].start]
        return reply(*(_next(call, slot) for slot in first[:_MOST_AT_ONCE]))

    async def now(self, call: Call) -> Reply:
        """Say what runs at this moment, and where to follow it."""
        slots = await _slots(call)
        running = [_running(call, slot) for slot in slots if slot.since]
        if running:
            return reply(*running[:_MOST_LINES])
        ahead = _starting(slots, call.now)
        return reply(line("agenda.nothing_now"), *(_next(call, slot) for slot in ahead[:1]))

    def _wanted(self, word: str, now: datetime, slots: Iterable[Slot]) -> Wanted | None:
        """Return which slots are asked for; None for a word that means nothing here."""
        asked = plain(word)
        if asked in _SPANS:
            return lambda slot: slot.start < now + _SPANS[asked]
        if asked.startswith("#"):
            return lambda slot: asked.lstrip("#") in slot.event.topics
        kinds = {plain(kind) for kind in (*self._policy.kinds, *(s.event.kind for s in slots))}
        if asked in kinds:
            return lambda slot: plain(slot.event.kind) == asked
        return None if asked else lambda _: True

    def _no_such(self, word: str) -> Line:
        known = (*_SPANS, *self._policy.kinds)
        return line("agenda.no_such", given=excerpt(word), known=nearest(word, known) or known)


async def _slots(call: Call) -> list[Slot]:
    """Return what runs or comes, by time."""
    since = call.now - LONGEST_DURATION
    coming = await events.coming(call.session, since=since)
    known = await held.begun(call.session, since=since)
    found = (_slot(event, call.now, known.get(event.number, ())) for event in coming)
    return sorted(filter(None, found), key=lambda slot: (slot.start, slot.event.number))


def _slot(event: Event, now: datetime, known: Collection[Occurrence]) -> Slot | None:
    start = current(event, now, known)
    return None if start is None else Slot(event, start, begun(start, now, known))


def _starting(slots: Iterable[Slot], now: datetime) -> list[Slot]:
    """Return what has not begun, by time; of a series that runs its next occurrence."""
    found = []
    for slot in slots:
        event = slot.event
        after = (max(now, slot.start) if slot.since else now) + timedelta.resolution
        starts = occurrences(event, after=after, before=now + FARTHEST, limit=1)
        found += [Slot(event, start) for start in starts]
    return sorted(found, key=lambda slot: (slot.start, slot.event.number))


def _same_again(word: str) -> str:
    """Return the command that lists the same."""
    quoted = f'"{word}"' if " " in word else word
    return f"events {quoted}".strip()


def _nothing(call: Call, word: str) -> Line:
    if not word:
        return line("agenda.nothing")
    return line("agenda.nothing_of", given=excerpt(word), prefix=call.prefix)


def _entry(call: Call, slot: Slot) -> Line:
    event, start = slot.event, shown(call, slot.event, slot.start)
    if slot.since:
        return line("agenda.entry_running", started=shown(call, event, slot.since), **facts(event))
    if event.recurrence_rule is not None:
        return line("agenda.entry_series", starts=start, **facts(event))
    return line("agenda.entry", starts=start, **facts(event))


def _next(call: Call, slot: Slot) -> Line:
    event, starts = slot.event, shown(call, slot.event, slot.start)
    wait = slot.start - call.now
    return _with_details(line("agenda.next", starts=starts, wait=wait, **facts(event)), event)


def _running(call: Call, slot: Slot) -> Line:
    event, started = slot.event, shown(call, slot.event, slot.since or slot.start)
    left = slot.ends_at - call.now
    return _with_details(line("agenda.running", started=started, left=left, **facts(event)), event)


def _with_details(said: Line, event: Event) -> Line:
    more = details(event)
    return line("reminder.with_details", reminder=said, details=more) if more else said
