"""Pictures of events (PNG), for social networks, Telegram and whoever links to an event."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zlib import crc32
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_datetime, get_timezone_location

from chatbot.clock import Clock
from chatbot.pixels import png
from chatbot.programme import Programme
from chatbot.text import Texts
from commands.grammar import straight
from commands.messages import Line, Moment, Value, line
from commands.rules.kindnames import kind_name
from commands.rules.schedule import current, occurrences
from commands.tongues import chosen
from storage.values import Event, EventState

_MOST_KEPT = 40
_MOST_NAMED = 6
_MOST_OF_A_SERIES = 5000
_NO_ZONE = frozenset({"UTC", "Etc/UTC"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSettings:
    """Whose events they are, and the kinds whose colours are settled, in the operator's order."""

    community: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as PNG, and what it shows in words."""

    png: bytes
    alt: str


class Cards:
    """Draws cards, and keeps those that were asked for last.

    To draw one takes a tenth of a second and more: `drawn` is for threads.
    """

    def __init__(
        self, *, programme: Programme, texts: Texts, settings: CardSettings, clock: Clock
    ) -> None:
        self._programme = programme
        self._texts = texts
        self._settings = settings
        self._clock = clock
        self._drawing = threading.Lock()
        self._kept: OrderedDict[tuple[int, datetime, str], tuple[Event, bytes]] = OrderedDict()
        self._emoji: bool | None = None

    async def of(self, number: int) -> Picture | None:
        """Return the card of an event that is for everybody, of a series that of the next.

        It speaks the event's language, where that is one of ours. None where there is no such
        event, or no picture can be made.
        """
        shown = (await self._programme.now()).events.get(number)
        if shown is None:
            return None
        event = shown.event
        start = _present(event, self._clock())
        content = await asyncio.to_thread(self.drawn, event, start, event.language)
        return Picture(content, self.alt(event, start, event.language)) if content else None

    def drawn(self, event: Event, start: datetime, language: str | None) -> bytes | None:
        """Return the card of an occurrence; None where no font is installed."""
        tag = self._tag(language)
        key = event.number, start, tag
        with self._drawing:
            known, content = self._kept.get(key, (None, b""))
            if known == event:
                self._kept.move_to_end(key)
                return content
            # What no renderer takes with the fonts of emoji is better shown without those.
            found = png(self._svg(event, start, tag), zoom=1) or png(
                self._svg(event, start, tag, emoji=False), zoom=1
            )
            if found:
                self._kept[key] = event, found
                while len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)
            return found

    def alt(self, event: Event, start: datetime, language: str | None) -> str:
        """Return what a card shows."""
        tag = self._tag(language)
        told: dict[str, Value] = {
            "community": self._settings.community,
            "title": event.title,
            "kind": self._kind(event, tag),
            "starts": Moment(start, event.zone),
        }
        if event.state is EventState.CANCELLED:
            return self._words(line("picture.alt_cancelled", **told), tag)
        if not event.speakers:
            return self._words(line("picture.alt", **told), tag)
        return self._words(line("picture.alt_with", speakers=event.speakers, **told), tag)

    def _svg(self, event: Event, start: datetime, tag: str, *, emoji: bool = True) -> str:
        # Only who asks for a picture waits until this is loaded.
        from chatbot.publish.cardsheet import Sheet, drawn

        cancelled = event.state is EventState.CANCELLED
        sheet = Sheet(
            community=straight(self._settings.community),
            kind=self._kind(event, tag),
            hue=self._hue(event.kind),
            title=straight(event.title),
            people=tuple(self._people(event, tag)),
            when=tuple(_when(event, start, _locale(tag))),
            topics=" ".join(f"#{straight(topic)}" for topic in event.topics),
            note=self._words(line("picture.cancelled"), tag) if cancelled else "",
            mirrored=self._texts.right_to_left(tag),
        )
        return drawn(sheet, emoji=emoji and self._has_emoji())

    def _people(self, event: Event, tag: str) -> Iterator[str]:
        """Yield who speaks, all of them first and then ever fewer by name."""
        speakers = event.speakers
        if not speakers:
            if event.host:
                yield self._words(line("reminder.host", host=event.host), tag)
            return
        yield self._words(line("reminder.speakers", speakers=speakers), tag)
        for named in range(min(len(speakers) - 1, _MOST_NAMED), 0, -1):
            more = line("picture.with_more", speakers=speakers[:named], count=len(speakers) - named)
            yield self._words(more, tag)

    def _kind(self, event: Event, tag: str) -> str:
        name = kind_name(event.kind)
        return straight(name) if isinstance(name, str) else self._words(name, tag)

    def _hue(self, kind: str) -> int:
        """Return the number of a kind's colour, the same as on the web."""
        from chatbot.publish.cardsheet import PALETTES

        folded = kind.casefold()
        known = [each.casefold() for each in self._settings.kinds]
        return (known.index(folded) if folded in known else crc32(folded.encode())) % len(PALETTES)

    def _words(self, said: Line, tag: str) -> str:
        return self._texts.words(said, language=tag)

    def _tag(self, language: str | None) -> str:
        return chosen(language, self._texts.languages) or self._texts.languages[0]

    def _has_emoji(self) -> bool:
        """Return whether there is a font for emoji, which is found out once."""
        if self._emoji is None:
            # What no font has is shown as the same box, whatever it is.
            party, nothing = (png(_emoji_test(each), zoom=1) for each in "\U0001f389\U0010fffd")
            self._emoji = party != nothing
        return self._emoji


def _present(event: Event, now: datetime) -> datetime:
    """Return the start of what runs or comes next, or else of what was last."""
    if (start := current(event, now)) is not None:
        return start
    past = occurrences(event, after=event.starts_at, before=now, limit=_MOST_OF_A_SERIES)
    return past[-1] if past else event.starts_at


def _when(event: Event, start: datetime, locale: Locale) -> Iterator[str]:
    """Yield the day, and from when to when it is: in UTC and on the event's own clock."""
    day = start.astimezone(UTC).date()
    shown = format_date(day, "full", locale=locale)
    yield shown[:1].upper() + shown[1:]
    yield f"{_hours(event, start, ZoneInfo('UTC'))} UTC"
    if event.zone in _NO_ZONE:
        return
    zone = ZoneInfo(event.zone)
    there = start.astimezone(zone)
    city = get_timezone_location(zone, locale=locale, return_city=True)
    other = "" if there.date() == day else format_datetime(there, "EEE d MMM ", locale=locale)
    yield f"{other}{_hours(event, start, zone)} {city}"


def _locale(tag: str) -> Locale:
    # English by itself would mean one country's way of writing dates.
    return Locale.parse("en-001" if tag == "en" else tag, sep="-")


def _hours(event: Event, start: datetime, zone: ZoneInfo) -> str:
    begin, end = start.astimezone(zone), (start + event.duration).astimezone(zone)
    # In Arabic, too, the earlier of two times stands on the left.
    return f"\u2066{begin:%H:%M}–{end:%H:%M}\u2069"


def _emoji_test(text: str) -> str:
    from chatbot.publish.lettering import EMOJI_FONTS

    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">'
        f'<text y="16" font-size="16" font-family="{EMOJI_FONTS}">{text}</text></svg>'
    )
