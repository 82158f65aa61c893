"""How a wiki's pages of events put things: dates, links, names, each in the page's language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_datetime

from chatbot.instants import moment
from chatbot.text import Texts
from chatbot.wikidress import WIKITEXT, literal_words
from commands.grammar import excerpt, straight
from commands.messages import Moment, Value, line
from commands.rules.wikitext import escaped

_ADDRESS = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
_ANY_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]", re.IGNORECASE)
_KEPT_IN_ADDRESSES = "%:/?#@!$&()*+,=.-"
_LONGEST_IN_A_LIST = 120
_DAY, _DAY_OF_YEAR, _HOUR, _MONTH = "EEE d MMM", "EEE d MMM y", "HH:mm", "LLLL y"
SEPARATOR = " · "


class Wording:
    """Words for the pages in one language.

    `local_time` is the address of a page that shows an instant in its reader's own time, with
    `{seconds}` (of Unix time) in it, or empty.
    """

    def __init__(self, *, texts: Texts, language: str | None, local_time: str) -> None:
        self._texts = texts
        self.language = language or texts.languages[0]
        self._locale = Locale.parse(self.language, sep="-")
        self._local_time = local_time

    @property
    def direction(self) -> str:
        """Which way the words run, as HTML has it."""
        return "rtl" if self._texts.right_to_left(self.language) else "ltr"

    def say(self, key: str, **values: Value) -> str:
        """Return a sentence of the catalogue as wikitext that does nothing."""
        return self._texts.words(line(key, **values), language=self.language, dress=WIKITEXT)

    def plain(self, key: str, **values: Value) -> str:
        """Return a sentence of the catalogue as it is."""
        return self._texts.words(line(key, **values), language=self.language)

    def name(self, text: str) -> str:
        """Return what somebody wrote, whole, apart from the words beside it."""
        return f"<bdi>{escaped(straight(text))}</bdi>"

    def short(self, text: str) -> str:
        """Return what somebody wrote, as much of it as a list has room for."""
        return self.name(excerpt(text, _LONGEST_IN_A_LIST))

    def names(self, texts: Iterable[str]) -> str:
        """Return several names one after another."""
        return self.say("list.comma").join(self.short(each) for each in texts)

    def kind(self, kind: str) -> str:
        """Return a kind of event as people read it."""
        words = kind.replace("-", " ").replace("_", " ")
        return self.name(words[:1].upper() + words[1:])

    def tongue(self, tag: str) -> str:
        """Return the name of a language."""
        try:
            known = Locale.parse(tag, sep="-").get_display_name(self._locale)
        except (UnknownLocaleError, ValueError):
            known = None
        return self.name(known or tag)

    def day(self, instant: datetime) -> str:
        """Return the day of an instant (in UTC)."""
        return self._shown(instant, _DAY)

    def month(self, instant: datetime) -> str:
        """Return the month of an instant (in UTC), as a heading."""
        shown = self._shown(instant, _MONTH)
        return shown[:1].upper() + shown[1:]

    def hours(self, start: datetime, end: datetime) -> str:
        """Return from when to when something lasts, with the day where that is another."""
        same = start.astimezone(UTC).date() == end.astimezone(UTC).date()
        until = self._shown(end, _HOUR if same else f"{_DAY} {_HOUR}")
        return f"{self._shown(start, _HOUR)}–{until}"

    def moment(self, instant: datetime, zone: str | None = None) -> str:
        """Return an instant in UTC and on the clock of its zone."""
        return f"<bdi>{moment(Moment(instant, zone), self._locale)}</bdi>"

    def date(self, instant: datetime) -> str:
        """Return an instant in UTC as it stands in a sentence or a list."""
        return f"{self._shown(instant, f'{_DAY_OF_YEAR}, {_HOUR}')} UTC"

    def at(self, instant: datetime, shown: str, *, css: str = "dt-start") -> str:
        """Return words for an instant with the instant itself (RFC 3339) for programs."""
        return f'<time class="{css}" datetime="{iso(instant)}">{shown}</time>'

    def local(self, instant: datetime, shown: str) -> str:
        """Return words that lead to where an instant is shown in the reader's own time."""
        if not self._local_time:
            return shown
        seconds = str(int(instant.timestamp()))
        return f"[{self._local_time.replace('{seconds}', seconds)} {shown}]"

    def link(self, url: str | None, key: str) -> str:
        """Return a link with words of the catalogue; what is no address is shown as it is."""
        if not url:
            return ""
        words = self.say(key)
        target = address(url)
        return f"[{target} {words}]" if target else f"{words}: {self.short(url)}"

    def paragraphs(self, text: str) -> str:
        """Return a longer text: its lines and addresses stay, and nothing in it is markup."""
        parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
        shown = ("<br>".join(map(_linked, part.split("\n"))) for part in parts)
        return "".join(f'<p dir="auto">{each}</p>\n' for each in shown if each)

    def _shown(self, instant: datetime, pattern: str) -> str:
        return str(format_datetime(instant.astimezone(UTC), pattern, locale=self._locale))


def iso(instant: datetime) -> str:
    """Return an instant in UTC as RFC 3339 has it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def address(url: str) -> str | None:
    """Return a web address in a form in which no wikitext can hide, None where it is none."""
    if not _ADDRESS.match(url) or re.search(r"\s", url):
        return None
    # A tilde is never quoted, and two underscores could be a magic word.
    return quote(url, safe=_KEPT_IN_ADDRESSES).replace("~", "%7E").replace("__", "%5F%5F")


def details(parts: Iterable[str]) -> str:
    """Return what there is of these, one after another."""
    return SEPARATOR.join(filter(None, parts))


def _linked(text: str) -> str:
    """Return one line of a text, in which addresses can be followed."""
    shown, position = "", 0
    for found in _ANY_ADDRESS.finditer(text):
        target = address(found[0])
        shown += literal_words(straight(text[position : found.start()]))
        words = literal_words(straight(found[0]))
        shown += f"[{target} {words}]" if target else words
        position = found.end()
    return shown + literal_words(straight(text[position:]))
