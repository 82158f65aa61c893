"""An issue of the digest in one language, as plain strings that each medium sets in its own way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date

from chatbot.text import Texts
from commands.grammar import excerpt, straight
from commands.messages import Line, line
from commands.rules.digestissuecontents import Contents, materials
from commands.rules.showcase import Entry, Stage
from commands.tongues import chosen

MOST = 60
"""Of more than so many events, or so many to look back on, the calendar has the rest."""

_LONGEST_TITLE = 200
_LONGEST_FACT = 200
_URL = re.compile(r"https?://[^\s<>\"]+")

EventLink = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address (http or https)."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Item:
    """One event: `when` it begins, `facts` about it in order, and `links`, the first its own."""

    when: str
    title: str
    facts: tuple[str, ...]
    links: tuple[Link, ...]
    cancelled: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and what stands below it."""

    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of an issue in one language.

    `heading` is the `subject` with its day; `more` says how much was left out, for the `calendar`.
    """

    language: str
    right_to_left: bool
    subject: str
    heading: str
    name: str
    intro: str
    notes: tuple[str, ...]
    days: tuple[Part, ...]
    missed: Part | None
    more: str
    calendar: Link | None


class Sheets:
    """Puts issues into words.

    `name` is what the digest is called, `address` the calendar page's and `event_link` that of an
    event's own page, empty where there is none.
    """

    def __init__(self, *, texts: Texts, name: str, address: str, event_link: EventLink) -> None:
        self._texts = texts
        self._name = name
        self._address = address
        self._event_link = event_link

    def sheet(
        self,
        contents: Contents,
        *,
        notes: Iterable[str],
        now: datetime,
        language: str | None = None,
        zone: str | None = None,
    ) -> Sheet:
        """Return an issue for readers of a language whose clocks show a zone."""
        voice = self._voice(language, now, zone)
        coming, missed = contents.coming[:MOST], contents.missed[-MOST:]
        left = len(contents.coming) + len(contents.missed) - len(coming) - len(missed)
        said = tuple(straight(note) for note in notes)
        subject = voice.subject(contents, self._name)
        return Sheet(
            language=voice.tag,
            right_to_left=self._texts.right_to_left(voice.tag),
            subject=subject,
            heading=voice.words("issue.heading", day=voice.day(now.date()), subject=subject),
            name=straight(self._name),
            intro=voice.words("issue.intro", until=voice.day(contents.until.date())),
            notes=said,
            days=tuple(
                Part(voice.day(day.date), tuple(map(voice.coming, found)))
                for day in contents.days
                if (found := [each for each in day.entries if each in coming])
            ),
            missed=Part(voice.words("issue.missed"), tuple(map(voice.missed, missed)))
            if missed
            else None,
            more=voice.words("issue.more", count=left) if left else "",
            calendar=Link(voice.words("issue.link.calendar"), self._address)
            if self._address
            else None,
        )

    def said(self, sheet: Sheet, said: Line) -> str:
        """Return another sentence in the language of a sheet."""
        return self._texts.words(said, language=sheet.language)

    def _voice(self, language: str | None, now: datetime, zone: str | None) -> _Voice:
        tag = chosen(language, self._texts.languages) or self._texts.languages[0]
        return _Voice(
            texts=self._texts,
            tag=tag,
            locale=Locale.parse(tag, sep="-"),
            zone=zone,
            now=now,
            event_link=self._event_link,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Voice:
    texts: Texts
    tag: str
    locale: Locale
    zone: str | None
    now: datetime
    event_link: EventLink

    def words(self, key: str, **values: str | int) -> str:
        return self.texts.words(Line(key, values), language=self.tag)

    def day(self, day: date) -> str:
        return format_date(day, "EEEE d MMMM y", locale=self.locale)

    def subject(self, contents: Contents, name: str) -> str:
        coming = [each for each in contents.coming if each.stage(self.now) is not Stage.CANCELLED]
        if not coming:
            key = "issue.subject.missed" if contents.missed else "issue.subject.news"
            return self.words(key, name=straight(name))
        first, others = coming[0], len(coming) - 1
        facts = {"name": straight(name), "title": _cut(first.event.title, 60)}
        if not others:
            return self.words("issue.subject.one", day=self.day(first.starts_at.date()), **facts)
        return self.words("issue.subject", count=others, **facts)

    def coming(self, entry: Entry) -> Item:
        event = entry.event
        cancelled = entry.stage(self.now) is Stage.CANCELLED
        return Item(
            when=self._time(entry),
            title=_cut(event.title, _LONGEST_TITLE),
            facts=self._facts(entry),
            links=() if cancelled else self._links(entry),
            cancelled=self.words("issue.cancelled") if cancelled else "",
        )

    def missed(self, entry: Entry) -> Item:
        named = [
            (self.words(f"issue.material.{name}"), address)
            for name, address in materials(entry.known)
        ]
        return Item(
            when=self.day(entry.starts_at.date()),
            title=_cut(entry.event.title, _LONGEST_TITLE),
            facts=self._facts(entry),
            links=tuple(Link(*each) for each in named if _URL.fullmatch(each[1])),
        )

    def _links(self, entry: Entry) -> tuple[Link, ...]:
        event = entry.event
        named = (
            ("page", event.link or self.event_link(event.number)),
            ("join", event.stream),
        )
        return tuple(
            Link(self.words(f"issue.link.{name}"), address)
            for name, address in named
            if address and _URL.fullmatch(address)
        )

    def _facts(self, entry: Entry) -> tuple[str, ...]:
        event = entry.event
        facts = [_cut(event.kind, _LONGEST_FACT)]
        if event.speakers:
            names = _cut(", ".join(event.speakers), _LONGEST_FACT)
            facts.append(self.words("issue.with", speakers=names))
        if event.language:
            facts.append(self._language(event.language))
        if event.topics:
            facts.append(_cut(" ".join(f"#{topic}" for topic in event.topics), _LONGEST_FACT))
        return tuple(facts)

    def _language(self, tag: str) -> str:
        known = self.locale.languages.get(tag.replace("-", "_"))
        return str(known) if known else _cut(tag, _LONGEST_FACT)

    def _time(self, entry: Entry) -> str:
        """Return the time in UTC and on the readers' clock; the day where it is another there."""
        start = entry.starts_at
        zone = self.zone or entry.event.zone
        if zone in {"UTC", "Etc/UTC"}:
            return f"{start:%H:%M} UTC"
        local = start.astimezone(ZoneInfo(zone))
        day = "" if local.date() == start.date() else f"{format_date(local, 'EEE', self.locale)} "
        return f"{start:%H:%M} UTC ({day}{local:%H:%M} {zone})"


def _cut(text: str, most: int) -> str:
    return excerpt(" ".join(straight(text).split()), most)


def footer(name: str, unsubscribe: str) -> Line:
    """Return why a mail came, and how to stop that."""
    return line("issue.why", list=name, link=unsubscribe.removeprefix("mailto:"))
