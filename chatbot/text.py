"""A key and its values as words of somebody's language: the only place where sentences are made.

Values are put in as plain text: control characters go, and no value is read as a pattern.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from string import Formatter

from babel.core import Locale

from chatbot import catalogue
from chatbot.catalogue import Catalogue
from chatbot.instants import instant, moment
from chatbot.numbers import number
from commands.grammar import straight
from commands.messages import Line, Moment, Reply, Value, line
from commands.tongues import chosen

ENGLISH = "en"
"""The language in which every key has words."""

# Marks of the bidirectional algorithm (Unicode annex 9, section 2).
_RIGHT_TO_LEFT = "\u200f"
_TYPED = "\u2066"
_ISOLATED = "\u2068"
_END = "\u2069"

_UNITS = (
    ("span.days", 86400),
    ("span.hours", 3600),
    ("span.minutes", 60),
    ("span.seconds", 1),
)


@dataclass(frozen=True, slots=True)
class Dress:
    """How a chat with markup shows the words of a sentence, and each value by its name."""

    plain: Callable[[str], str]
    value: Callable[[str, str], str]


BARE = Dress(plain=lambda text: text, value=lambda _name, text: text)
"""Plain text."""


class Texts:
    """Words in every language of `locale/`, each read when it is first spoken.

    A reader is spoken to in his language (an RFC 5646 tag), or in the nearest that there is to
    it, `pt` for `pt-br`, or else in `default`, the first of `languages`.
    """

    def __init__(self, *, default: str = ENGLISH) -> None:
        others = set(catalogue.languages()) - {default}
        self.languages = (default, *sorted(others))
        self._default = default
        self._read: dict[str, Catalogue] = {}

    def lines(self, reply: Reply, *, prefix: str | None = None, dress: Dress = BARE) -> list[str]:
        """Return each sentence of a reply, in its own language.

        `prefix` is what commands begin with in the chat that reads it, wherever the reply was
        made: it stands for every value of that name.
        """
        voice = self._voice(reply.language, prefix, dress)
        return [voice.sentence(each) for each in reply.lines]

    def words(
        self,
        said: Line,
        *,
        language: str | None = None,
        prefix: str | None = None,
        dress: Dress = BARE,
    ) -> str:
        """Return one sentence. Raises KeyError when no language has the key, or a value lacks."""
        return self._voice(language, prefix, dress).sentence(said)

    def right_to_left(self, language: str | None = None) -> bool:
        """Return whether whoever reads this language gets words that run from right to left."""
        return self._catalogue(chosen(language, self.languages) or self._default).right_to_left

    def _voice(self, language: str | None, prefix: str | None, dress: Dress) -> _Voice:
        tag = (language and chosen(language, self.languages)) or self._default
        return _Voice(
            locale=_locale(tag),
            catalogue=self._catalogue(tag),
            english=self._catalogue(ENGLISH),
            prefix=prefix,
            dress=dress,
        )

    def _catalogue(self, language: str) -> Catalogue:
        if language not in self._read:
            self._read[language] = catalogue.read(language)
        return self._read[language]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Voice:
    """What makes sentences for one reader in one chat."""

    locale: Locale
    catalogue: Catalogue
    english: Catalogue
    prefix: str | None
    dress: Dress

    @property
    def _right_to_left(self) -> bool:
        return self.catalogue.right_to_left

    def sentence(self, said: Line) -> str:
        """Return a whole sentence, which runs in its language's direction from its first word."""
        return (_RIGHT_TO_LEFT if self._right_to_left else "") + self.phrase(said)

    def phrase(self, said: Line) -> str:
        """Return what can stand within a sentence."""
        words = ""
        for plain, name, apart in _pieces(self._pattern(said)):
            words += self.dress.plain(plain)
            if name is not None:
                words += self._shown(name, said.values[name], apart=apart)
        return words

    def _pattern(self, said: Line) -> str:
        source = self.catalogue if said.key in self.catalogue.patterns else self.english
        return source.pattern(said.key, said.values.get("count", 1))

    def _shown(self, name: str, value: Value, *, apart: bool) -> str:
        if isinstance(value, Line):
            return self.phrase(value)
        if isinstance(value, tuple):
            comma = self.phrase(line("list.comma"))
            return comma.join(self._shown(name, each, apart=apart) for each in value)
        if name == "prefix" and self.prefix is not None:
            value = self.prefix
        shown = self.dress.value(name, self._plain(value))
        isolated = apart and self._right_to_left and not isinstance(value, int | timedelta)
        return f"{_ISOLATED}{shown}{_END}" if isolated else shown

    def _plain(self, value: str | float | datetime | timedelta | Moment) -> str:
        if isinstance(value, Moment):
            return moment(value, self.locale)
        if isinstance(value, datetime):
            return instant(value, self.locale)
        if isinstance(value, timedelta):
            return replace(self, dress=BARE).phrase(_span(value))
        if isinstance(value, float):
            return number(value, self.locale)
        return straight(str(value))


@lru_cache(maxsize=64)
def _locale(tag: str) -> Locale:
    return Locale.parse(tag, sep="-")


@lru_cache(maxsize=1024)
def _pieces(pattern: str) -> tuple[tuple[str, str | None, bool], ...]:
    """Return the pieces of a pattern: words, the value behind them, and whether it stands apart.

    What a person types stands between marks of its own, and must not be torn apart.
    """
    found, typed = [], 0
    for plain, name, _, _ in Formatter().parse(pattern):
        typed += plain.count(_TYPED) - plain.count(_END)
        found.append((plain, name, not typed))
    return tuple(found)


def _span(span: timedelta) -> Line:
    """Return the two largest units that are not zero: `1 day 2 hours`."""
    rest = round(abs(span.total_seconds()))
    parts = []
    for key, seconds in _UNITS:
        count, rest = divmod(rest, seconds)
        if count:
            parts.append(line(key, count=count))
    if len(parts) > 1:
        return line("span.both", larger=parts[0], smaller=parts[1])
    return parts[0] if parts else line("span.seconds", count=0)
