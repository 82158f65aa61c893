"""An event's own page: from the wiki's template where there is one, else laid out by itself.

One layout serves both. It is filled in with what there is of an event, or, as the text of the
template, with places for it; whoever changes the template on the wiki changes all pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chatbot.publish.wikipages_lists import cancelled
from chatbot.publish.wikipages_wording import Wording, address, details, iso
from commands.rules.schedule import FARTHEST, current, occurrences
from commands.rules.showcase import Entry, Stage, public_count
from storage.values import Event, EventState, Occurrence, Shown

_NEXT_FEW = 5
_LAST_FEW = 30

_ROWS = (
    ("when", "wikipages.label.when"),
    ("kind", "wikipages.label.kind"),
    ("speakers", "wikipages.label.speakers"),
    ("host", "wikipages.label.host"),
    ("language", "wikipages.label.language"),
    ("topics", "wikipages.label.topics"),
    ("ways", "wikipages.label.ways"),
    ("look_back", "wikipages.label.look_back"),
    ("attended", "wikipages.label.attended"),
)
_LISTS = (
    ("next", "wikipages.label.next"),
    ("earlier", "wikipages.label.earlier"),
    ("questions", "wikipages.label.questions"),
)

Filled = Callable[[str], str]
"""What stands in the place of a name, empty where nothing does."""


@dataclass(frozen=True, slots=True)
class EventPage:
    """What is to be said of an event: named values, each wikitext that does nothing by itself."""

    values: Mapping[str, str]

    def by_template(self, template: str) -> str:
        """Return the transclusion of a template, with all that there is as named parameters."""
        given = [f"| {name} = {value}" for name, value in self.values.items() if value]
        return "\n".join([f"{{{{{template}", *given, "}}"])

    def laid_out(self, wording: Wording) -> str:
        """Return the page as it is without a template."""
        values = self.values
        return _layout(wording, lambda name: values.get(name, ""), lambda _name, text: text)


def event_page(
    shown: Shown, wording: Wording, *, now: datetime, moved_from: datetime | None
) -> EventPage:
    """Return what an event's page says at a moment."""
    event = shown.event
    start = current(event, now) or event.starts_at
    entry = Entry(event, start, _known(shown, start))
    stage = entry.stage(now)
    series = event.recurrence_rule is not None
    if series and stage is Stage.OVER and current(event, now):
        stage = Stage.TO_COME
    later = [] if series else [entry.known]
    return EventPage(
        {
            "number": str(event.number),
            "title": wording.name(event.title),
            "state": stage.value,
            "start": iso(start),
            "end": iso(entry.ends_at),
            "note": _note(event, stage, moved_from, wording),
            "when": _when(entry, wording),
            "kind": wording.kind(event.kind),
            "speakers": wording.names(event.speakers),
            "host": wording.short(event.host) if event.host else "",
            "language": wording.tongue(event.language) if event.language else "",
            "topics": " ".join(wording.short(f"#{topic}") for topic in event.topics),
            "link": address(event.link or "") or "",
            "stream": address(event.stream or "") or "",
            "ways": _ways(event, stage, wording),
            **_addresses(later),
            "look_back": "".join(_left(each, wording) for each in later),
            "attended": "".join(_attended(each, wording) for each in later),
            "description": wording.paragraphs(event.description or "").strip(),
            "next": _next(event, now, wording) if series else "",
            "earlier": _earlier(shown, now, wording) if series else "",
            "questions": _questions(shown, wording),
        }
    )


def template_text(wording: Wording, name: str) -> str:
    """Return the text of a template for events' pages; it needs the extension ParserFunctions."""

    def place(value: str) -> str:
        return f"{{{{{{{value}|}}}}}}"

    def where_given(value: str, text: str) -> str:
        return f"{{{{#if:{place(value)}|{text}}}}}"

    example = EventPage(dict.fromkeys(_names(), "…")).by_template(name)
    explained = f"{wording.say('wikipages.template')}\n<pre>{example}</pre>"
    body = _layout(wording, place, where_given)
    return f"<noinclude>{explained}</noinclude><includeonly>{body}</includeonly>"


def _names() -> tuple[str, ...]:
    plain = ("number", "title", "state", "start", "end", "note", "description")
    links = ("link", "stream", "recording", "slides", "notes")
    return (*plain, *links, *(name for name, _ in (*_ROWS, *_LISTS)))


