"""An occurrence as search engines read it: https://schema.org/Event."""

from __future__ import annotations

from datetime import UTC, datetime

from chatbot.web.addresses import Addresses
from commands.grammar import straight
from commands.rules.showcase import Entry
from storage.values import EventState

_ONLINE = "https://schema.org/OnlineEventAttendanceMode"


def linked_data(entry: Entry, addresses: Addresses, *, picture: str | None) -> dict[str, object]:
    """Return the occurrence as JSON-LD; the caller escapes it for where it stands."""
    event = entry.event
    page = addresses.whole(addresses.event(entry))
    cancelled = event.state is EventState.CANCELLED
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": straight(event.title),
        "url": page,
        "startDate": _stamp(entry.starts_at),
        "endDate": _stamp(entry.ends_at),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if cancelled else 'Scheduled'}",
        "eventAttendanceMode": _ONLINE,
        "location": {"@type": "VirtualLocation", "url": event.link or event.stream or page},
        "isAccessibleForFree": True,
    }
    optional: dict[str, object] = {
        "description": straight(event.description) if event.description else None,
        "inLanguage": event.language,
        "keywords": [straight(each) for each in event.topics],
        "performer": [_person(each) for each in event.speakers],
        "organizer": _person(event.host) if event.host else None,
        "maximumVirtualAttendeeCapacity": event.capacity,
        "image": picture,
    }
    return found | {name: value for name, value in optional.items() if value}


def _person(name: str) -> dict[str, str]:
    return {"@type": "Person", "name": straight(name)}


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
