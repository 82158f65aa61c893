"""Events as iCalendar tells them (RFC 5545, RFC 7986): for a file of one, and for feeds of all.

The same event makes the same bytes, whenever it is asked for: every stamp in them comes from the
event. `Words` make a sentence of the catalogue in the language of whoever reads it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from commands.messages import Line, line
from commands.rules.icallines import content_line, text, texts, uri
from commands.rules.recurrence import in_step, sound
from commands.rules.schedule import occurrences
from commands.rules.vtimezone import vtimezone
from storage.values import Event, EventState, Occurrence, Shown

Words = Callable[[Line], str]
Address = Callable[[int, datetime | None], str | None]
"""Returns where an event stands on the web, or which one of a series; None where nothing does."""

MEDIA_TYPE = "text/calendar; charset=utf-8"

_PRODUCT = "-//Bellringer//Bellringer//EN"
_STATUS = {
    EventState.PROPOSED: "TENTATIVE",
    EventState.SCHEDULED: "CONFIRMED",
    EventState.CANCELLED: "CANCELLED",
}
_STAMP = "%Y%m%dT%H%M%S"
_COLOURS = ("royalblue", "seagreen", "darkorange", "mediumvioletred", "teal", "slateblue")
"""Of CSS (RFC 7986, 5.9): any kind always has the same."""
_ZONE_TOLD = 10
"""For how many years after the last start the zone's changes of daylight saving are told."""
_NO_ZONE = frozenset({"UTC", "Etc/UTC"})
_MOST_OF_A_SERIES = 5000
_ADDRESS: Mapping[str, str] = MappingProxyType({"VALUE": "URI"})


@dataclass(frozen=True, slots=True)
class Told:
    """One event, or one series, as VEVENTs: `zone` and `years` say which VTIMEZONE they need."""

    content: bytes
    zone: str | None
    years: tuple[int, int]
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Heading:
    """What a feed says of itself. `source` is where it is to be had, `page` where to read it.

    It is worth asking again after `refresh`.
    """

    name: str
    description: str = ""
    source: str | None = None
    page: str | None = None
    refresh: timedelta = timedelta(hours=1)


def calendar_file(shown: Shown, words: Words, address: Address) -> bytes:
    """Return a calendar with one event, or one series.

    The same event has the same UID for ever and a SEQUENCE that grows with each change (3.8.7.4).
    """
    return calendar((told(shown, words, address),))


def calendar(events: Iterable[Told], heading: Heading | None = None) -> bytes:
    """Return a calendar of events, in their order."""
    those = tuple(events)
    lines = [
        content_line("BEGIN", "VCALENDAR"),
        content_line("VERSION", "2.0"),
        content_line("PRODID", text(_PRODUCT)),
        content_line("CALSCALE", "GREGORIAN"),
        content_line("METHOD", "PUBLISH"),
    ]
    if heading:
        lines += _headed(heading, those)
    lines += _zones(those)
    lines += [each.content for each in those]
    lines.append(content_line("END", "VCALENDAR"))
    return b"".join(lines)


def told(shown: Shown, words: Words, address: Address) -> Told:
    """Return an event as VEVENTs.

    Of a series, each occurrence about which something is known has one of its own
    (RECURRENCE-ID, 3.8.4.4). Raises an error for an event that no calendar could hold, as
    whoever reads the database must expect: ValueError and ZoneInfoNotFoundError among others.
    """
    event = shown.event
    zone = None if event.zone in _NO_ZONE else event.zone
    made = _Made(event, zone, words, address)
    if event.recurrence_rule is None:
        known = next((each for each in shown.occurrences if each.at == event.starts_at), None)
        content = made.single(known)
    else:
        content = made.series(shown.occurrences)
    years = {each.year for each in (event.starts_at, *(one.at for one in shown.occurrences))}
    return Told(content, zone, (min(years), max(years)), changed_at(shown))


