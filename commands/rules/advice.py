"""What whoever proposes or registers an event had better know now: facts in, sentences out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from unicodedata import east_asian_width
from zoneinfo import ZoneInfo

from commands.grammar import plain
from commands.messages import Line, Value, line
from storage.values import Event

AWAKE = range(8, 22)
"""The local hours in which something may start without being awkward."""

_FEWEST_LETTERS = 10
_SAY_NOTHING = frozenset(
    {"meeting", "talk", "event", "session", "workshop", "call", "presentation", "lecture"}
    | {"discussion", "training", "webinar", "introduction", "intro", "update", "updates"}
    | {"tba", "tbd", "todo", "title", "untitled"}
    | {"möte", "föredrag", "träff", "reunión", "charla", "taller", "sesión"}
    | {"اجتماع", "محاضرة", "لقاء"}
)
"""Words that say nothing of what somebody will see or learn."""
_FILLERS = frozenset(
    {"a", "an", "the", "our", "new", "monthly", "weekly", "next"}
    | {"tech", "office", "hours", "hour", "lightning"}
)
_WIDE = frozenset("WF")
"""Letters that say as much as several of an alphabet (Unicode annex 11, East Asian Width)."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday in a country (ISO 3166-1)."""

    country: str
    name: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the advice about an event, which is to start at `start` (UTC), rests on.

    `zones` are the time zones in which its communities live, with what makes them its own: a
    topic or a language. `weekend` are days of the week, Monday being 0. `command` is the one by
    which whoever reads the advice changes the event.
    """

    event: Event
    start: datetime
    now: datetime
    notice: timedelta
    command: str
    prefix: str
    zones: Mapping[str, str] = field(default_factory=dict)
    holidays: tuple[Holiday, ...] = ()
    weekend: Collection[int] = frozenset()


def advice(facts: Facts) -> tuple[Line, ...]:
    """Return what matters, the most urgent first: one short sentence for each matter."""
    found = (_notice(facts), _holiday(facts), _hour(facts), _weekend(facts), *_words(facts))
    return tuple(each for each in found if each is not None)


def zones_of(event: Event, zones: Mapping[str, str]) -> Mapping[str, str]:
    """Return the zones of an event's communities, by its topics and its language."""
    language = event.language or ""
    known = {plain(name).lstrip("#"): zone for name, zone in zones.items()}
    names = (*event.topics, language, language.partition("-")[0])
    found: dict[str, str] = {}
    for name in filter(None, map(plain, names)):
        if name in known:
            found.setdefault(known[name], name)
    return found


def local_day(start: datetime, zone: str) -> date:
    """Return the day on which something starts, by a zone's calendar."""
    return start.astimezone(ZoneInfo(zone)).date()


def says_little(title: str) -> bool:
    """Return whether a title is too short, or too general, to make anybody come."""
    words = [word.strip(".,:;!?#0123456789()-–—") for word in plain(title).split()]
    told = [word for word in words if word and word not in _SAY_NOTHING | _FILLERS]
    weight = sum(3 if east_asian_width(letter) in _WIDE else 1 for letter in "".join(words))
    return not told or (len(told) < 2 and weight < _FEWEST_LETTERS)


def _notice(facts: Facts) -> Line | None:
    wait = facts.start - facts.now
    if not timedelta(0) < wait < facts.notice:
        return None
    return line("advice.short_notice", wait=wait, notice=facts.notice)


def _holiday(facts: Facts) -> Line | None:
    if not facts.holidays:
        return None
    day = local_day(facts.start, facts.event.zone).isoformat()
    named = tuple(_named(each) for each in facts.holidays[:3])
    return line("advice.holiday", day=day, holidays=named)


def _named(holiday: Holiday) -> Line:
    return line("advice.holiday_in", holiday=holiday.name, country=holiday.country)


def _hour(facts: Facts) -> Line | None:
    awkward = tuple(_awkward(facts.start, facts.zones))
    return line("advice.hour", hours=awkward[:3]) if awkward else None


def _awkward(start: datetime, zones: Mapping[str, str]) -> Iterable[Line]:
    for zone, whose in zones.items():
        local = start.astimezone(ZoneInfo(zone))
        if local.hour not in AWAKE:
            clock = local.strftime("%H:%M")
            yield line("advice.hour_in", clock=clock, zone=zone, whose=whose)


def _weekend(facts: Facts) -> Line | None:
    day = local_day(facts.start, facts.event.zone)
    if day.weekday() not in facts.weekend:
        return None
    return line("advice.weekend", day=day.isoformat())


def _words(facts: Facts) -> Iterable[Line]:
    """Ask for a title that says something, and for what is not told yet."""
    event = facts.event
    how: dict[str, Value] = {
        "prefix": facts.prefix,
        "command": f"{facts.command} {event.number}",
    }
    if says_little(event.title):
        yield line("advice.title", title=event.title, **how)
    lacking = {
        "speaker": not event.speakers,
        "about": not event.description,
        "link": not (event.link or event.stream),
    }
    if names := tuple(name for name, lacks in lacking.items() if lacks):
        phrases = tuple(line(f"advice.lacks.{name}") for name in names)
        yield line("advice.lacking", what=phrases, field=names[0], **how)
