"""The feed for readers and programs as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/).

What is known of an event beside its words stands in each item under `_event`. Instants are in UTC
(RFC 3339), and what is not known or not for everybody is null:

- `number`, `uid`, `kind`, `topics`, `language`, `host`, `speakers`, `link`, `stream`, `capacity`
- `starts_at`, `ends_at`, `zone` (the IANA zone whose clock it keeps), `recurrence` (RFC 5545 RRULE)
- `stage`: `to-come`, `running`, `over` or `cancelled`, then with `cancel_reason`
- `coming` and `attended`: how many people, five at least
- `recording`, `slides`, `notes`
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from chatbot.publish.feeds.heading import Top
from chatbot.publish.feeds.items import Item

MEDIA_TYPE = "application/feed+json; charset=utf-8"

_VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(top: Top, items: Iterable[Item]) -> bytes:
    """Return a feed."""
    feed = {
        "version": _VERSION,
        "title": top.name,
        "description": top.description,
        "home_page_url": top.page,
        "feed_url": top.source,
        "language": top.language,
        "authors": [{"name": top.community}],
        "items": [_item(each) for each in items],
    }
    return json.dumps(feed, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _item(item: Item) -> dict[str, object]:
    event = item.entry.event
    known = {
        "id": item.identifier,
        "url": item.page or event.link,
        "external_url": item.entry.known.recording or event.link,
        "title": event.title,
        "content_text": item.text,
        "date_published": _instant(event.created_at),
        "date_modified": _instant(item.changed_at),
        "authors": [{"name": each} for each in event.speakers] or None,
        "tags": [event.kind, *event.topics],
        "language": event.language,
    }
    # What is not known is left out here, and is null in our own part.
    return {name: value for name, value in known.items() if value} | {"_event": _event(item)}


def _event(item: Item) -> dict[str, object]:
    entry, event, known = item.entry, item.entry.event, item.entry.known
    return {
        "number": event.number,
        "uid": event.uid,
        "kind": event.kind,
        "starts_at": _instant(known.started_at or entry.starts_at),
        "ends_at": _instant(entry.ends_at),
        "zone": event.zone,
        "recurrence": event.recurrence_rule,
        "stage": item.stage,
        "cancel_reason": event.cancel_reason,
        "topics": event.topics,
        "language": event.language,
        "host": event.host,
        "speakers": event.speakers,
        "link": event.link,
        "stream": event.stream,
        "capacity": event.capacity,
        "coming": entry.coming,
        "attended": entry.attended,
        "recording": known.recording,
        "slides": known.slides,
        "notes": known.notes,
    }


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