def changed_at(shown: Shown) -> datetime:
    """Return when something was last changed of an event, as far as that is known."""
    known = [shown.event.changed_at, shown.event.created_at]
    known += [each for one in shown.occurrences for each in (one.started_at, one.ended_at)]
    return max(filter(None, known), default=shown.event.starts_at)


@dataclass(frozen=True, slots=True)
class _Made:
    """Makes the VEVENTs of one event."""

    event: Event
    zone: str | None
    words: Words
    address: Address

    def single(self, known: Occurrence | None) -> bytes:
        return self._component(self._hours(known), known)

    def series(self, known: Iterable[Occurrence]) -> bytes:
        hours = [*self._hours(None), *self._rule()]
        return self._component(hours, None) + b"".join(map(self._occurrence, self._kept(known)))

    def _kept(self, known: Iterable[Occurrence]) -> list[Occurrence]:
        """Return those that the series still has, as it is now: others would stand there twice."""
        told = list(known)
        if not told:
            return []
        starts = set(
            occurrences(
                self.event,
                after=min(each.at for each in told),
                before=max(each.at for each in told) + timedelta.resolution,
                limit=_MOST_OF_A_SERIES,
            )
        )
        return [each for each in told if each.at in starts]

    def _occurrence(self, known: Occurrence) -> bytes:
        which = self._instant("RECURRENCE-ID", known.at)
        return self._component([which, *self._hours(known)], known)

    def _component(self, hours: Iterable[bytes], known: Occurrence | None) -> bytes:
        event = self.event
        changed = _utc(changed_at(Shown(event, (known,) if known else ())))
        lines = [
            content_line("BEGIN", "VEVENT"),
            content_line("UID", text(event.uid)),
            content_line("SEQUENCE", str(event.sequence)),
            content_line("DTSTAMP", changed),
            content_line("LAST-MODIFIED", changed),
        ]
        if event.created_at:
            lines.append(content_line("CREATED", _utc(event.created_at)))
        lines += hours
        lines += self._about(known)
        lines.append(content_line("END", "VEVENT"))
        return b"".join(lines)

    def _hours(self, known: Occurrence | None) -> list[bytes]:
        """Return when it begins and ends: as it did, where that is known."""
        event = self.event
        planned = known.at if known else event.starts_at
        start = known.started_at or planned if known else planned
        end = known.ended_at if known else None
        if start == planned and end is None:
            return [
                self._instant("DTSTART", start),
                content_line("DURATION", _span(event.duration)),
            ]
        # What began late is not said to end before it began.
        last = max(end or planned + event.duration, start)
        return [self._instant("DTSTART", start), self._instant("DTEND", last)]

    def _rule(self) -> Iterator[bytes]:
        from icalendar import vRecur

        event = self.event
        rule = vRecur.from_ical(sound(event.recurrence_rule or "", event.zone))
        if not in_step(event.starts_at, event.zone, event.recurrence_rule or ""):
            # Its start is then the only occurrence, which no rule says.
            return
        yield content_line("RRULE", rule.to_ical().decode())
        if skipped := event.exdates:
            clock = self._local(event.starts_at).timetz().replace(fold=0)
            for day in skipped:
                yield self._instant("EXDATE", datetime.combine(day, clock))

    def _about(self, known: Occurrence | None) -> Iterator[bytes]:
        event = self.event
        spoken = {"LANGUAGE": event.language} if event.language else None
        yield content_line("SUMMARY", text(event.title), spoken)
        occurrence = known.at if known and event.recurrence_rule else None
        page = self.address(event.number, occurrence)
        if about := "\n".join(self._sentences(known, page)):
            yield content_line("DESCRIPTION", text(about))
        yield content_line("STATUS", _STATUS[event.state])
        yield content_line("CATEGORIES", texts((event.kind, *event.topics)))
        yield content_line("COLOR", colour(event.kind))
        if event.cancel_reason:
            yield content_line("COMMENT", text(event.cancel_reason))
        if where := page or event.link or event.stream:
            yield content_line("URL", uri(where))
        yield from self._places(known)

    def _places(self, known: Occurrence | None) -> Iterator[bytes]:
        event = self.event
        if where := event.link or event.stream:
            yield content_line("LOCATION", text(where))
        for link in (event.link, event.stream):
            if link:
                yield content_line("CONFERENCE", uri(link), _ADDRESS)
        for file in (known.recording, known.slides, known.notes) if known else ():
            if file:
                yield content_line("ATTACH", uri(file))

    def _sentences(self, known: Occurrence | None, page: str | None) -> Iterator[str]:
        yield from map(self.words, cancelled(self.event))
        if self.event.description:
            yield f"{self.event.description}\n"
        yield from map(self.words, about(self.event, known))
        if page:
            yield self.words(line("feed.page", page=page))

    def _instant(self, name: str, instant: datetime) -> bytes:
        local = self._local(instant)
        # Of a local time that occurs twice, a zone's name means the first (3.3.5).
        if self.zone is None or (local.fold and self.event.recurrence_rule is None):
            return content_line(name, _utc(instant))
        return content_line(name, local.strftime(_STAMP), {"TZID": self.zone})

    def _local(self, instant: datetime) -> datetime:
        """Return an instant by the clock that a series follows (3.3.5, form 3)."""
        return instant.astimezone(_zone(self.zone) if self.zone else UTC)


