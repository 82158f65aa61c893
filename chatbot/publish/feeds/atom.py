"""The feed for readers as Atom (RFC 4287): everything that people wrote is plain text in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from chatbot.markup import clean
from chatbot.publish.feeds.heading import Top
from chatbot.publish.feeds.items import Item
from commands.rules.icallines import uri

MEDIA_TYPE = "application/atom+xml; charset=utf-8"

_NAMESPACE = "http://www.w3.org/2005/Atom"


def atom(top: Top, items: Iterable[Item], now: datetime) -> bytes:
    """Return a feed. `now` is when it is made, for one that has nothing in it."""
    those = tuple(items)
    root = Element("feed", {"xmlns": _NAMESPACE, "xml:lang": top.language})
    _text(root, "id", top.source)
    _text(root, "title", top.name)
    _text(root, "subtitle", top.description)
    _text(root, "updated", _instant(max((each.changed_at for each in those), default=now)))
    _link(root, "self", top.source, type=MEDIA_TYPE.partition(";")[0])
    _link(root, "alternate", top.page, type="text/html")
    _text(SubElement(root, "author"), "name", top.community)
    _text(root, "generator", "Bellringer")
    for each in those:
        _entry(root, each)
    head = b'<?xml version="1.0" encoding="utf-8"?>\n'
    return head + tostring(root, encoding="unicode").encode()


def _entry(root: Element, item: Item) -> None:
    event, known = item.entry.event, item.entry.known
    entry = SubElement(root, "entry")
    if event.language:
        entry.set("xml:lang", clean(event.language))
    _text(entry, "id", item.identifier)
    _text(entry, "title", event.title, type="text")
    _text(entry, "updated", _instant(item.changed_at))
    if event.created_at:
        _text(entry, "published", _instant(event.created_at))
    for speaker in event.speakers:
        _text(SubElement(entry, "author"), "name", speaker)
    for term in (event.kind, *event.topics):
        SubElement(entry, "category", {"term": clean(term)})
    if page := item.page or event.link:
        _link(entry, "alternate", page, type="text/html" if item.page else "")
    for link in (event.link, event.stream, known.recording, known.slides, known.notes):
        if link:
            _link(entry, "related", link)
    _text(entry, "content", item.text, type="text")


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = clean(text)


def _link(parent: Element, rel: str, href: str, **attributes: str) -> None:
    named = {name: value for name, value in attributes.items() if value}
    SubElement(parent, "link", {"rel": rel, "href": uri(href), **named})


def _instant(instant: datetime) -> str:
    """Return a date construct (RFC 4287, 3.3)."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
