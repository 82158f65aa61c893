"""An event as an iCalendar file (RFC 5545), to be put into one's own calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from storage.values import Event, EventState

if TYPE_CHECKING:
    import icalendar

_PRODUCT = "-//Bellringer//Bellringer//EN"
_STATUS = {
    EventState.PROPOSED: "TENTATIVE",
    EventState.SCHEDULED: "CONFIRMED",
    EventState.CANCELLED: "CANCELLED",
}
_MARGIN = timedelta(days=366)
_ZONE_TOLD = timedelta(days=366 * 10)
"""For how long after the start the zone's changes of daylight saving are told."""


def calendar_file(event: Event, now: datetime) -> bytes:
    """Return a calendar with one event, or one series, as it stands at `now`.

    The same event has the same UID for ever and a SEQUENCE that grows with each change (3.8.7.4).
    """
    # Few ask for a file: what only they need is not loaded at start.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_component(event, now))
    first = event.starts_at.date()
    calendar.add_missing_timezones(first - _MARGIN, first + _ZONE_TOLD)
    return bytes(calendar.to_ical())


def _component(event: Event, now: datetime) -> icalendar.Event:
    from icalendar import Event as Component
    from icalendar import vRecur

    start = _local(event)
    found = Component()
    found.add("uid", event.uid)
    found.add("sequence", event.sequence)
    found.add("dtstamp", now.astimezone(UTC))
    found.add("dtstart", start)
    found.add("duration", event.duration)
    if event.recurrence_rule is not None:
        found.add("rrule", vRecur.from_ical(event.recurrence_rule))
    for day in event.exdates:
        found.add("exdate", datetime.combine(day, start.timetz().replace(fold=0)))
    found.add("summary", event.title)
    found.add("status", _STATUS[event.state])
    for name, text in _texts(event).items():
        found.add(name, text)
    return found


def _local(event: Event) -> datetime:
    """Return the start by the clock that a series follows (3.3.5, form 3)."""
    return event.starts_at.astimezone(UTC if event.zone == "UTC" else ZoneInfo(event.zone))


def _texts(event: Event) -> dict[str, str]:
    """Return what is known beside the time. It takes no words, so that it has no language."""
    topics = " ".join(f"#{topic}" for topic in event.topics)
    told = (", ".join(event.speakers), event.host, event.link, event.stream, topics)
    texts = {
        "description": "\n".join(filter(None, told)),
        "url": event.link or event.stream or "",
        "comment": event.cancel_reason or "",
    }
    return {name: text for name, text in texts.items() if text}