def cancelled(event: Event) -> Iterator[Line]:
    """Say that an event does not take place, if so."""
    if event.state is EventState.CANCELLED:
        yield line("feed.cancelled", reason=event.cancel_reason or "")


def about(event: Event, known: Occurrence | None) -> Iterator[Line]:
    """Say what is known of an event beside its time, and what there is to look back on."""
    if event.speakers:
        yield line("feed.speakers", count=len(event.speakers), speakers=event.speakers)
    if event.host:
        yield line("feed.host", host=event.host)
    if event.link:
        yield line("feed.join", link=event.link)
    if event.stream:
        yield line("feed.stream", link=event.stream)
    if event.topics:
        yield line("feed.topics", topics=tuple(f"#{topic}" for topic in event.topics))
    if event.language:
        yield line("feed.language", language=event.language)
    if known and known.recording:
        yield line("feed.recording", link=known.recording)
    if known and known.slides:
        yield line("feed.slides", link=known.slides)
    if known and known.notes:
        yield line("feed.notes", link=known.notes)


def colour(kind: str) -> str:
    """Return the colour of a kind of event."""
    return _COLOURS[zlib.crc32(kind.encode()) % len(_COLOURS)]


def _headed(heading: Heading, events: Iterable[Told]) -> Iterator[bytes]:
    for name in ("NAME", "X-WR-CALNAME"):
        yield content_line(name, text(heading.name))
    if heading.description:
        for name in ("DESCRIPTION", "X-WR-CALDESC"):
            yield content_line(name, text(heading.description))
    if heading.page:
        yield content_line("URL", uri(heading.page))
    if heading.source:
        yield content_line("SOURCE", uri(heading.source), _ADDRESS)
    span = _span(heading.refresh)
    yield content_line("REFRESH-INTERVAL", span, {"VALUE": "DURATION"})
    yield content_line("X-PUBLISHED-TTL", span)
    if changed := max((each.changed_at for each in events), default=None):
        yield content_line("LAST-MODIFIED", _utc(changed))


def _zones(events: Iterable[Told]) -> list[bytes]:
    years: dict[str, tuple[int, int]] = {}
    for each in events:
        if each.zone:
            first, last = years.get(each.zone, each.years)
            years[each.zone] = min(first, each.years[0]), max(last, each.years[1])
    return [
        vtimezone(zone, first - 1, last + _ZONE_TOLD)
        for zone, (first, last) in sorted(years.items())
    ]


@lru_cache(maxsize=256)
def _span(span: timedelta) -> str:
    from icalendar import vDuration

    written: bytes = vDuration(span).to_ical()  # type: ignore[no-untyped-call]
    return written.decode()


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=1024)
def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC).strftime(_STAMP)}Z"