def _layout(wording: Wording, filled: Filled, where_given: Callable[[str, str], str]) -> str:
    """Return the page. `where_given` returns a text where a value is there, else nothing."""

    def part(name: str, text: str) -> str:
        return where_given(name, text) if filled(name) else ""

    title = (
        f'<div class="p-name" style="font-size: 1.4em; font-weight: bold">{filled("title")}</div>'
    )
    rows = "".join(
        part(
            name,
            f'<tr><th scope="row" style="text-align: start">{wording.say(label)}</th>'
            f"<td>{filled(name)}</td></tr>",
        )
        for name, label in _ROWS
    )
    lists = "".join(
        part(name, f"<div>'''{wording.say(label)}'''\n{filled(name)}\n</div>")
        for name, label in _LISTS
    )
    language = f'lang="{wording.language}" dir="{wording.direction}"'
    return (
        f'<div class="h-event bellringer-event" {language}>\n{title}'
        + part("note", f'<div style="margin: 0.5em 0">{filled("note")}</div>')
        + f'<table class="wikitable" style="max-width: 60em">{rows}</table>'
        + part("description", f'<div class="p-summary">{filled("description")}</div>')
        + f"{lists}</div>"
    )


def _known(shown: Shown, start: datetime) -> Occurrence:
    known = next((each for each in shown.occurrences if each.at == start), None)
    return known or Occurrence(shown.event.number, start)


def _note(event: Event, stage: Stage, moved_from: datetime | None, wording: Wording) -> str:
    if stage is Stage.CANCELLED:
        return cancelled(event.cancel_reason, wording)
    said = [f"'''{wording.say('wikipages.running')}'''"] if stage is Stage.RUNNING else []
    if moved_from is not None and stage is not Stage.OVER:
        said.append(wording.say("wikipages.moved", before=moved_from))
    return details(said)


def _when(entry: Entry, wording: Wording) -> str:
    start = wording.at(entry.starts_at, wording.moment(entry.starts_at, entry.event.zone))
    lasts = wording.say("wikipages.lasts", duration=entry.ends_at - entry.starts_at)
    end = wording.at(entry.ends_at, lasts, css="dt-end")
    elsewhere = wording.local(entry.starts_at, wording.say("wikipages.local_time"))
    return details([start, end, elsewhere if elsewhere.startswith("[") else ""])


def _ways(event: Event, stage: Stage, wording: Wording) -> str:
    if stage in {Stage.CANCELLED, Stage.OVER}:
        return ""
    stream = event.stream if event.stream != event.link else None
    return details(
        [wording.link(event.link, "wikipages.join"), wording.link(stream, "wikipages.watch")]
    )


def _addresses(later: Iterable[Occurrence]) -> dict[str, str]:
    """Return by itself each address of what there is to look back on, for a template's use."""
    found = {}
    for known in later:
        for name in ("recording", "slides", "notes"):
            found[name] = address(getattr(known, name) or "") or ""
    return found


def _left(known: Occurrence, wording: Wording) -> str:
    return details(
        [
            wording.link(known.recording, "wikipages.recording"),
            wording.link(known.slides, "wikipages.slides"),
            wording.link(known.notes, "wikipages.notes"),
        ]
    )


def _attended(known: Occurrence, wording: Wording) -> str:
    count = public_count(known.attended or 0)
    return "" if count is None else wording.say("wikipages.attended", count=count)


def _next(event: Event, now: datetime, wording: Wording) -> str:
    if event.state is EventState.CANCELLED:
        return ""
    after = now - event.duration + timedelta.resolution
    starts = occurrences(event, after=after, before=now + FARTHEST, limit=_NEXT_FEW)
    return _points(wording.at(each, wording.moment(each, event.zone)) for each in starts)


def _earlier(shown: Shown, now: datetime, wording: Wording) -> str:
    """Return what of a series can be looked back on, the last first."""
    over = [each for each in shown.occurrences if each.at + shown.event.duration <= now]
    found = [
        (each, details([_left(each, wording), _attended(each, wording)])) for each in over[::-1]
    ]
    return _points(
        f"{wording.at(each.at, wording.date(each.at))}: {left}"
        for each, left in found[:_LAST_FEW]
        if left
    )


def _questions(shown: Shown, wording: Wording) -> str:
    asked = [question for each in shown.occurrences for question in each.questions]
    return _points(map(wording.short, asked[-_LAST_FEW:]))


def _points(texts: Iterable[str]) -> str:
    return "\n".join(f"* {each}" for each in texts)
